"""The same month under another policy: who would move where, and why.

What lives here: scoring the frozen figures of a month, or those of a draft, by two
policies of one level side by side. Where they differ on which cases need a review,
each has the figures that it would have had. What does not: scoring and comparing
(`hub.scoring`). Nothing is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.errors import MisuseError
from hub.flow.assessment.draft import as_rows, release_for
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.past import house_at
from hub.flow.assessment.policies import GivenPolicy, policies_of
from hub.flow.assessment.reviews import is_same, review_of, review_with
from hub.flow.assessment.revisions import find_revision, frozen_months, refuse_future
from hub.flow.assessment.scores import score_units
from hub.flow.figures import compute
from hub.flow.house import House
from hub.flow.release import find_release
from hub.scoring import Policy, compare
from hub.scoring.spec import Review
from hub.storage.assessment_inputs import AssessmentInputs
from hub.storage.assessments import Revision


@dataclass(frozen=True)
class Simulation:
    """A month under two policies.

    Attributes:
        period: the month.
        revision: whose figures were scored; None: those of a draft.
        old: the policy in force.
        new: the other.
        moves: one row per unit and dimension, see `hub.scoring.compare`.
    """

    period: str
    revision: int | None
    old: GivenPolicy
    new: GivenPolicy
    moves: pl.DataFrame


def simulate(
    house: House,
    period: str,
    new: GivenPolicy,
    *,
    old: GivenPolicy | None = None,
    number: int | None = None,
) -> Simulation:
    """A month as another policy would score it.

    Args:
        house: the hub.
        period: month `YYYY-MM`.
        new: the other policy.
        old: what it is held against; that of the frozen month where none is named.
        number: revision of the month; the current one.

    Raises:
        MisuseError: a policy is of persons, the two are of different levels, there is
            none to hold the new one against, or policies differ on reviews.
    """
    revision = None
    if number is not None or period in frozen_months(house):
        revision = find_revision(house, period, number)
    against = old or _of_level(revision, new, period)
    before, after = _of_units(against, period), _of_units(new, period)
    if against.level != new.level:
        raise MisuseError(
            f"simulate {period}",
            seen=f"{against.id} is of level {against.level}, {new.id} of {new.level}",
            next_step="Name two policies of one level.",
        )
    month = _month(house, period, revision)
    others = () if revision is None else policies_of(revision)
    reviews = [review_with(one, others) for one in (against, new)]
    old_figures = _figures(month, reviews[0])
    new_figures = old_figures
    if not is_same(*reviews):
        new_figures = _figures(month, reviews[1])
    one, other = (
        score_units(month.there, period, counted, policy, month.inputs)
        for counted, policy in ((old_figures, before), (new_figures, after))
    )
    return Simulation(
        period=period,
        revision=None if revision is None else revision.number,
        old=against,
        new=new,
        moves=compare(one, other),
    )


@dataclass(frozen=True, kw_only=True)
class _Month:
    """What a month is scored from.

    Attributes:
        period: the month.
        there: the house of its release.
        inputs: points given by hand.
        frozen: the figures that were frozen; None for a month that is not.
        review: which cases needed a review when they were.
    """

    period: str
    there: House
    inputs: pl.DataFrame
    frozen: pl.DataFrame | None
    review: Review


def _month(house: House, period: str, revision: Revision | None) -> _Month:
    if revision is None:
        refuse_future(house, period)
        return _Month(
            period=period,
            there=house_at(house, release_for(house, period, None)),
            inputs=as_rows(AssessmentInputs(house.control.engine).of(period)),
            frozen=None,
            review=Review(),
        )
    release = find_release(house, revision.release_id)
    figures, inputs = (read_rows(house, revision, name) for name in ("figure", "input"))
    return _Month(
        period=period,
        there=house_at(house, release, as_of=revision.as_of, terms=revision.terms),
        inputs=inputs,
        frozen=figures,
        review=review_of(policies_of(revision)),
    )


def _figures(month: _Month, review: Review) -> pl.DataFrame:
    """The figures as frozen, or counted anew where other cases needed a review."""
    if month.frozen is not None and is_same(review, month.review):
        return month.frozen
    found = compute(
        month.there, periods=[month.period], every=True, evidence=False, review=review
    )
    return found.figures.filter(period=month.period)


def _of_level(revision: Revision | None, new: GivenPolicy, period: str) -> GivenPolicy:
    known = [] if revision is None else policies_of(revision)
    found = next((one for one in known if one.level == new.level), None)
    if found is None:
        what = "the month is not frozen" if revision is None else "it was not scored"
        raise MisuseError(
            f"simulate {period}",
            seen=f"{what} by a policy of level {new.level}",
            next_step="Name the policy to hold it against with --against.",
        )
    return found


def _of_units(given: GivenPolicy, period: str) -> Policy:
    if isinstance(given.policy, Policy):
        return given.policy
    raise MisuseError(
        f"simulate {period}",
        seen=f"{given.id} ranks persons",
        next_step="Simulate policies of units; `hub policy list` tells their levels.",
    )
