"""In time or not: handling, closing and steps, with every source of a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.loop_frames import AS_OF, RULES, case, event, one
from support.metric_frames import april

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("values", "done", "closed", "unknown"),
    [
        ({"handled_at": april(20), "closed_at": april(20)}, True, True, False),
        (
            {"handled_at": april(20) + TICK, "closed_at": april(20) + TICK},
            False,
            False,
            False,
        ),
        ({"handled_at": None, "closed_at": april(19)}, True, True, False),
        ({"handled_at": None, "closed_at": None}, False, False, True),
        ({"bundle_deadline_at": april(12)}, False, True, False),
        ({"close_deadline_at": april(14)}, True, False, False),
        ({"deadline_at": None}, False, False, False),
        ({"deadline_at": None, "close_deadline_at": april(15)}, False, True, False),
    ],
)
def test_handled_and_closed_in_time(
    values: dict[str, Any], done: object, closed: object, unknown: object
) -> None:
    row = one(case(**values))

    assert row["done_in_limit"] is done
    assert row["closed_in_limit"] is closed
    assert row["without_dispose_time"] is unknown
    assert row["without_deadline"] is (row["limit_at"] is None)
    assert row["without_close_limit"] is (row["close_limit_at"] is None)


def test_at_the_limit_nothing_is_overdue_yet_but_closing_is_due() -> None:
    at = one(case(deadline_at=AS_OF))
    after = one(case(deadline_at=AS_OF - TICK))
    before = one(case(deadline_at=AS_OF + TICK))
    none = one(case(deadline_at=None))

    told = [(row["overdue_now"], row["close_limit_passed"]) for row in (at, after)]
    assert told == [(False, True), (True, True)]
    assert (before["overdue_now"], before["close_limit_passed"]) == (False, False)
    assert (none["overdue_now"], none["close_limit_passed"]) == (False, False)


@pytest.mark.parametrize(
    ("step", "action", "column"),
    [
        ("register", "REGISTER", "registered_at"),
        ("dispatch", "DISPATCH", "dispatched_at"),
    ],
)
def test_the_limit_of_a_step_is_that_of_its_first_event_else_the_rules(
    step: str, action: str, column: str
) -> None:
    rule = {"issue_id": "i1", "step_code": action, "computed_limit_at": april(1)}
    own = [
        event(action, april(12), deadline_at=april(12)),
        event(action, april(16), deadline_at=april(1)),
    ]

    told = one(case(**{column: april(12)}), events=own, limits=[rule])
    by_rule = one(case(**{column: april(12)}), limits=[rule])
    silent = one(case(**{column: april(12)}), events=[event(action, april(12))])
    unknown = one(case(**{column: None}), events=own)

    in_limit, without = f"{step}_in_limit", f"{step}_without_limit"
    assert (told[in_limit], told[without]) == (True, False)
    assert (by_rule[in_limit], by_rule[without]) == (False, False)
    assert (silent[in_limit], silent[without]) == (False, True)
    assert (unknown[in_limit], unknown[without]) == (False, False)


def test_the_last_acceptance_before_the_dispatch_is_judged() -> None:
    steps = [
        event("ACCEPT", april(10, 13), deadline_at=april(10, 13)),
        event("ACCEPT", april(11, 10), deadline_at=april(11, 9)),
        event("ACCEPT", april(12, 13), deadline_at=april(30)),
    ]

    late = one(case(accepted_at=april(10, 13)), events=steps)
    early = one(case(accepted_at=april(10, 13)), events=[steps[0], steps[2]])

    # That of the 12th is the handling unit's receipt.
    assert late["accept_in_limit"] is False
    assert early["accept_in_limit"] is True


def test_an_inferred_acceptance_gives_no_time() -> None:
    seen = event("ACCEPT", april(10), deadline_at=april(30), is_inferred=True)
    rule = {"issue_id": "i1", "step_code": "ACCEPT", "computed_limit_at": april(30)}

    assert one(case(accepted_at=None), events=[seen])["accept_in_limit"] is False
    assert one(case(accepted_at=april(10)), limits=[rule])["accept_in_limit"] is True


def look(kind: str, **values: Any) -> dict[str, Any]:
    return {
        "review_id": "r1",
        "issue_id": "i1",
        "attempt_seq": 0 if kind == "VERIFY" else 1,
        "review_kind_code": kind,
        **values,
    }


@pytest.mark.parametrize(
    ("kind", "step", "done"),
    [("VERIFY", "verify", "verified"), ("CHECK", "check", "checked")],
)
def test_verification_and_check_are_needed_once_a_task_was_given(
    kind: str, step: str, done: str
) -> None:
    task = [event(f"{kind}_TASK", april(13), deadline_at=april(14))]
    open_row = look(kind, deadline_at=april(14))
    in_time = look(kind, deadline_at=april(14), done_at=april(14), result_code="PASS")
    late = in_time | {"done_at": april(14) + TICK}

    asked = (f"need_{step}", done, f"{step}_in_limit", f"{step}_without_limit")

    def told(**more: Any) -> tuple[bool, ...]:
        row = one(case(), **more)
        return tuple(row[name] for name in asked)

    assert told() == (False, False, False, True)
    assert told(events=task) == (True, False, False, False)
    assert told(reviews=[open_row]) == (True, False, False, False)
    assert told(reviews=[in_time]) == (True, True, True, False)
    assert told(reviews=[late]) == (True, True, False, False)
    assert told(reviews=[in_time | {"deadline_at": None}], events=task)[2:] == (
        True,
        False,
    )


def test_the_latest_check_done_speaks_and_a_recheck_is_none() -> None:
    checks = [
        look("CHECK", review_id="a", done_at=april(13), result_code="FAIL"),
        look("CHECK", review_id="b", done_at=april(14), result_code="PASS"),
        look("CHECK", review_id="c"),
        look("RECHECK", review_id="d", done_at=april(16), result_code="FAIL"),
    ]

    row = one(case(), reviews=checks)

    assert row["check_passed"] is True
    assert (row["reviewed"], row["review_passed"]) == (True, False)
    assert one(case(), reviews=checks[3:])["checked"] is False


def test_the_hubs_deadline_beside_the_partners() -> None:
    rule = {"issue_id": "i1", "step_code": "HANDLING", "computed_limit_at": april(21)}
    both = {"source_deadline_at": april(20)}

    by_rule = one(case(**both), limits=[rule])
    linked = one(case(computed_deadline_at=april(19), **both), limits=[rule])
    same = one(case(computed_deadline_at=april(20), **both))
    alone = one(case(source_deadline_at=None), limits=[rule])

    names = ("computed_limit_at", "deadline_differs", "deadline_difference_minutes")
    told = [tuple(row[n] for n in names) for row in (by_rule, linked, same, alone)]
    assert told == [
        (april(21), True, 1440),
        (april(19), True, -1440),
        (april(20), False, 0),
        (april(21), False, None),
    ]


def test_deadlines_that_lie_close_together_do_not_differ() -> None:
    rules = replace(RULES, deadline_tolerance=timedelta(minutes=1))
    near = {"computed_deadline_at": april(20) + timedelta(seconds=60)}
    far = {"computed_deadline_at": april(20) - timedelta(seconds=61)}

    told = [
        one(case(source_deadline_at=april(20), **own), rules=rules)
        for own in (near, far)
    ]

    assert [row["deadline_differs"] for row in told] == [False, True]
    assert [row["deadline_difference_minutes"] for row in told] == [1, -1]
