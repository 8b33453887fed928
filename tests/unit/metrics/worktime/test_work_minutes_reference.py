"""Working time agrees with a walk from minute to minute, and with itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from support.worktime_frames import INSTANT, calendar, china
from support.worktime_reference import after, between, edges, worked_minutes

from hub.metrics.worktime.work_minutes import work_minutes

ZONES = st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kathmandu"])
# The Sunday of the American change of the clock is the second day.
FIRST = date(2026, 3, 7)
PLANS = st.sampled_from(
    [
        None,
        "08:00-12:00,14:00-18:00",
        "08:30-11:45,13:10-17:00",
        "00:00-24:00",
        "22:00-24:00",
        "00:00-01:30,03:00-09:00",
    ]
)
WORK = china(2025, 2027)
SUMMER = datetime(2025, 6, 1, tzinfo=UTC)
TWO_YEARS = 2 * 365 * 86_400_000_000
moments = st.integers(0, TWO_YEARS).map(lambda n: SUMMER + timedelta(microseconds=n))


@given(
    plan=st.lists(PLANS, min_size=1, max_size=4),
    zone=ZONES,
    spans=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.integers(0, 900)), min_size=1
    ),
)
def test_it_agrees_with_the_walk(
    plan: list[str | None], zone: str, spans: list[tuple[float, float, int]]
) -> None:
    work = work_minutes(calendar(*plan, first=FIRST), calendar_code="X", zone=zone)
    days = {FIRST + timedelta(days=n): told for n, told in enumerate(plan)}
    begin, end = edges(days, zone)
    worked = worked_minutes(days, zone)
    rows = [(begin + a * (end - begin), begin + b * (end - begin), m)
            for a, b, m in spans]  # fmt: skip

    frame = pl.DataFrame(rows, schema=["a", "b", "m"], orient="row").cast(
        {"a": INSTANT, "b": INSTANT}
    )
    found = frame.select(between=work.between("a", "b"), after=work.after("a", "m"))

    assert found["between"].to_list() == [between(worked, a, b) for a, b, _ in rows]
    assert found["after"].to_list() == [after(worked, a, m) for a, _, m in rows]


@given(spans=st.lists(st.tuples(moments, moments, st.integers(0, 20_000)), min_size=1))
def test_counting_and_walking_undo_each_other(
    spans: list[tuple[datetime, datetime, int]],
) -> None:
    frame = pl.DataFrame(spans, schema=["a", "b", "m"], orient="row").cast(
        {"a": INSTANT, "b": INSTANT}
    )

    found = frame.with_columns(end=WORK.after("a", "m")).with_columns(
        back=WORK.between("a", "end"),
        spent=WORK.between("a", "b"),
        middle=WORK.between("a", "end") + WORK.between("end", "b"),
    )
    known = found.drop_nulls("end")

    # Just so many minutes have passed, and not a µs before.
    assert known["back"].to_list() == known["m"].to_list()
    short = known.filter(pl.col("m") > 0).select(
        pl.col("m") - WORK.between("a", pl.col("end") - pl.duration(microseconds=1))
    )
    assert set(short.to_series()) <= {1}
    # Whole minutes of two parts are those of the whole, or one less.
    lost = found.select(pl.col("spent") - pl.col("middle")).to_series().drop_nulls()
    assert set(lost) <= {0, 1}
    assert found.filter(pl.col("b") < pl.col("a"))["spent"].drop_nulls().is_empty()
