"""Which cases need a review: as the policies of a month say, frozen and tried out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.closed_month import MONTH, POLICY, later, plain_policy

from hub.errors import MisuseError
from hub.flow.assessment import simulate as simulate_module
from hub.flow.assessment.draft import draft_month
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.assessment.policies import GivenPolicy, read_policy
from hub.flow.assessment.reviews import review_of, review_with
from hub.flow.assessment.revisions import find_revision
from hub.flow.assessment.simulate import simulate
from hub.flow.assessment.verify import verify_month
from hub.flow.house import House
from hub.scoring.spec import Review

NONE = "\n[review]\nrequired = false\n"
ALL = "\n[review]\nrequired = true\nself_handled = false\n"
LOOPS = POLICY.replace("on_time_handling_rate", "closed_loop_rate")


def policy(
    review: str, text: str = POLICY, level: str = "DISTRICT_UNIT"
) -> GivenPolicy:
    head, rest = text.replace("DISTRICT_UNIT", level).split("\n[[dimension]]\n", 1)
    named = head.replace('id = "plain"', f'id = "{level.lower()[:6]}-one"')
    told = f"{named}{review}\n[[dimension]]\n{rest}"
    return read_policy(told, Path("other.toml"))


def reviews_due(house: House, *policies: GivenPolicy) -> int:
    draft = draft_month(house, MONTH, policies=policies)
    return int(draft.tables["issue_loop"]["review_required"].sum())


def test_cases_need_a_review_as_the_policy_says(house: House) -> None:
    usual = reviews_due(house)

    assert usual > 0
    assert reviews_due(house, plain_policy()) == usual
    assert reviews_due(house, policy(ALL)) == usual
    assert reviews_due(house, policy(NONE)) == 0
    table = '[[review.category]]\nkind = "MATTER"\ncode = "010"\nrequired = true\n'
    assert 0 <= reviews_due(house, policy(NONE + table)) <= usual


def test_two_policies_of_a_month_may_not_differ() -> None:
    both = policy(NONE), policy(ALL, level="STREET_UNIT")

    with pytest.raises(MisuseError, match="distri-one and street-one"):
        review_of(both)
    assert review_of([policy(NONE), plain_policy()]).required is False
    assert review_of([plain_policy()]) == Review()


def test_a_policy_that_says_nothing_follows_those_of_other_levels() -> None:
    street = policy(NONE, level="STREET_UNIT")

    assert review_with(plain_policy(), [street]).required is False
    assert review_with(policy(ALL), [street]).required is True
    assert review_with(plain_policy(), [policy(NONE)]).required is True


def test_a_month_is_frozen_and_verified_under_its_reviews(
    house: House, tmp_path: Path
) -> None:
    made = freeze_month(house, MONTH, policies=[policy(NONE)], author="甲")

    assert not read_rows(house, made, "issue_loop")["review_required"].any()
    assert all(one.ok for one in verify_month(later(tmp_path), made))

    revise_month(house, MONTH, policies=[policy(ALL)], reason="改口径", author="甲")
    now = find_revision(house, MONTH)
    assert read_rows(house, now, "issue_loop")["review_required"].any()
    assert all(one.ok for one in verify_month(later(tmp_path), now))
    assert all(one.ok for one in verify_month(later(tmp_path), made))


def test_a_frozen_month_is_tried_like_its_draft(house: House) -> None:
    strict, lenient = policy(ALL, LOOPS), policy(NONE, LOOPS)
    drafted = simulate(house, MONTH, lenient, old=strict)
    freeze_month(house, MONTH, policies=[strict], author="甲")

    found = simulate(house, MONTH, lenient)

    assert found.moves.equals(drafted.moves)
    same = simulate(house, MONTH, policy(ALL, LOOPS))
    assert same.moves["points_a"].equals(same.moves["points_b"])


def test_figures_are_counted_anew_for_another_review(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    freeze_month(house, MONTH, policies=[policy(ALL, LOOPS)], author="甲")
    whole, asked = simulate_module.compute, []

    def counted(*about: Any, **terms: Any) -> Any:
        found = whole(*about, **terms)
        asked.append(int(found.issue_loop.whole()["review_required"].sum()))
        return found

    monkeypatch.setattr(simulate_module, "compute", counted)

    simulate(house, MONTH, policy(ALL, LOOPS))
    assert asked == []
    simulate(house, MONTH, policy(NONE, LOOPS))
    assert asked == [0]
