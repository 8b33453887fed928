"""Cases that should have come before a joint meeting (R36), and attempts told twice.

What lives here: what is overdue or suspended without a meeting, and handling rows that
share a number within a case (K18). What does not: the flags of cases, meetings that
were held (`entries.meetings`).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from hub.metrics.exceptions.lists import on_list

PLACE = ("area_id", "street_code", "district_code")


def never_met(
    cases: pl.DataFrame, meetings: pl.DataFrame, *, as_of: datetime, zone: str
) -> pl.DataFrame:
    """Cases not settled that no meeting took up, in the month in which they fall due.

    Args:
        cases: rows of `issue_loop`.
        meetings: rows of dataset meeting_item.
        as_of: instant of knowledge; a case is stuck if overdue by then, or suspended.
        zone: the city's.

    Returns:
        rows of the list; since_on is the day of the limit, amount the local days
        since, both null without a limit.
    """
    today = pl.lit(as_of).dt.convert_time_zone(zone).dt.date()
    limit = pl.col("limit_at").dt.convert_time_zone(zone).dt.date()
    met = meetings.drop_nulls("issue_id").filter(pl.col("held_on") <= today)
    is_due = pl.col("in_due") | pl.col("in_due_instead")
    is_stuck = pl.col("overdue_now") | pl.col("hang")
    found = (
        cases.filter(
            pl.col("in_population")
            & ~pl.col("duplicate")
            & pl.col("to_dispose")
            & is_due
            & is_stuck
        )
        .join(met, on="issue_id", how="anti")
        .select(
            *PLACE,
            "period",
            subject_id="issue_id",
            since_on=limit,
            amount=(today - limit).dt.total_days().clip(lower_bound=0),
        )
    )
    return on_list("never_met", found)


def repeated_attempts(cases: pl.DataFrame, handlings: pl.DataFrame) -> pl.DataFrame:
    """Cases with several handling rows of one number, in the month of their report.

    Args:
        cases: rows of `issue_loop`.
        handlings: issue_id, attempt_seq.
    """
    surplus = (
        handlings.group_by("issue_id", "attempt_seq")
        .agg(rows=pl.len())
        .filter(pl.col("rows") > 1)
        .group_by("issue_id")
        .agg(amount=(pl.col("rows") - 1).sum().cast(pl.Int64))
    )
    found = cases.filter("in_reported").join(surplus, on="issue_id")
    return on_list(
        "attempt_repeated",
        found.select(*PLACE, "period", "amount", subject_id="issue_id"),
    )


def cases_of_month(cases: pl.DataFrame) -> pl.DataFrame:
    """Period and chief_person_id of the cases reported in each month, once each."""
    mine = pl.col("in_reported") & pl.col("in_population") & ~pl.col("duplicate")
    return cases.filter(mine & pl.col("assigned")).select("period", "chief_person_id")
