"""Worked examples of the derivation, and every row of its tables, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.stage_frames import derive_one, event, instant, stage_of
from support.stage_reference import Case, Review

ALL_ENDS = ["CANCELLED", "NOT_ACCEPTED", "NOT_REGISTERED"]


def at(clock: str, day: int = 1) -> int:
    """Minutes from the first day's midnight to a clock time on a day of April."""
    hours, minutes = clock.split(":")
    return (day - 1) * 1440 + int(hours) * 60 + int(minutes)


def labelled_as_closing() -> Case:
    """Example A: state 5, labelled 核查结案, means that the case is being checked."""
    return Case(
        times={
            "reported_at": at("08:00"),
            "accepted_at": at("08:05"),
            "registered_at": at("08:10"),
            "dispatched_at": at("08:20"),
            "received_at": at("08:30"),
            "handled_at": at("10:00"),
        },
        main=["HANDLED"],
    )


def with_times(case: Case, **times: int | None) -> Case:
    return replace(case, times={**case.times, **times})


def test_a_label_that_holds_the_word_closed_closes_nothing() -> None:
    found = derive_one(labelled_as_closing())

    assert found.issues["stage_code"].item() == "HANDLED"
    assert found.findings.is_empty()


def test_work_that_was_seen_in_a_state_needs_no_dispatch() -> None:
    """A feed with states and no times says 处置中, and nobody said who sent it."""
    seen = replace(event("ACCEPT", at("09:00"), "HANDLING"), inferred=True)
    case = Case(times={"reported_at": at("08:00")}, main=["HANDLING"], events=[seen])
    told = replace(case, events=[event("ACCEPT", at("09:00"))])

    assert stage_of(case) == "HANDLING"
    assert stage_of(told) == "ACCEPTED"


def test_a_failed_check_puts_the_case_back_to_handling() -> None:
    failed = with_times(labelled_as_closing(), checked_at=at("11:00"))
    failed = replace(failed, main=[], events=[event("CHECK_FAIL", at("11:00"))])

    assert stage_of(failed) == "HANDLING"


def test_after_a_failed_check_work_counts_anew() -> None:
    base = with_times(labelled_as_closing(), checked_at=at("11:00"))
    steps = [event("CHECK_FAIL", at("11:00")), event("HANDLE", at("14:00"))]

    assert stage_of(replace(base, events=steps)) == "HANDLED"
    steps = [*steps, event("CHECK_PASS", at("15:00"))]
    assert stage_of(replace(base, events=steps, main=["CHECKED"])) == "CHECKED"


def test_a_closed_case_whose_state_is_handling_is_open_again() -> None:
    closed = with_times(labelled_as_closing(), closed_at=at("16:00"))
    found = derive_one(replace(closed, main=["HANDLING"]))

    assert found.issues["stage_code"].item() == "HANDLING"
    assert found.issues["closed_at"].item() is None


def test_a_reopened_case_goes_on_with_the_work_that_follows() -> None:
    closed = with_times(labelled_as_closing(), closed_at=at("16:00"))
    handled = [event("HANDLE", at("11:00", 3))]

    assert stage_of(replace(closed, main=["HANDLED"], events=handled)) == "HANDLED"


def test_a_case_closed_for_good_is_not_reopened_by_its_past() -> None:
    closed = with_times(labelled_as_closing(), closed_at=at("15:00", 3))
    closed = replace(closed, main=["CLOSED"], events=[event("HANDLE", at("11:00", 3))])

    found = derive_one(closed)

    assert found.issues["stage_code"].item() == "CLOSED"
    assert found.issues["closed_at"].item() == instant(at("15:00", 3))


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ({"accepted_at": at("09:10")}, "NOT_REGISTERED"),
        ({}, "NOT_ACCEPTED"),
        ({"accepted_at": at("09:10"), "registered_at": at("10:10")}, "CANCELLED"),
        ({"registered_at": at("10:10"), "closed_at": at("10:20")}, "CANCELLED"),
    ],
)
def test_a_voided_case_ends_where_it_had_got_to(
    times: dict[str, int | None], expected: str
) -> None:
    voided = Case(
        times={"reported_at": at("09:00"), "cancelled_at": at("10:30"), **times},
        reviews=[Review("VERIFY", "FAIL", at("10:00"))],
        end=ALL_ENDS,
    )

    assert stage_of(voided) == expected


@pytest.mark.parametrize("action", ["DISPATCH", "ACCEPT", "HANDLE"])
def test_without_a_state_work_after_the_closing_reopens(action: str) -> None:
    times: dict[str, int | None] = {"reported_at": 0, "closed_at": 5}
    later = Case(times=times, events=[event(action, 6)])
    same_time = Case(times=times, events=[event(action, 5)])

    assert stage_of(later) == ("HANDLED" if action == "HANDLE" else "HANDLING")
    assert stage_of(same_time) == "CLOSED"
    assert stage_of(replace(later, main=["CLOSED"])) == "CLOSED"


def test_the_state_alone_reopens_to_the_lowest_stage_it_may_mean() -> None:
    case = Case(
        times={"reported_at": 0, "closed_at": 5}, main=["DISPATCHED", "REGISTERED"]
    )

    assert stage_of(case) == "REGISTERED"


def test_an_early_failed_check_does_not_hide_a_later_reopening() -> None:
    case = Case(
        times={"reported_at": 0, "closed_at": 9},
        events=[event("CHECK_FAIL", 3), event("HANDLE", 4)],
        main=["HANDLING"],
    )

    assert stage_of(case) == "HANDLING"


def test_an_answer_counts_only_on_a_closed_case() -> None:
    answered = Case(times={"reported_at": 0, "closed_at": 5, "fed_back_at": 4})

    assert stage_of(answered) == "FED_BACK"
    assert stage_of(replace(answered, main=["HANDLING"])) == "HANDLING"


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case(times={"reported_at": 0}, end=["NOT_ACCEPTED"]), "NOT_ACCEPTED"),
        (Case(times={"registered_at": 2}, end=["NOT_ACCEPTED"]), "NOT_ACCEPTED"),
        (Case(times={"verified_at": 2}, end=ALL_ENDS), "NOT_REGISTERED"),
        (Case(times={"fed_back_at": 2}, end=ALL_ENDS), "NOT_ACCEPTED"),
        (Case(times={"registered_at": 1}, events=[event("CANCEL", 2)]), "CANCELLED"),
        # Cancelled, then taken up again: the case goes on.
        (
            Case(
                times={"cancelled_at": 2},
                events=[event("CANCEL", 3), event("REGISTER", 4)],
            ),
            "REGISTERED",
        ),
        (
            Case(times={"cancelled_at": 4}, events=[event("REGISTER", 4)]),
            "CANCELLED",
        ),
        # ... unless the state itself says that it has ended.
        (
            Case(
                times={"cancelled_at": 2},
                events=[event("DISPATCH", 3)],
                end=["CANCELLED"],
            ),
            "CANCELLED",
        ),
        # Reached once is reached, even if a fall made it count no more.
        (
            Case(
                times={"handled_at": 2, "cancelled_at": 9},
                events=[event("RETURN", 3, "ACCEPTED")],
            ),
            "CANCELLED",
        ),
    ],
)
def test_an_end_wins_as_the_rules_say(case: Case, expected: str) -> None:
    assert stage_of(with_times(case, reported_at=0)) == expected
