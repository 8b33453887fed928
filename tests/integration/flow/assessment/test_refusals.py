"""What a month must not be: each refusal is one sentence with a next step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.closed_month import (
    CASES,
    FIRST,
    LATE,
    LATE_CASES,
    MONTH,
    city_folder,
    deliver,
    later,
    plain_policy,
)
from support.small_city import small_house

from hub.errors import MisuseError
from hub.flow.assessment.draft import draft_month
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.past import TERMS, known_by
from hub.flow.assessment.policies import find_policy
from hub.flow.assessment.revisions import find_revision, frozen_months, month_span
from hub.flow.house import House
from hub.flow.release import find_release
from hub.partners.city import City


def freeze(house: House, period: str = MONTH, **told: object) -> None:
    given = {"policies": [plain_policy()], "author": "甲", **told}
    freeze_month(house, period, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "told"),
    [
        ("2026-13", "not written as a month"),
        ("2026-1", "not written as a month"),
        ("2021-07", "31 August 2021"),
        ("2026-11", "has not begun"),
        ("2026-10", "not over"),
    ],
)
def test_a_month_that_cannot_be_frozen(house: House, period: str, told: str) -> None:
    with pytest.raises(MisuseError, match=told) as caught:
        freeze(house, period)

    assert caught.value.next_step
    assert frozen_months(house) == set()


def test_a_release_from_before_the_end_of_the_month_does_not_know_it_whole(
    house: House, tmp_path: Path
) -> None:
    there = later(tmp_path, datetime(2026, 11, 5, tzinfo=UTC))

    with pytest.raises(
        MisuseError, match="nothing that came since its end is in r000001"
    ):
        freeze(there, "2026-10")


def test_a_month_is_frozen_once(frozen: House) -> None:
    with pytest.raises(MisuseError, match="already, as revision 1"):
        freeze(frozen)


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"author": " "}, "no author"),
        ({"policies": []}, "no policy"),
        ({"policies": [plain_policy(), plain_policy()]}, "both policies of level"),
        ({"release": "r000099"}, "no such release"),
    ],
)
def test_a_freeze_is_told_who_with_what_and_from_what(
    house: House, told: dict[str, object], match: str
) -> None:
    with pytest.raises(MisuseError, match=match):
        freeze(house, **told)


def test_a_revision_needs_a_frozen_month_and_a_reason(house: House) -> None:
    with pytest.raises(MisuseError, match="not frozen"):
        revise_month(house, MONTH, reason="x", author="甲")
    freeze(house)
    with pytest.raises(MisuseError, match="no reason"):
        revise_month(house, MONTH, reason="", author="甲")
    with pytest.raises(MisuseError, match="Its revisions are: 1"):
        find_revision(house, MONTH, 7)


def test_without_a_release_there_is_nothing_to_assess(tmp_path: Path) -> None:
    city_folder(tmp_path)
    empty = small_house(tmp_path, datetime(2026, 10, 2, tzinfo=UTC))

    with pytest.raises(MisuseError, match="hub run"):
        draft_month(empty, MONTH)


def test_a_policy_that_is_not_there_is_told_with_those_that_are(house: House) -> None:
    with pytest.raises(MisuseError, match="Policies of this city: none"):
        find_policy(house, "nobody")


def test_a_running_month_and_a_missing_policy_are_remarks_of_a_draft(
    house: House,
) -> None:
    draft = draft_month(house, "2026-10")

    assert draft.remarks == ("MONTH_RUNS", "NO_POLICY")
    assert set(draft.tables["figure"]["period"]) == {"2026-10"}
    assert frozen_months(house) == set()


def test_a_city_without_a_roster_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.closed_month.AREAS", [])
    monkeypatch.setattr("support.closed_month.PEOPLE", [])
    city_folder(tmp_path)
    house = small_house(tmp_path, datetime(2026, 10, 2, 2, tzinfo=UTC))
    deliver(house, house.now(), CASES)

    assert "NO_ROSTER" in draft_month(house, MONTH).remarks


def test_months_begin_and_end_in_the_zone_of_the_city() -> None:
    assert month_span("2026-12", "Asia/Shanghai") == (
        datetime(2026, 11, 30, 16, tzinfo=UTC),
        datetime(2026, 12, 31, 16, tzinfo=UTC),
    )


def test_every_parameter_of_a_city_is_frozen_or_left_out_on_purpose() -> None:
    # How rows come in, when the hub works and whom it calls, what is due to recipients
    # and where files lie; what came in is in the release.
    outside = {
        "id", "name", "title", "languages", "bbox", "coordinates", "future_tolerance",
        "deadline_reach", "division_code_lengths", "division_patterns",
        "standard_category_system", "category_systems", "working", "lead", "folder",
        "references", "partner_ids", "partners", "broken", "sharing", "retention",
        "automation", "alarm", "listed", "street_units",
    }  # fmt: skip

    assert set(City.__dataclass_fields__) == outside | set(TERMS)


def test_a_release_knows_of_deliveries_since_that_have_changed_nothing(
    house: House, tmp_path: Path
) -> None:
    newest = find_release(house, None)
    there = later(tmp_path, FIRST + timedelta(hours=2))

    assert deliver(there, there.now(), CASES) == newest

    assert known_by(house, newest) == FIRST + timedelta(hours=2)
    deliver(later(tmp_path), LATE, LATE_CASES)
    assert known_by(later(tmp_path), newest) == FIRST
