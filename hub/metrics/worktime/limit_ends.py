"""When limits end, on clocks that run always or in shifts only.

What lives here: the end of a limit from its start, its kind and what interrupted it.
A suspension stops the clock until it is lifted; an extension sets the limit anew, and
later suspensions move that. What does not: which limit a step has (`limit_rules`).

Times are counted as places on the clock of the limit, in µs: shift time since the
calendar began, or time since 1970.
"""

from __future__ import annotations

import polars as pl

from hub.metrics.worktime.interruptions import Interruptions
from hub.metrics.worktime.slots import MINUTE
from hub.metrics.worktime.work_minutes import INSTANT, WorkMinutes
from hub.partners.city_spec import Limits
from hub.schemas.code_lists import limit_types

HANDLING = "HANDLING"
SUSPENDED = "SUSPENDED"
BEYOND_CALENDAR = "BEYOND_CALENDAR"
PLACE = "place"


def limit_ends(
    rows: pl.DataFrame,
    work: WorkMinutes,
    settings: Limits,
    interruptions: Interruptions | None,
) -> pl.DataFrame:
    """place, computed_limit_at, is_final and stopped of steps that have a limit.

    Args:
        rows: place, issue_id, step_code, start_at and the columns of their limit.
        work: the calendar.
        settings: the city's.
        interruptions: of these cases; None where there are none.
    """
    kinds = limit_types()
    continuous = kinds.filter(pl.col("is_continuous") == "true")["code"]
    in_shifts = ~pl.col("limit_type_code").is_in(continuous.implode())

    def clock(instant: str) -> pl.Expr:
        running = pl.col(instant).dt.timestamp("us")
        return pl.when("in_shifts").then(work.position(instant)).otherwise(running)

    by_minutes = clock("start_at") + pl.col("limit_minutes") * MINUTE
    by_days = work.day_end("start_at", "limit_value")
    to_day_end = (pl.col("limit_type_code") == "WORK_DAY") & (
        settings.work_day == "DAY_END"
    )
    timed = (
        rows.with_columns(in_shifts=in_shifts)
        .with_columns(target=pl.when(to_day_end).then(by_days).otherwise(by_minutes))
        .with_columns(
            anchor_at="start_at",
            new_limit_at=pl.lit(None, INSTANT),
            stopped=pl.lit(None, pl.String),
            pushed=pl.lit(0, pl.Int64),
        )
    )
    if interruptions is not None:
        timed = _extended(timed, interruptions).with_columns(
            target=pl.when(pl.col("new_limit_at").is_null())
            .then("target")
            .otherwise(clock("new_limit_at"))
        )
        paused = timed.join(interruptions.pauses, on="issue_id")
        if len(paused):
            own = [
                pl.max_horizontal(pl.col(name), "anchor_at").alias(name)
                for name in ("from_at", "until_at")
            ]
            # A maximum passes over a null: a pause without an end has none.
            ends = pl.when(pl.col("until_at").is_not_null()).then(own[1])
            paused = paused.with_columns(own[0], until_at=ends).with_columns(
                stops=clock("from_at"), resumes=clock("until_at")
            )
            timed = timed.drop("pushed").join(
                _pushed(paused), on=PLACE, how="left", maintain_order="left"
            )
            timed = timed.with_columns(
                pl.col("pushed").fill_null(0),
                stopped=pl.coalesce("stopped", "stands"),
            )
    moved = pl.col("target") + pl.col("pushed")
    given = pl.col("new_limit_at").is_not_null() & (pl.col("pushed") == 0)
    ended = (
        pl.when(pl.col("stopped").is_not_null())
        .then(None)
        .when(given)
        .then("new_limit_at")
        .when("in_shifts")
        .then(work.instant(moved))
        .otherwise(moved.cast(INSTANT))
    )
    is_final = (
        pl.when(pl.col("computed_limit_at").is_null())
        .then(None)
        .when(pl.col("in_shifts") & ~given)
        .then(work.is_final("start_at", "computed_limit_at"))
        .otherwise(pl.lit(value=True))
    )
    return timed.with_columns(computed_limit_at=ended).select(
        PLACE, "computed_limit_at", "stopped", is_final=is_final
    )


def _extended(timed: pl.DataFrame, told: Interruptions) -> pl.DataFrame:
    """Handling steps begin anew where they were extended; what is unknown stops them.

    An extension before the clock has started extends nothing.
    """
    kept = timed.drop("new_limit_at", "stopped").join(
        told.extensions, on="issue_id", how="left", maintain_order="left"
    )
    named = kept.join(
        told.unknown.select("issue_id", stopped="reason"),
        on="issue_id",
        how="left",
        maintain_order="left",
    )
    is_handling = pl.col("step_code") == HANDLING
    holds = (
        is_handling
        & pl.col("new_limit_at").is_not_null()
        & (pl.col("extended_at") >= pl.col("start_at")).fill_null(value=False)
    )
    return named.with_columns(
        anchor_at=pl.when(holds).then("extended_at").otherwise("anchor_at"),
        new_limit_at=pl.when(holds).then("new_limit_at"),
        stopped=pl.when(is_handling).then("stopped"),
    ).drop("extended_at")


def _pushed(paused: pl.DataFrame) -> pl.DataFrame:
    """place, pushed (µs by which pauses move the limit), stands (a reason).

    A pause counts if the limit, moved by the pauses before it, has not passed when it
    begins. On a clock that stands still in them, that is: if the time run until it
    begins is less than the limit.
    """
    lasted = (pl.col("resumes") - pl.col("stops")).fill_null(0)
    earlier = lasted.cum_sum().shift(1, fill_value=0).over(PLACE)
    counted = (
        paused.filter(
            pl.col("until_at").is_null() | (pl.col("until_at") > pl.col("anchor_at"))
        )
        .sort(PLACE, "from_at")
        .with_columns(run=pl.col("stops") - earlier, lasted=lasted)
        .filter(pl.col("run") < pl.col("target"))
    )
    is_open = pl.col("until_at").is_null()
    is_lost = ~is_open & pl.col("resumes").is_null()
    return counted.group_by(PLACE).agg(
        pushed=pl.col("lasted").sum(),
        stands=pl.when(is_open.any())
        .then(pl.lit(SUSPENDED))
        .when(is_lost.any())
        .then(pl.lit(BEYOND_CALENDAR)),
    )
