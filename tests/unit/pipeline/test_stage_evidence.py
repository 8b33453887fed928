"""Every row of the tables of evidence moves a case as the table says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.stage_frames import derive_one, event, instant, stage_of
from support.stage_reference import Case, Event, Review

TIME_ROWS = [
    ("reported_at", "DISCOVERED"),
    ("accepted_at", "ACCEPTED"),
    ("verified_at", "VERIFIED"),
    ("registered_at", "REGISTERED"),
    ("dispatched_at", "DISPATCHED"),
    ("received_at", "HANDLING"),
    ("handled_at", "HANDLED"),
    ("checked_at", "CHECKED"),
    ("closed_at", "CLOSED"),
    ("fed_back_at", "DISCOVERED"),  # an answer alone closes nothing
]


@pytest.mark.parametrize(("column", "expected"), TIME_ROWS)
def test_each_time_reaches_its_stage(column: str, expected: str) -> None:
    assert stage_of(Case(times={"reported_at": 0, column: 5})) == expected


ACTION_ROWS = [
    ("SUBMIT", "DISCOVERED"),
    ("ACCEPT", "ACCEPTED"),
    ("VERIFY_TASK", "DISCOVERED"),
    ("REGISTER", "REGISTERED"),
    ("DISPATCH", "DISPATCHED"),
    ("HANDLE", "HANDLED"),
    ("CHECK_TASK", "DISCOVERED"),
    ("CHECK_PASS", "CHECKED"),
    ("CLOSE", "CLOSED"),
    ("FORCE_CLOSE", "CLOSED"),
    ("FEEDBACK", "DISCOVERED"),
    ("EXTEND", "DISCOVERED"),
    ("SUSPEND", "DISCOVERED"),
    ("RESUME", "DISCOVERED"),
    ("SUPERVISE", "DISCOVERED"),
    ("APPEAL", "DISCOVERED"),
    ("CHECK_FAIL", "HANDLING"),
    ("REWORK", "HANDLING"),
    ("CANCEL", "NOT_ACCEPTED"),
]


@pytest.mark.parametrize(("action", "expected"), ACTION_ROWS)
def test_each_action_moves_the_case_where_the_table_says(
    action: str, expected: str
) -> None:
    case = Case(times={"reported_at": 0}, events=[event(action, 5)])

    assert stage_of(case) == expected


REVIEW_ROWS = [
    ("VERIFY", "PASS", "VERIFIED"),
    ("VERIFY", "FAIL", "DISCOVERED"),
    ("VERIFY", "UNABLE", "DISCOVERED"),
    ("CHECK", "PASS", "CHECKED"),
    ("CHECK", "UNABLE", "CHECKED"),
    ("CHECK", "FAIL", "HANDLING"),
    ("CHECK", None, "DISCOVERED"),
    ("RECHECK", "PASS", "CHECKED"),
    ("RECHECK", "FAIL", "HANDLING"),
    ("CALLBACK", "PASS", "DISCOVERED"),
]


@pytest.mark.parametrize(("kind", "result", "expected"), REVIEW_ROWS)
def test_each_review_result_moves_the_case_where_the_table_says(
    kind: str, result: str | None, expected: str
) -> None:
    done = Case(times={"reported_at": 0}, reviews=[Review(kind, result, 5)])
    open_task = replace(done, reviews=[Review(kind, result, None)])

    assert stage_of(done) == expected
    assert stage_of(open_task) == "DISCOVERED"


def test_a_review_takes_the_place_of_its_time() -> None:
    times: dict[str, int | None] = {
        "reported_at": 0,
        "verified_at": 5,
        "checked_at": 7,
    }
    open_tasks = [Review("VERIFY", None, None), Review("CHECK", None, None)]

    assert stage_of(Case(times=times)) == "CHECKED"
    assert stage_of(Case(times=times, reviews=open_tasks)) == "DISCOVERED"


@pytest.mark.parametrize(
    ("accepted", "expected"), [(4, "DISPATCHED"), (5, "DISPATCHED"), (6, "HANDLING")]
)
def test_accepting_after_the_dispatch_is_taking_the_work(
    accepted: int, expected: str
) -> None:
    case = Case(
        times={"reported_at": 0, "dispatched_at": 9},
        events=[event("DISPATCH", 5), event("ACCEPT", accepted)],
    )
    found = derive_one(case).issues

    assert found["stage_code"].item() == expected
    filled = "received_at" if accepted > 5 else "accepted_at"
    assert found[filled].item() == instant(accepted)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([event("RETURN", 5, "VERIFIED")], "VERIFIED"),
        ([event("RETURN", 5, "REWORK")], "HANDLING"),
        ([event("RETURN", 5)], "DISCOVERED"),
        ([event("DISPATCH", 5), event("RETURN", 5)], "REGISTERED"),
        ([event("DISPATCH", 6), event("RETURN", 5)], "DISPATCHED"),
        ([event("RETURN", 5, "CANCELLED")], "DISCOVERED"),
        # Of several falls at one instant the lowest floor holds.
        ([event("REWORK", 5), event("RETURN", 5, "ACCEPTED")], "ACCEPTED"),
        # What happened at the instant of the fall does not count against it.
        ([event("HANDLE", 5), event("REWORK", 5)], "HANDLING"),
        ([event("HANDLE", 6), event("REWORK", 5)], "HANDLED"),
        ([event("REWORK", 5), event("RETURN", 7, "REGISTERED")], "REGISTERED"),
    ],
)
def test_a_return_falls_to_the_stage_it_names(
    steps: list[Event], expected: str
) -> None:
    times: dict[str, int | None] = {"reported_at": 0, "accepted_at": 1}

    assert stage_of(Case(times=times, events=steps)) == expected
