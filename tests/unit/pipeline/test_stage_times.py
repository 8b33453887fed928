"""Filled times, counts and conditions, and the warnings beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.stage_frames import derive_one, event, instant
from support.stage_reference import Case, Event, Review


def filled(case: Case, column: str, **delivered: object) -> object:
    value: object = derive_one(case, **delivered).issues[column].item()
    return value


def rules(case: Case, **delivered: object) -> list[str]:
    return derive_one(case, **delivered).findings["rule"].to_list()


@pytest.mark.parametrize(
    ("column", "action", "minute"),
    [
        ("accepted_at", "ACCEPT", 3),
        ("registered_at", "REGISTER", 3),
        ("dispatched_at", "DISPATCH", 3),
        ("handled_at", "HANDLE", 7),
        ("closed_at", "CLOSE", 7),
        ("closed_at", "FORCE_CLOSE", 7),
        ("cancelled_at", "CANCEL", 7),
        ("fed_back_at", "FEEDBACK", 7),
    ],
)
def test_a_null_time_takes_the_first_or_last_step(
    column: str, action: str, minute: int
) -> None:
    steps = [event(action, 7), event(action, 3)]
    guessed = [replace(step, inferred=True) for step in steps]

    assert filled(Case({"reported_at": 0}, events=steps), column) == instant(minute)
    assert filled(Case({"reported_at": 0}, events=guessed), column) is None
    told = Case({"reported_at": 0, column: 1}, events=steps)
    assert filled(told, column) == instant(1)


def test_times_of_reviews_take_the_last_one_done() -> None:
    reviews = [
        Review("VERIFY", "FAIL", 2),
        Review("VERIFY", "PASS", 1),
        Review("CHECK", "FAIL", 5),
        Review("RECHECK", None, 6),
        Review("CHECK", "PASS", None),
        Review("CALLBACK", "PASS", 9),
    ]
    found = derive_one(Case({"reported_at": 0}, reviews=reviews)).issues

    assert found["verified_at"].item() == instant(2)
    assert found["checked_at"].item() == instant(6)


def test_a_filled_time_never_becomes_evidence() -> None:
    # checked_at would count as evidence if it had been delivered.
    failed = Case({"reported_at": 0}, reviews=[Review("CHECK", "FAIL", 5)])

    assert filled(failed, "checked_at") == instant(5)
    assert filled(failed, "stage_code") == "HANDLING"


@pytest.mark.parametrize(
    ("delivered", "complete", "expected"),
    [(None, True, 2), (None, False, None), (5, True, 5), (5, False, 5)],
)
def test_rework_is_counted_only_where_the_trail_is_complete(
    delivered: int | None, complete: bool, expected: int | None
) -> None:
    steps = [event("REWORK", 3), replace(event("REWORK", 5), inferred=True)]
    case = Case(
        {"reported_at": 0}, events=steps, rework_count=delivered, complete=complete
    )

    assert filled(case, "rework_count") == expected


def test_a_complete_trail_without_rework_counts_none() -> None:
    assert filled(Case({"reported_at": 0}, complete=True), "rework_count") == 0


def test_suspension_is_told_by_state_then_column_then_trail() -> None:
    held = Case({"reported_at": 0}, events=[event("SUSPEND", 3)])
    released = replace(held, events=[event("RESUME", 4), event("SUSPEND", 3)])

    assert filled(held, "is_suspended") is True
    assert filled(released, "is_suspended") is False
    assert filled(held, "is_suspended", is_suspended=False) is False
    told = replace(held, suspended=True)
    assert filled(told, "is_suspended", is_suspended=False) is True
    assert filled(Case({"reported_at": 0}), "is_suspended") is None
    assert filled(released, "has_been_suspended") is True
    assert filled(Case({"reported_at": 0}), "has_been_suspended") is None
    quiet = Case({"reported_at": 0}, complete=True)
    assert filled(quiet, "has_been_suspended") is False


def test_supervision_is_true_or_unknown_but_never_guessed_false() -> None:
    watched = Case({"reported_at": 0}, events=[event("SUPERVISE", 3)])

    assert filled(watched, "is_supervised") is True
    assert filled(replace(watched, supervised=False), "is_supervised") is False
    assert filled(Case({"reported_at": 0}), "is_supervised") is None


@pytest.mark.parametrize(
    ("steps", "mode", "expected"),
    [
        ([event("FORCE_CLOSE", 5)], None, "FORCED"),
        ([event("SUSPEND", 2), event("FORCE_CLOSE", 5)], None, "FORCED"),
        ([event("SUSPEND", 2), event("CLOSE", 5)], None, "FROM_SUSPENDED"),
        ([event("SUSPEND", 2), event("RESUME", 3), event("CLOSE", 5)], None, None),
        ([event("CLOSE", 5), event("SUSPEND", 6)], None, None),
        ([event("CLOSE", 5)], "SELF_HANDLED", "SELF_HANDLED"),
        ([event("CHECK_PASS", 4), event("CLOSE", 5)], None, "NORMAL"),
        ([event("CHECK_PASS", 6), event("CLOSE", 5)], None, None),
        # A check passed before the case fell back says nothing about this close.
        (
            [event("CHECK_PASS", 2), event("REWORK", 3), event("CLOSE", 5)],
            None,
            None,
        ),
        ([event("FORCE_CLOSE", 5), event("REWORK", 6)], None, None),
        ([event("CHECK_PASS", 4)], None, None),
    ],
)
def test_the_close_type_follows_from_the_steps(
    steps: list[Event], mode: str | None, expected: str | None
) -> None:
    case = Case({"reported_at": 0}, events=steps)

    assert filled(case, "close_type_code", handling_mode_code=mode) == expected
    delivered = filled(case, "close_type_code", close_type_code="NORMAL")
    assert delivered == "NORMAL"


def test_a_dispatched_case_is_handled_by_dispatch_unless_the_source_says_other() -> (
    None
):
    sent = Case({"reported_at": 0, "dispatched_at": 3})

    assert filled(sent, "handling_mode_code") == "DISPATCHED"
    assert (
        filled(sent, "handling_mode_code", handling_mode_code="SELF_HANDLED")
        == "SELF_HANDLED"
    )
    assert filled(Case({"reported_at": 0}), "handling_mode_code") is None


def test_a_stage_that_the_state_does_not_mean_is_a_finding() -> None:
    handled = {"reported_at": 0, "registered_at": 1, "handled_at": 3}

    assert rules(Case(handled, main=["HANDLED"])) == []
    assert rules(Case(handled, main=["DISPATCHED"])) == ["S01"]
    assert rules(Case({"reported_at": 0}, end=["CANCELLED"])) == ["K16"]
    # The state says rework; the case is in handling, which is the same.
    again = Case({"reported_at": 0, "registered_at": 1}, main=["REWORK"])
    again = replace(again, events=[event("REWORK", 3)])
    assert rules(again) == []


def test_later_steps_without_registration_are_a_finding() -> None:
    assert rules(Case({"reported_at": 0, "handled_at": 3})) == ["T15"]
    assert rules(Case({"reported_at": 0, "accepted_at": 3})) == []
    registered = Case({"reported_at": 0, "handled_at": 3})
    registered = replace(registered, events=[event("REGISTER", 2)])
    assert rules(registered) == []


def test_closed_or_ended_without_its_instant_is_a_finding() -> None:
    times: dict[str, int | None] = {"reported_at": 0, "registered_at": 1}
    seen_closed = replace(event("CLOSE", 5), inferred=True)

    assert rules(Case(times, events=[event("CLOSE", 5)])) == []
    assert rules(Case(times, events=[seen_closed])) == ["K16"]
    assert rules(Case(times, main=["CLOSED"])) == ["K16", "S01"]
    assert rules(Case(times, main=["REGISTERED", "CLOSED"])) == []
    assert rules(Case(times, events=[event("CANCEL", 5)])) == []


def test_a_rework_count_that_the_trail_contradicts_is_a_finding() -> None:
    case = Case({"reported_at": 0, "registered_at": 1}, events=[event("REWORK", 3)])

    assert rules(replace(case, rework_count=2, complete=True)) == ["K17"]
    assert rules(replace(case, rework_count=1, complete=True)) == []
    assert rules(replace(case, rework_count=2, complete=False)) == []
