"""Which month claims a case, at the edges of months and without instants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.loop_frames import case, loop, one, true_among
from support.metric_frames import WUHAN, april, places_of

from hub.errors import MisuseError
from hub.metrics.issue_loop.cohort import COHORTS, bounds

LAST = datetime(2026, 4, 30, 23, 59, 59, 999_999, tzinfo=WUHAN)
NEXT = datetime(2026, 5, 1, tzinfo=WUHAN)
MARCH = datetime(2026, 3, 5, tzinfo=WUHAN)


def test_a_month_is_half_open_in_the_citys_zone() -> None:
    assert bounds("2026-12", "Asia/Shanghai") == (
        datetime(2026, 11, 30, 16, tzinfo=UTC),
        datetime(2026, 12, 31, 16, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("column", "cohort"),
    [
        ("reported_at", "in_reported"),
        ("registered_at", "in_registered"),
        ("deadline_at", "in_due"),
        ("bundle_deadline_at", "in_due"),
        ("closed_at", "in_closed"),
    ],
)
def test_the_last_microsecond_belongs_to_the_month(column: str, cohort: str) -> None:
    nowhere = {
        "reported_at": MARCH,
        "registered_at": None,
        "dispatched_at": None,
        "handled_at": None,
        "closed_at": None,
        "deadline_at": MARCH,
    }

    row = one(case(**(nowhere | {column: LAST})))

    assert true_among(row, COHORTS) == {cohort}
    assert loop(case(**(nowhere | {column: NEXT}))).is_empty()


def test_the_bundle_deadline_goes_before_the_own_one() -> None:
    row = one(case(bundle_deadline_at=NEXT))

    assert row["limit_at"] == NEXT
    assert row["in_due"] is False


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"dispatched_at": april(12)}, True),
        ({"dispatched_at": NEXT}, False),
        ({"dispatched_at": None, "handled_at": april(13)}, True),
        ({"dispatched_at": None, "handled_at": None}, True),
        ({"dispatched_at": None, "handled_at": None, "registered_at": None}, False),
        ({"deadline_at": NEXT}, False),
    ],
)
def test_without_a_deadline_a_case_falls_due_when_it_was_dispatched(
    values: dict[str, Any], expected: object
) -> None:
    row = one(case(**({"deadline_at": None} | values)))

    assert row["in_due_instead"] is expected
    assert row["in_due"] is False


def test_a_case_of_two_months_has_a_row_in_each() -> None:
    found = loop(case(closed_at=NEXT), periods=("2026-05", "2026-04", "2026-04"))

    assert found.select("period", "in_reported", "in_closed").rows() == [
        ("2026-04", True, False),
        ("2026-05", False, True),
    ]


def test_no_months_and_no_cases_give_no_rows_of_the_same_shape() -> None:
    whole = loop(case())

    assert loop(case(), periods=()).schema == whole.schema
    assert loop().schema == whole.schema
    assert len(loop()) == len(loop(case(), periods=())) == 0


def test_what_is_no_month_is_refused() -> None:
    with pytest.raises(MisuseError, match="is no month"):
        loop(case(), periods=("2026-13",))


def test_a_place_counts_as_of_the_months_last_day() -> None:
    since, until = datetime(2021, 8, 31).date(), datetime(2026, 4, 30).date()  # noqa: DTZ001
    streets = [
        {"unit_code": "SU-1", "level_code": "STREET_UNIT", "valid_from_on": since},
        {"unit_code": "DU-1", "level_code": "DISTRICT_UNIT", "valid_from_on": since},
    ]
    members = [
        {"member_kind_code": kind, "member_id": member, "unit_code": unit}
        | {"valid_from_on": since}
        for unit, kind, member in (
            ("SU-1", "DIVISION", "s1"),
            ("DU-1", "AREA", "a1"),
        )
    ]
    divisions = [
        {"division_code": "s1", "level_code": "STREET", "valid_from_on": since}
        | {"valid_to_on": until}
    ]
    places = places_of(units=streets, members=members, divisions=divisions)

    row = one(case(area_id="a1", community_code="c1"), places=places)

    # The street was given up on the 30th; its unit still claims the case.
    assert (row["street_unit_code"], row["unit_code"]) == ("SU-1", "DU-1")
    assert (row["street_code"], row["community_code"]) == (None, None)
    assert row["area_id"] == "a1"
