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
    "period": pl.String,
    "in_reported": pl.Boolean,
    "in_due": pl.Boolean,
    "in_due_instead": pl.Boolean,
    "assigned": pl.Boolean,
    "overdue_now": pl.Boolean,
    "in_population": pl.Boolean,
    "duplicate": pl.Boolean,
    "to_dispose": pl.Boolean,
    "hang": pl.Boolean,
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
        "period": "2026-04",
        "in_reported": True,
        "in_due": True,
        "in_due_instead": False,
        "assigned": True,
        "overdue_now": True,
        "limit_at": datetime(2026, 4, 20, 12, tzinfo=WUHAN),
        **values,
    }


def stuck(one: dict[str, Any], *meetings: dict[str, Any]) -> Any:
    where = terrain()
    rows = never_met(
        pl.DataFrame([one], schema=CASE),
        pl.DataFrame(list(meetings), schema=MEETING),
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
        ({"in_due": False}, None),  # due in another month: listed there
        ({"overdue_now": False}, None),
        ({"overdue_now": False, "hang": True}, 20),
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

    rows = repeated_attempts(cases, handlings)

    assert listed(table([rows], where), "attempt_repeated") == {"i1": (None, 2)}


def test_a_suspended_case_without_a_limit_is_listed_without_days() -> None:
    waits = case(
        limit_at=None, hang=True, overdue_now=False, in_due=False, in_due_instead=True
    )

    assert stuck(waits) == {"i1": (None, None)}


def test_cases_of_a_month_are_those_reported_in_it() -> None:
    cases = pl.DataFrame(
        [
            case(),
            case(in_reported=False),
            case(duplicate=True),
            case(chief_person_id=None, assigned=False),
        ],
        schema=CASE,
    )

    assert cases_of_month(cases).rows() == [("2026-04", "p1")]
