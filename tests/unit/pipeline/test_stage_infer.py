"""Events inferred from states: only changes speak, and order of arrival does not."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support.stage_frames import INSTANT, STAGES, instant
from support.stage_reference import NO, as_issue_stage

from hub.pipeline.stage_infer import infer_events

SCHEMA = {
    "issue_id": pl.String,
    "partner": pl.String,
    "source_id": pl.String,
    "feed": pl.String,
    "version_at": INSTANT,
    "row_digest": pl.String,
    "state": pl.String,
    "state_main": pl.List(pl.String),
}
STATES: dict[str, list[str]] = {
    "new": ["DISCOVERED"],
    "looking": ["ACCEPTED", "VERIFIED"],
    "verified": ["VERIFIED"],
    "sending": ["ACCEPTED", "REGISTERED", "DISPATCHED"],
    "working": ["HANDLING"],
    "again": ["REWORK"],
    "done": ["HANDLED"],
    "closed": ["CLOSED"],
    "held": [],
}
UNTIMED = {"cases": ["DISCOVERED"]}


def seen(*states: tuple[int, str | None], feed: str = "cases") -> pl.DataFrame:
    rows = [
        {
            "issue_id": "i1",
            "partner": "p",
            "source_id": "77",
            "feed": feed,
            "version_at": instant(minute),
            "row_digest": f"{minute:03}{state}",
            "state": state,
            "state_main": STATES[state] if state else [],
        }
        for minute, state in states
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def steps(
    observations: pl.DataFrame, timed: dict[str, list[str]] | None = None
) -> list[tuple[str, str, Any]]:
    found = infer_events(
        observations, UNTIMED if timed is None else timed, stages=STAGES
    )
    return found.select("action_code", "stage_code", "happened_at").rows()


def test_the_first_sight_and_each_change_make_an_event() -> None:
    found = steps(seen((1, "working"), (2, "working"), (5, "done"), (9, "closed")))

    assert found == [
        ("ACCEPT", "HANDLING", instant(1)),
        ("HANDLE", "HANDLED", instant(5)),
        ("CLOSE", "CLOSED", instant(9)),
    ]


def test_a_fall_is_rework_or_a_return_to_the_lowest_stage_meant() -> None:
    assert steps(seen((1, "done"), (2, "working")))[1] == (
        "REWORK",
        "HANDLING",
        instant(2),
    )
    assert steps(seen((1, "done"), (2, "again")))[1][0] == "REWORK"
    assert steps(seen((1, "done"), (2, "sending")))[1:] == [
        ("RETURN", "ACCEPTED", instant(2))
    ]


def test_an_overlay_between_two_states_does_not_hide_a_fall() -> None:
    found = steps(seen((1, "done"), (2, "held"), (3, "working")))

    assert [step[0] for step in found] == ["HANDLE", "REWORK"]


def test_states_that_overlap_are_no_fall() -> None:
    found = steps(seen((1, "sending"), (2, "looking")))

    assert [step[0] for step in found] == ["ACCEPT", "REGISTER", "DISPATCH", "ACCEPT"]


def test_a_stage_with_a_time_column_of_its_own_infers_nothing() -> None:
    timed = {"cases": ["ACCEPTED", "REGISTERED"], "other": ["DISPATCHED"]}

    assert steps(seen((1, "sending")), timed) == [
        ("DISPATCH", "DISPATCHED", instant(1))
    ]
    assert steps(seen((1, "sending"), feed="other"), timed) == [
        ("ACCEPT", "ACCEPTED", instant(1)),
        ("REGISTER", "REGISTERED", instant(1)),
    ]
    everything = {"cases": [code for code in NO if code != "REWORK"]}
    assert steps(seen((1, "done"), (2, "working")), everything) == []


def test_being_verified_has_no_event_and_a_row_without_state_is_silent() -> None:
    assert steps(seen((1, "verified"), (2, None))) == []
    assert len(steps(seen((1, "done"), (2, None), (3, "done")))) == 1


def test_the_key_of_an_inferred_event_is_found_again() -> None:
    found = infer_events(seen((1, "sending")), UNTIMED, stages=STAGES)

    assert found["source_id"].to_list() == [
        "77#sending@2026-04-01T00:01:00.000000Z",
        "77#sending@2026-04-01T00:01:00.000000Z#REGISTERED",
        "77#sending@2026-04-01T00:01:00.000000Z#DISPATCHED",
    ]
    assert found["is_inferred"].all()


def test_no_observations_infer_no_events() -> None:
    assert infer_events(seen(), UNTIMED, stages=STAGES).is_empty()


def by_hand(
    history: list[tuple[int, str, str | None]],
) -> list[tuple[str, str, Any]]:
    """The rule again, one observation after the other."""
    actions = {
        "ACCEPTED": "ACCEPT",
        "REGISTERED": "REGISTER",
        "DISPATCHED": "DISPATCH",
        "HANDLING": "ACCEPT",
        "HANDLED": "HANDLE",
        "CLOSED": "CLOSE",
    }
    found: list[tuple[str, str, Any]] = []
    last, known = None, [0]
    for minute, _, state in sorted(set(history)):
        if state is None or state == last:
            continue
        last = state
        means = sorted({as_issue_stage(c) for c in STATES[state]}, key=NO.__getitem__)
        numbers = [NO[code] for code in means]
        untimed = [code for code in means if code != "DISCOVERED"]
        if means and max(numbers) < min(known):
            for code in untimed[:1]:
                action = "REWORK" if code == "HANDLING" else "RETURN"
                found.append((action, code, instant(minute)))
        else:
            found += [(actions[c], c, instant(minute)) for c in untimed if c in actions]
        known = numbers or known
    return found


observation = st.tuples(
    st.integers(0, 400),
    st.sampled_from("abc"),
    st.none() | st.sampled_from(list(STATES)),
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(observation, max_size=12, unique_by=lambda one: one[0]),
    st.randoms(use_true_random=False),
)
def test_inference_is_a_function_of_the_set(
    history: list[tuple[int, str, str | None]], shuffle: random.Random
) -> None:
    repeated = [(minute, state) for minute, _, state in history + history[::2]]
    shuffle.shuffle(repeated)

    assert steps(seen(*repeated)) == by_hand(history)
