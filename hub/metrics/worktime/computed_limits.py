"""The hub's own limits of the steps of cases, from rules, shifts and calendar.

What lives here: `computed_limits`. A limit is a span on a clock that runs always
(URGENT_HOUR, NATURAL_DAY) or in shifts only (WORK_HOUR, WORK_DAY); a suspension stops
it, an extension sets it anew. What is not known for certain is null with a reason. What
does not: the partner's own deadline and which of the two counts (`hub.flow`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from hub.metrics.worktime.interruptions import Interruptions
from hub.metrics.worktime.limit_ends import (
    BEYOND_CALENDAR,
    HANDLING,
    PLACE,
    limit_ends,
)
from hub.metrics.worktime.limit_rules import CATEGORY, match_limits
from hub.metrics.worktime.work_minutes import INSTANT, WorkMinutes
from hub.partners.city_spec import Limits

STANDARD = ("std_category_kind_code", "std_category_code")


def computed_limits(
    issues: pl.DataFrame,
    limits: pl.DataFrame,
    areas: pl.DataFrame,
    work: WorkMinutes,
    *,
    settings: Limits,
    standard: str | None = None,
    steps: Sequence[str] = (HANDLING,),
    interruptions: Interruptions | None = None,
) -> pl.DataFrame:
    """The limit of every case for every step asked for.

    Args:
        issues: issue_id, the category triple, std_category_kind_code,
            std_category_code, condition_text, area_id, reported_at and the times that
            start the clocks of the steps; a time that is no column of these rows,
            such as verify_task_at, starts none.
        limits: rows of dataset time_limit, all versions.
        areas: versions of areas: area_id, zone_class_name, valid_from_on, valid_to_on.
        work: the calendar.
        settings: the city's.
        standard: system of the standard categories; None where there is none.
        steps: codes of LIMIT_STEP.
        interruptions: of these cases; None where there are none.

    Returns:
        issue_id, step_code, time_limit_id, computed_limit_at, is_final (false where
        it rests on days without a notice, T30), reason (null where there is a limit);
        steps in the order given, cases in theirs. Reasons are those of `match_limits`
        and `read_interruptions`, SUSPENDED (the clock stands still) and
        BEYOND_CALENDAR.
    """
    zoned = _with_zone(issues, limits, areas, work.zone)
    asked = pl.concat([_step(zoned, step, settings) for step in steps])
    asked = asked.with_columns(
        start_on=pl.col("start_at").dt.convert_time_zone(work.zone).dt.date()
    )
    found = asked.select("issue_id", "step_code", "start_at").hstack(
        match_limits(asked, limits, standard=standard)
    )
    rows = found.with_row_index(PLACE)
    running = rows.filter(pl.col("time_limit_id").is_not_null())
    ended = limit_ends(running, work, settings, interruptions)
    return (
        rows.join(ended, on=PLACE, how="left", maintain_order="left")
        .with_columns(reason=pl.coalesce("reason", "stopped"))
        .with_columns(
            reason=pl.when(
                pl.col("computed_limit_at").is_null() & pl.col("reason").is_null()
            )
            .then(pl.lit(BEYOND_CALENDAR))
            .otherwise("reason")
        )
        .select(
            "issue_id",
            "step_code",
            "time_limit_id",
            "computed_limit_at",
            "is_final",
            "reason",
        )
    )


def _with_zone(
    issues: pl.DataFrame, limits: pl.DataFrame, areas: pl.DataFrame, zone: str
) -> pl.DataFrame:
    """Cases with the zone class of their area on the day of the report."""
    if not limits["zone_class_name"].is_not_null().any():
        return issues.with_columns(zone_class_name=pl.lit(None, pl.String))
    day = pl.col("reported_at").dt.convert_time_zone(zone).dt.date()
    until = pl.col("valid_to_on")
    held = (
        issues.select("issue_id", "area_id", day=day)
        .join(areas.drop_nulls("zone_class_name"), on="area_id")
        .filter(pl.col("valid_from_on") <= pl.col("day"))
        .filter(until.is_null() | (until > pl.col("day")))
        .group_by("issue_id")
        .agg(pl.col("zone_class_name").min())
    )
    return issues.drop("zone_class_name", strict=False).join(
        held, on="issue_id", how="left", maintain_order="left"
    )


def _step(issues: pl.DataFrame, step: str, settings: Limits) -> pl.DataFrame:
    known = [n for n in settings.started_by(step) if n in issues.columns]
    start = pl.coalesce(known) if known else pl.lit(None)
    return issues.select(
        "issue_id",
        *CATEGORY,
        *STANDARD,
        "condition_text",
        "zone_class_name",
        step_code=pl.lit(step),
        start_at=start.cast(INSTANT),
    )
