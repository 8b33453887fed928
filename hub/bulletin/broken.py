"""The broken-loop list (断环清单): cases by unit and first missing link.

What lives here: which issues of `metric/issue_loop` stand on the list, and counting
them by unit. What does not: finding the missing link (`hub.metrics`).
"""

from __future__ import annotations

import polars as pl

from hub.bulletin.content import BROKEN_COLUMNS, BulletinContent

LINKS = (
    "DATA_MISSING",
    "NOT_HANDLED",
    "NOT_REVIEWED",
    "REVIEW_FAILED",
    "NOT_CLOSED",
    "NOT_FED_BACK",
)


def broken_loops(issue_loop: pl.DataFrame) -> pl.DataFrame:
    """The cases of a month whose loop is due and broken (metrics §5).

    The cohort is that of 闭环率 under its default calibers: of the road chief
    system, due in the month or without a deadline (MD-1), no duplicate, not ended,
    not suspended (SU-1).

    Args:
        issue_loop: rows of `metric/issue_loop` of one month.

    Returns:
        BROKEN_COLUMNS, in order of unit, link, deadline and id.
    """
    is_due = pl.col("in_due") | pl.col("in_due_instead")
    is_outside = pl.any_horizontal("duplicate", "ended", "hang")
    order = pl.col("first_missing_link").cast(pl.Enum(LINKS))
    return (
        issue_loop.filter(
            pl.col("in_population")
            & is_due
            & ~is_outside
            & pl.col("first_missing_link").is_not_null()
        )
        .select(*BROKEN_COLUMNS)
        .sort("unit_code", order, "limit_at", "issue_id", nulls_last=True)
    )


def broken_counts(content: BulletinContent) -> pl.DataFrame:
    """Cases by unit of the level: unit_code (null: of no unit), LINKS, total."""
    counted = content.broken.group_by(pl.col(content.unit_column).alias("unit_code"))
    return (
        counted.agg(
            *(
                (pl.col("first_missing_link") == link).sum().cast(pl.Int64).alias(link)
                for link in LINKS
            ),
            total=pl.len().cast(pl.Int64),
        )
        .sort("total", "unit_code", descending=[True, False], nulls_last=True)
        .select("unit_code", *LINKS, "total")
    )
