"""Cases never brought to a meeting, and attempts told twice, worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from support.exception_rows import listed, table
from support.metric_frames import INSTANT, WUHAN
from support.roster_frames import ZONE
from support.street_rows import day, terrain

from hub.metrics.exceptions.cases import cases_of_month, never_met, repeated_attempts

CASE = {
    "issue_id": pl.String,
    "area_id": pl.String,
    "street_code": pl.String,
    "district_code": pl.String,
    "chief_person_id": pl.String,
    "in_population": pl.Boolean,
    "duplicate": pl.Boolean,
    "to_dispose": pl.Boolean,
    "hang": pl.Boolean,
    "reported_at": INSTANT,
    "limit_at": INSTANT,
}
MEETING = {"issue_id": pl.String, "held_on": pl.Date}
AS_OF = datetime(2026, 5, 10, 4, tzinfo=UTC)


def case(**values: Any) -> dict[str, Any]:
    """A case of street s1, due on 20 April and not handled."""
    return {
        "issue_id": "i1",
        "street_code": "s1",
        "chief_person_id": "p1",
        "in_population": True,
        "duplicate": False,
        "to_dispose": True,
        "hang": False,
        "reported_at": datetime(2026, 4, 10, 12, tzinfo=WUHAN),
        "limit_at": datetime(2026, 4, 20, 12, tzinfo=WUHAN),
        **values,
    }


def stuck(one: dict[str, Any], *meetings: dict[str, Any]) -> Any:
    where = terrain()
    rows = never_met(
        pl.DataFrame([one], schema=CASE),
        pl.DataFrame(list(meetings), schema=MEETING),
        where.days,
        as_of=AS_OF,
        zone=ZONE,
    )
    return listed(table([rows], where), "never_met")


@pytest.mark.parametrize(
    ("values", "days"),
    [
        ({}, 20),
        ({"to_dispose": False}, None),
        ({"duplicate": True}, None),
        ({"in_population": False}, None),
        # Due in another month: listed there.
        ({"limit_at": datetime(2026, 5, 1, tzinfo=WUHAN)}, None),
        ({"limit_at": None}, None),
        ({"limit_at": datetime(2026, 4, 30, 23, 59, tzinfo=WUHAN)}, 10),
    ],
)
def test_overdue_cases_that_no_meeting_took_up(
    values: dict[str, Any], days: int | None
) -> None:
    found = stuck(case(**values))

    assert [amount for _, amount in found.values()] == ([] if days is None else [days])


def test_a_meeting_that_was_held_takes_the_case_off_the_list() -> None:
    assert stuck(case(), {"issue_id": "i1", "held_on": date(2026, 5, 10)}) == {}
    later = {"issue_id": "i1", "held_on": date(2026, 5, 11)}
    assert stuck(case(), later, {"issue_id": None, "held_on": day(1)}) == {
        "i1": (day(20), 20)
    }


def test_attempts_that_share_a_number_are_counted_beyond_the_first() -> None:
    where = terrain()
    handlings = pl.DataFrame(
        {"issue_id": ["i1", "i1", "i1", "i2", "i2"], "attempt_seq": [1, 1, 1, 1, 2]}
    )
    cases = pl.DataFrame([case(), case(issue_id="i2")], schema=CASE)

    rows = repeated_attempts(cases, handlings, where.days, ZONE)

    assert listed(table([rows], where), "attempt_repeated") == {"i1": (None, 2)}


def test_cases_of_a_month_are_those_reported_in_it() -> None:
    cases = pl.DataFrame(
        [
            case(),
            case(reported_at=datetime(2026, 4, 30, 16, tzinfo=UTC)),  # 1 May in Wuhan
            case(duplicate=True),
            case(chief_person_id=None),
        ],
        schema=CASE,
    )

    assert cases_of_month(cases, terrain().days, ZONE).rows() == [("p1", "2026-04")]
