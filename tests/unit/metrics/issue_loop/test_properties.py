"""Neither the order of rows nor how they are cut changes anything."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support.loop_frames import AS_OF, RULES, event, facts
from support.metric_frames import april, places_of, review
from support.thorough import of

from hub.metrics.issue_loop import LoopFacts, build, issue_loop
from hub.metrics.issue_loop.cohort import COHORTS
from hub.metrics.issue_loop.facts import NEIGHBOUR
from hub.metrics.issue_loop.near import near_earlier

MONTHS = ("2026-04", "2026-05")
STAGES = ("ACCEPTED", "DISPATCHED", "HANDLED", "CLOSED", "FED_BACK", "CANCELLED")
TIMES = (
    *("registered_at", "dispatched_at", "handled_at", "checked_at", "closed_at"),
    *("fed_back_at", "deadline_at", "bundle_deadline_at", "close_deadline_at"),
)
ACTIONS = ("ACCEPT", "REGISTER", "CHECK_TASK", "SUSPEND", "REWORK")
hours = st.integers(0, 24 * 75).map(lambda n: april(1) + timedelta(hours=n))


@st.composite
def cities(draw: st.DrawFn) -> LoopFacts:
    """Up to a dozen cases with reviews, handlings and events."""
    ids = [f"i{nth}" for nth in range(draw(st.integers(1, 12)))]
    some = st.sampled_from(ids)

    def several(made: Any) -> list[dict[str, Any]]:
        return draw(st.lists(made, max_size=12))

    issues = [
        {
            "issue_id": name,
            "partner": draw(st.sampled_from(["one", "two"])),
            "source_channel_code": draw(st.sampled_from(["LZZ", "SSP"])),
            "category_system_code": "S",
            "category_kind_code": "MATTER",
            "category_code": "1",
            "coord_quality_code": "OK",
            "lon": 114.3,
            "lat": 30.6,
            "street_code": draw(st.sampled_from(["s1", "s2", None])),
            "stage_code": draw(st.sampled_from(STAGES)),
            "handling_mode_code": draw(st.sampled_from(["SELF_HANDLED", None])),
            "reported_at": draw(hours),
            "events_complete": draw(st.booleans()),
            "is_suspended": draw(st.sampled_from([True, False, None])),
            **{name: draw(st.none() | hours) for name in TIMES},
        }
        for name in ids
    ]
    looks = several(
        st.builds(
            lambda name, seq, at, result: (
                {"issue_id": name, "attempt_seq": seq}
                | {"done_at": at, "result_code": result}
            ),
            some,
            st.integers(1, 2),
            st.none() | hours,
            st.sampled_from(["PASS", "FAIL"]),
        )
    )
    steps = several(
        st.builds(
            lambda name, action, at, limit: (
                event(action, at, deadline_at=limit) | {"issue_id": name}
            ),
            some,
            st.sampled_from(ACTIONS),
            hours,
            st.none() | hours,
        )
    )
    return facts(
        issues,
        reviews=[review(review_id=f"r{n}") | row for n, row in enumerate(looks)],
        handlings=several(
            st.fixed_dictionaries({"issue_id": some, "attempt_seq": st.just(1)})
        ),
        events=steps,
    )


def told(
    given_facts: LoopFacts,
    months: tuple[str, ...] = MONTHS,
    near: pl.DataFrame | None = None,
) -> pl.DataFrame:
    return issue_loop(
        given_facts, places_of(), months, as_of=AS_OF, rules=RULES, near=near
    )


@settings(max_examples=of(30, 10))
@given(cities(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    city: LoopFacts, shuffler: random.Random
) -> None:
    def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
        order = list(range(len(frame)))
        shuffler.shuffle(order)
        return frame[order]

    other = replace(
        city,
        issues=shuffled(city.issues),
        reviews=shuffled(city.reviews),
        handlings=shuffled(city.handlings),
        events=shuffled(city.events),
    )

    assert told(other).equals(told(city))


@settings(max_examples=of(30, 10))
@given(cities(), st.integers(0, 12))
def test_cases_and_months_may_be_cut_anywhere(city: LoopFacts, cut: int) -> None:
    near = near_earlier(city.issues.select(NEIGHBOUR))
    parts = [
        told(replace(city, issues=some), (month,), near)
        for some in (city.issues[:cut], city.issues[cut:])
        for month in MONTHS
    ]

    whole = told(city)
    assert pl.concat(parts).sort("period", "issue_id").equals(whole)
    with patch.object(build, "PIECE", 1 + cut // 2):
        assert told(city).equals(whole)


@settings(max_examples=of(30, 10))
@given(cities())
def test_what_follows_from_the_definitions_holds_of_every_row(city: LoopFacts) -> None:
    rows = told(city)

    laws = {
        "some basis": pl.any_horizontal(COHORTS),
        "one due": ~(pl.col("in_due") & pl.col("in_due_instead")),
        "ends": ~pl.col("ended") | (~pl.col("accept")),
        "stages": ~pl.col("archive") | (pl.col("dispose") & pl.col("dispatch")),
        "known": ~pl.col("rework") | (~pl.col("rework_unknown")),
        "in time": ~pl.col("done_in_limit") | (~pl.col("without_deadline")),
        "checked": ~pl.col("checked") | (pl.col("need_check")),
        "passed": ~pl.col("review_passed") | (pl.col("reviewed")),
        "near": ~pl.col("near_duplicate")
        | (pl.col("near_duplicate_of_id") != pl.col("issue_id")),
    }
    broken = [name for name, law in laws.items() if not rows.select(law.all()).item()]
    assert broken == []
