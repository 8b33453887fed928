"""Limits with suspensions agree with a walk from minute to minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from support.worktime_frames import INSTANT, calendar, issues, limits
from support.worktime_limits import NO_AREAS, limit_of
from support.worktime_reference import limit_end, worked_minutes

from hub.metrics.worktime.computed_limits import computed_limits
from hub.metrics.worktime.interruptions import Interruptions, read_interruptions
from hub.metrics.worktime.work_minutes import work_minutes
from hub.partners.city_spec import Limits

SHIFTS = "08:00-12:00,14:00-18:00"
PLAN = [SHIFTS, SHIFTS, None, "08:30-11:45", *[SHIFTS] * 20]
DAYS = calendar(*PLAN)
WORK = work_minutes(DAYS, calendar_code="X", zone="Asia/Shanghai")
WORKED = worked_minutes(dict(DAYS.select("day_on", "shifts").rows()), "Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)
quarters = st.integers(0, 4 * 24 * 5).map(
    lambda n: MIDNIGHT + n * timedelta(minutes=15)
)
cases = st.fixed_dictionaries(
    {
        "start": quarters,
        "minutes": st.integers(1, 60).map(lambda n: 15 * n),
        "kind": st.sampled_from(["WORK_HOUR", "NATURAL_DAY"]),
        "turns": st.lists(quarters, max_size=6, unique=True).map(sorted),
    }
)


def pauses_of(turns: list[datetime]) -> list[tuple[datetime, datetime | None]]:
    return [
        (begun, turns[n + 1] if n + 1 < len(turns) else None)
        for n, begun in enumerate(turns)
        if n % 2 == 0
    ]


def trail_of(issue_id: str, turns: list[datetime]) -> list[dict[str, Any]]:
    return [
        {
            "issue_id": issue_id,
            "action_code": ("SUSPEND", "RESUME")[n % 2],
            "happened_at": at,
            "source_id": f"{issue_id}-{n}",
            "deadline_at": None,
        }
        for n, at in enumerate(turns)
    ]


EVENT = {
    "issue_id": pl.String, "action_code": pl.String, "happened_at": INSTANT,
    "source_id": pl.String, "deadline_at": INSTANT,
}  # fmt: skip


@given(told=st.lists(cases, min_size=1, max_size=4), shuffled=st.randoms())
def test_they_agree_with_the_walk(told: list[dict[str, Any]], shuffled: Any) -> None:
    rules = limits(
        *(
            limit_of(one["kind"], 1, one["minutes"]) | {"category_code": f"{n:04}"}
            for n, one in enumerate(told)
        )
    )
    frame = issues(
        *(
            {"category_code": f"{n:04}", "dispatched_at": one["start"]}
            for n, one in enumerate(told)
        )
    )
    rows = [
        row for n, one in enumerate(told) for row in trail_of(f"I{n + 1}", one["turns"])
    ]
    shuffled.shuffle(rows)
    read: Interruptions = read_interruptions(frame, pl.DataFrame(rows, schema=EVENT))

    found = computed_limits(
        frame, rules, NO_AREAS, WORK, settings=Limits(), interruptions=read
    )

    assert found["computed_limit_at"].to_list() == [
        limit_end(
            WORKED if one["kind"] == "WORK_HOUR" else None,
            one["start"],
            one["minutes"],
            pauses_of(one["turns"]),
        )
        for one in told
    ]
