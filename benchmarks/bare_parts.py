"""Durations and near cases, written by hand for `bare_flags`.

What lives here: spans in running and shift minutes, and DU-1 by cells. What does not:
the flags themselves. Shifts and the projection are those of one city and hard-wired.
"""

from __future__ import annotations

import polars as pl

SPANS = {
    "accept": ("reported_at", "accepted_at"),
    "register": ("accepted_at", "registered_at"),
    "dispatch": ("registered_at", "dispatched_at"),
    "receive": ("dispatched_at", "received_at"),
    "handle": ("handle_from_at", "handled_at"),
    "check": ("handled_at", "checked_at"),
    "close": ("handled_at", "closed_at"),
    "answer": ("reported_at", "answer_at"),
    "first_response": ("reported_at", "responded_at"),
    "whole": ("reported_at", "closed_at"),
}
MINUTE = 60_000_000
DAY = 24 * 60


def spans() -> dict[str, pl.Expr]:
    """Running and shift minutes; shifts 08–12 and 14–18, Monday to Friday, UTC+8."""

    def worked(name: str) -> pl.Expr:
        local = pl.col(name).cast(pl.Int64) // MINUTE + 8 * 60
        day, minute = local // DAY, local % DAY
        # The first of January 1970 was a Thursday.
        week, weekday = (day + 3) // 7, (day + 3) % 7
        today = (minute - 480).clip(0, 240) + (minute - 840).clip(0, 240)
        return (
            week * 2400
            + weekday.clip(upper_bound=5) * 480
            + pl.when(weekday < 5).then(today).otherwise(0)
        )

    found = {}
    for name, (start, end) in SPANS.items():
        length = pl.col(end) - pl.col(start)
        found[f"{name}_minutes"] = length.dt.total_minutes()
        found[f"{name}_shift_minutes"] = worked(end) - worked(start)
    return found


def near_of(issues: pl.LazyFrame) -> pl.LazyFrame:
    """The first case of the same kind within 50 m and 24 h: cells, then distances."""
    cases = issues.filter(pl.col("lon").is_not_null()).select(
        "issue_id",
        "reported_at",
        kind=pl.col("std_category_code"),
        x=pl.col("lon") * 95_900,
        y=pl.col("lat") * 111_200,
    )
    celled = cases.with_columns(
        cx=(pl.col("x") // 50).cast(pl.Int64), cy=(pl.col("y") // 50).cast(pl.Int64)
    )
    around = pl.DataFrame(
        {"dx": [d for d in (-1, 0, 1) for _ in range(3)], "dy": [-1, 0, 1] * 3}
    ).with_columns(pl.all().cast(pl.Int64))
    spread = celled.join(around.lazy(), how="cross").with_columns(
        cx=pl.col("cx") + pl.col("dx"), cy=pl.col("cy") + pl.col("dy")
    )
    gap = pl.col("reported_at") - pl.col("reported_at_right")
    square = (pl.col("x") - pl.col("x_right")) ** 2 + (
        pl.col("y") - pl.col("y_right")
    ) ** 2
    return (
        celled.join(spread, on=["kind", "cx", "cy"])
        .filter(
            (gap > pl.duration()) & (gap <= pl.duration(hours=24)) & (square <= 2500)
        )
        .sort("reported_at_right")
        .group_by("issue_id")
        .agg(near_of=pl.col("issue_id_right").first())
    )
