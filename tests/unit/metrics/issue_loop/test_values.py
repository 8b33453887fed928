"""Counts, minutes and the first missing link, worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from support.loop_frames import AS_OF, case, event, one
from support.metric_frames import april, review

COUNTS = [
    ("rework_count", "REWORK", "rework", "rework_unknown"),
    ("return_count", "RETURN", "returned", "return_unknown"),
    ("extension_count", "EXTEND", "postponed", "extension_unknown"),
]


@pytest.mark.parametrize(("count", "action", "above", "unknown"), COUNTS)
@pytest.mark.parametrize(
    ("told", "complete", "events", "expected"),
    [
        (0, None, 2, 0),
        (3, True, 2, 3),
        (None, True, 2, 2),
        (None, True, 0, 0),
        (None, False, 2, None),
        (None, None, 2, None),
    ],
)
def test_a_count_is_the_partners_else_that_of_all_events_else_unknown(
    count: str,
    action: str,
    above: str,
    unknown: str,
    *,
    told: int | None,
    complete: bool | None,
    events: int,
    expected: int | None,
) -> None:
    row = one(
        case(**{count: told, "events_complete": complete}),
        events=[event(action, april(13 + nth)) for nth in range(events)],
    )

    assert row[count] == expected
    assert row[above] is bool(expected)
    assert row[unknown] is (expected is None)


def test_how_long_a_suspended_case_hangs() -> None:
    events = [
        event("SUSPEND", april(1)),
        event("SUSPEND", AS_OF - timedelta(minutes=90, seconds=59)),
    ]

    assert one(case(is_suspended=True), events=events)["suspended_minutes"] == 90
    assert one(case(is_suspended=True))["suspended_minutes"] is None
    assert one(case(is_suspended=False), events=events)["suspended_minutes"] is None


def test_running_minutes_of_every_span() -> None:
    start = april(10, 8)

    def after(minutes: float) -> datetime:
        return start + timedelta(minutes=minutes)

    row = one(
        case(
            reported_at=start,
            accepted_at=after(5),
            registered_at=after(15.99),
            dispatched_at=after(30),
            received_at=after(70),
            first_contact_at=after(4),
            handled_at=after(100),
            checked_at=after(160),
            closed_at=after(220),
            fed_back_at=after(300),
            answered_at=after(290),
        ),
        handlings=[{"issue_id": "i1", "attempt_seq": 1, "started_at": after(80)}],
    )

    told = {name: row[f"{name}_minutes"] for name in EXPECTED}
    assert told == EXPECTED


EXPECTED = {
    "accept": 5,
    "register": 10,
    "dispatch": 14,
    "receive": 40,
    "handle": 70,
    "check": 60,
    "close": 120,
    "answer": 300,
    "first_response": 4,
    "whole": 220,
}


@pytest.mark.parametrize(
    ("values", "span", "expected"),
    [
        ({"handling_mode_code": "SELF_HANDLED"}, "handle_minutes", 3 * 1440),
        ({"handling_mode_code": None}, "handle_minutes", 1440),
        ({"handled_at": None}, "handle_minutes", None),
        ({"handled_at": april(11)}, "handle_minutes", None),
        ({"answered_at": april(11)}, "answer_minutes", 1440),
        ({}, "answer_minutes", None),
        ({"received_at": april(12, 13)}, "first_response_minutes", 2 * 1440 + 60),
        ({}, "first_response_minutes", None),
    ],
)
def test_a_span_without_an_end_or_that_runs_backwards_is_not_known(
    values: dict[str, Any], span: str, expected: int | None
) -> None:
    assert one(case(**values))[span] == expected


def test_the_first_handling_that_began_is_a_response() -> None:
    handlings = [
        {"issue_id": "i1", "attempt_seq": 1, "started_at": april(12)},
        {"issue_id": "i1", "attempt_seq": 2, "started_at": april(11)},
        {"issue_id": "i1", "attempt_seq": 3},
    ]

    assert one(case(), handlings=handlings)["first_response_minutes"] == 1440


def test_shift_minutes_are_those_of_the_work_calendar() -> None:
    def work(start: str, end: str) -> pl.Expr:
        return (pl.col(end) - pl.col(start)).dt.total_days() * 480

    row = one(case(), work=work)

    assert row["whole_shift_minutes"] == 5 * 480
    assert row["accept_shift_minutes"] is None
    assert one(case())["whole_shift_minutes"] is None


PASSED = [review()]
OPEN = {"stage_code": "HANDLED", "closed_at": None, "checked_at": None}


@pytest.mark.parametrize(
    ("values", "reviews", "expected"),
    [
        ({}, PASSED, None),
        ({"handling_mode_code": "SELF_HANDLED"}, [], None),
        (OPEN | {"stage_code": "HANDLING", "handled_at": None}, [], "NOT_HANDLED"),
        (OPEN, [], "NOT_REVIEWED"),
        (
            OPEN | {"checked_at": april(14)},
            [review(result_code="FAIL")],
            "REVIEW_FAILED",
        ),
        (OPEN | {"checked_at": april(14)}, [review(result_code=None)], "REVIEW_FAILED"),
        (OPEN | {"checked_at": april(14)}, PASSED, "NOT_CLOSED"),
        ({"source_channel_code": "SSP"}, PASSED, "NOT_FED_BACK"),
        ({"stage_code": "HANDLING", "handled_at": None}, PASSED, "DATA_MISSING"),
        (OPEN | {"closed_at_source": True}, PASSED, "DATA_MISSING"),
        ({"checked_at": None}, [], "DATA_MISSING"),
        # Nothing is broken where every link is there by stage, though a time is not.
        ({"handled_at": None}, PASSED, None),
        ({"stage_code": "CANCELLED", "closed_at": None}, [], None),
    ],
)
def test_the_first_missing_link(
    values: dict[str, Any], reviews: list[dict[str, Any]], expected: str | None
) -> None:
    row = one(case(**values), reviews=reviews)

    assert row["first_missing_link"] == expected


def test_a_review_of_an_earlier_attempt_says_nothing_of_the_last() -> None:
    handlings = [{"issue_id": "i1", "attempt_seq": 2}]

    row = one(case(), reviews=PASSED, handlings=handlings)

    assert (row["reviewed"], row["check_passed"]) == (False, True)
    assert row["first_missing_link"] == "NOT_REVIEWED"
