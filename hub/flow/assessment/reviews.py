"""Which cases of a month need a review: what its policies say, all of them together.

What lives here: the one answer of the policies that a month is scored by, as cases
are counted once for all of them. What does not: what a policy may say
(`hub.scoring.spec`), judging cases (`hub.metrics`).
"""

from __future__ import annotations

from collections.abc import Sequence

from hub.errors import MisuseError
from hub.flow.assessment.policies import GivenPolicy
from hub.scoring import Policy
from hub.scoring.spec import Review


def review_of(policies: Sequence[GivenPolicy]) -> Review:
    """What the policies say of reviews; the usual rule where none says anything.

    Raises:
        MisuseError: two of them say different things.
    """
    told = {one.id: found for one in policies if (found := _own(one)) is not None}
    if len(set(map(_content, told.values()))) > 1:
        names = " and ".join(told)
        raise MisuseError(
            "score a month",
            seen=f"{names} differ on which cases need a review, and each case is "
            "counted once for all policies",
            next_step="Let their tables [review] say the same, or leave out all but "
            "one.",
        )
    return next(iter(told.values()), Review())


def review_with(given: GivenPolicy, others: Sequence[GivenPolicy]) -> Review:
    """What holds for a month under this policy, among others of other levels."""
    own = _own(given)
    if own is not None:
        return own
    return review_of([one for one in others if one.level != given.level])


def is_same(one: Review, other: Review) -> bool:
    """Whether both ask for a review of the same cases."""
    return _content(one) == _content(other)


def _own(given: GivenPolicy) -> Review | None:
    policy = given.policy
    if isinstance(policy, Policy) and "review" in policy.model_fields_set:
        return policy.review
    return None


def _content(review: Review) -> tuple[bool, bool, frozenset[tuple[str, str, bool]]]:
    categories = ((one.kind, one.code, one.required) for one in review.categories)
    return review.required, review.self_handled, frozenset(categories)
