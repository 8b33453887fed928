"""Figures over a change of divisions: codes carried over to their successor (T47).

What lives here: the code under which a row counts in its month, and under which a
community counts when months are told by the divisions of one day. What does not:
following the table (`hub.partners.succession`), which code a row has in core
(`hub.pipeline.successors`).

A month is told by the divisions of its last day. A case that was reported before a
change within the month has the old code, rightly; without this it would count for no
community. Of a split, and of a code without successor, nothing is carried over.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from hub.partners.succession import Succession

COMMUNITY = "community_code"
DIVISION_COLUMNS = ("district_code", "street_code", COMMUNITY)


def carry(
    rows: pl.DataFrame, column: str, succession: Succession, days: pl.DataFrame
) -> pl.DataFrame:
    """`rows` with each code of a column as it holds on the day of its month.

    Args:
        rows: period and the column.
        column: codes of divisions.
        succession: the city's.
        days: period, day.
    """
    if succession.is_empty:
        return rows
    asked = rows.select("period", code=column).unique().join(days, on="period")
    known = asked.join(succession.sole(asked), on=["code", "day"])
    # The two columns alone: a join of all would copy a hundred others each time.
    settled = (
        rows.select("period", code=column)
        .join(
            known.select("period", "code", "successor"),
            on=["period", "code"],
            how="left",
            maintain_order="left",
        )
        .select(pl.coalesce("successor", "code"))
        .to_series()
    )
    return rows.with_columns(settled.alias(column))


def later(days: pl.DataFrame, day: date | None) -> pl.DataFrame:
    """The days of the months (period, day), none before a day where one is given."""
    if day is None:
        return days
    return days.with_columns(day=pl.max_horizontal("day", pl.lit(day)))
