"""What systems with cases of their own share: surroundings, and what comes a day late.

What lives here: a known case with its place, category, chief and twin; corrections and
voids on the evening after. What does not: any system's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from hub.demo.days import day_of, midnight
from hub.demo.ground.attempts import platform_id, platform_no
from hub.demo.paths import TIME_FIELDS
from hub.demo.systems.base import Line, Surroundings
from hub.demo.told.issues import derived, listed, placed, with_chief

TIMES = {
    "operateTime": "accepted_at",
    "instTime": "registered_at",
    "dispatchTime": "dispatched_at",
    "disposeBeginTime": "received_at",
    "disposeEndTime": "handled_at",
    "checkTime": "checked_at",
    "archiveTime": "closed_at",
    "cancelTime": "cancelled_at",
}
ENDS = ("CANCELLED", "NOT_ACCEPTED", "NOT_REGISTERED")
DUE = pl.col("dispatchTime").dt.offset_by("2d")
UNIT = pl.format("S{}", "street_code")
TAIL = (pl.col("pick") % 100_000_000).cast(pl.String).str.zfill(8)
FIVE = pl.col("nth").cast(pl.String).str.zfill(5)
LATE_HOUR = 20


def surrounded(
    known: pl.DataFrame, around: Surroundings, categories: str
) -> pl.DataFrame:
    """Cases with place, category and chief, by the time they last changed.

    Args:
        known: as `Cases.known` gives them.
        around: plan and people.
        categories: "old" or "new", see `lists`.

    Returns:
        `known` with those columns; stamp (its day, yyyymmdd), city_id and city_no (key
        and number of the platform's case that it is once more, or null).
    """
    stamp = pl.lit(day_of(1)) + pl.duration(days=pl.col("day") - 1)
    all_told = with_chief(
        listed(placed(known.sort("changed_at", "case"), around.plan), categories),
        around.people,
    )
    return all_told.with_columns(
        stamp=stamp.dt.strftime("%Y%m%d"),
        city_id=platform_id("twin_day", "twin_nth"),
        city_no=platform_no("twin_day", "twin_nth"),
    )


def evening_after() -> pl.Expr:
    """An instant on the evening after the day on which a case was reported."""
    return pl.lit(midnight(1)) + pl.duration(days=pl.col("day"), hours=LATE_HOUR)


def mended_later(
    known: pl.DataFrame, at: datetime, kinds: Sequence[str]
) -> pl.DataFrame:
    """Defects of these kinds are gone from the evening after on."""
    late = evening_after()
    is_mended = pl.col("defect").is_in(kinds).fill_null(value=False) & (late < at)
    changed = pl.max_horizontal("changed_at", late)
    return known.with_columns(
        defect=pl.when(~is_mended).then("defect"),
        changed_at=pl.when(is_mended).then(changed).otherwise("changed_at"),
    )


def voided_later(known: pl.DataFrame, at: datetime, kind: str) -> pl.DataFrame:
    """Cases with this defect are voided on the evening after, whatever they reached.

    Nothing that would have come later happens any more (T17).
    """
    late = evening_after()
    is_void = (pl.col("defect") == kind).fill_null(value=False) & (late < at)
    times = [
        pl.when(~is_void | (pl.col(name) < late)).then(name).alias(name)
        for name in TIME_FIELDS
    ]
    frozen = known.with_columns(times)
    stage = (
        pl.when(pl.col("instTime").is_not_null())
        .then(pl.lit("CANCELLED"))
        .when(pl.col("operateTime").is_not_null())
        .then(pl.lit("NOT_REGISTERED"))
        .otherwise(pl.lit("NOT_ACCEPTED"))
    )
    return frozen.with_columns(
        stage=pl.when(is_void).then(stage).otherwise("stage"),
        cancelTime=pl.when(is_void).then(late).otherwise("cancelTime"),
        changed_at=pl.when(is_void).then(late).otherwise("changed_at"),
    )


def derived_lines(
    method: str | pl.Expr, coordinates: str | None, due: pl.Expr = DUE
) -> tuple[Line, ...]:
    """What the hub derives for a case.

    Args:
        method: how it finds its area (AREA_METHOD), the same for all or by case.
        coordinates: the system of the points that are sent (COORD_SYS); None = none.
        due: the deadline that is sent; null = none.
    """
    given = {
        "deadline_at": due,
        "deadline_source_code": pl.when(due.is_not_null())
        .then(pl.lit("SOURCE"))
        .otherwise(pl.lit("NONE")),
        "source_deadline_at": due,
        "district_code": pl.col("district_code"),
        **derived(method=pl.lit(method) if isinstance(method, str) else method),
    }
    if coordinates is not None:
        quality = "OK" if coordinates == "CGCS2000" else "CONVERTED"
        given["coord_sys_code"] = pl.lit(coordinates)
        given["coord_quality_code"] = pl.lit(quality)
    return tuple(Line(None, None, name, told) for name, told in given.items())
