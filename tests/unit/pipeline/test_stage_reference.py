"""The derivation agrees with the reference on random evidence, in any order."""

from __future__ import annotations

import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support.stage_frames import STAGES, frames, instant
from support.stage_reference import NO, TIMES, Case, Event, Review, derive
from support.thorough import of

from hub.pipeline.stage import derive_stages

ENDS = ("NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED")
ACTIONS = [
    "SUBMIT",
    "ACCEPT",
    "VERIFY_TASK",
    "REGISTER",
    "DISPATCH",
    "RETURN",
    "HANDLE",
    "CHECK_TASK",
    "CHECK_PASS",
    "CHECK_FAIL",
    "REWORK",
    "EXTEND",
    "SUSPEND",
    "RESUME",
    "CLOSE",
    "FORCE_CLOSE",
    "CANCEL",
    "SUPERVISE",
    "APPEAL",
    "FEEDBACK",
]
# Few instants, so that ties are the rule and not the exception.
minutes = st.integers(0, 9)
maybe = st.none() | st.booleans()


@st.composite
def cases(draw: st.DrawFn) -> Case:
    times = {
        name: draw(st.none() | minutes)
        for name in TIMES
        if draw(st.integers(0, 2)) == 0
    }
    kinds = draw(st.lists(st.sampled_from(ACTIONS), max_size=7))
    events = [
        Event(
            event_id=f"e{number}",
            action=action,
            at=draw(minutes),
            stage=draw(st.none() | st.sampled_from([*NO, "CANCELLED"])),
            inferred=draw(st.booleans()),
        )
        for number, action in enumerate(kinds)
    ]
    reviews = st.builds(
        Review,
        kind=st.sampled_from(["VERIFY", "CHECK", "RECHECK", "CALLBACK"]),
        result=st.sampled_from([None, "PASS", "FAIL", "UNABLE"]),
        done=st.none() | minutes,
    )
    is_end = draw(st.integers(0, 5)) == 0
    return Case(
        times={**times, "reported_at": draw(minutes)},
        main=draw(st.lists(st.sampled_from(list(NO)), max_size=3, unique=True)),
        end=draw(st.lists(st.sampled_from(ENDS), unique=True)) if is_end else [],
        events=events,
        reviews=draw(st.lists(reviews, max_size=3)),
        rework_count=draw(st.none() | st.integers(0, 3)),
        suspended=draw(maybe),
        supervised=draw(maybe),
        complete=draw(st.booleans()),
    )


@settings(max_examples=of(80, 26), deadline=None)
@given(st.lists(cases(), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_derivation_agrees_with_the_reference(
    drawn: list[Case], shuffle: random.Random
) -> None:
    story = {f"c{number}": case for number, case in enumerate(drawn)}
    shuffled = [
        frame.sample(fraction=1, shuffle=True, seed=shuffle.randrange(999))
        for frame in frames(story)
    ]

    found = derive_stages(*shuffled, stages=STAGES).issues

    assert found["issue_id"].to_list() == shuffled[0]["issue_id"].to_list()
    for row in found.to_dicts():
        expected = derive(story[row["issue_id"]])
        assert row["stage_code"] == expected.stage
        assert {name: row[name] for name in TIMES} == {
            name: instant(at) for name, at in expected.times.items()
        }
        assert row["rework_count"] == expected.rework_count
        assert row["is_suspended"] == expected.suspended
        assert row["is_supervised"] == expected.supervised


@settings(max_examples=of(20, 6), deadline=None)
@given(st.lists(cases(), min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_neither_order_nor_partition_of_the_rows_matters(
    drawn: list[Case], shuffle: random.Random
) -> None:
    story = {f"c{number}": case for number, case in enumerate(drawn)}
    issues, events, reviews = frames(story)
    seed = shuffle.randrange(999)

    whole = derive_stages(issues, events, reviews, stages=STAGES)
    apart = [
        derive_stages(part, events, reviews, stages=STAGES)
        for part in (issues[: len(issues) // 2], issues[len(issues) // 2 :])
    ]
    mixed = derive_stages(
        issues.sample(fraction=1, shuffle=True, seed=seed),
        events.sample(fraction=1, shuffle=True, seed=seed),
        reviews.sample(fraction=1, shuffle=True, seed=seed),
        stages=STAGES,
    )

    assert pl.concat([part.issues for part in apart]).equals(whole.issues)
    assert mixed.issues.sort("issue_id").equals(whole.issues.sort("issue_id"))
    assert mixed.findings.equals(whole.findings)
