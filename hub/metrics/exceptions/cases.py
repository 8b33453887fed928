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
    cases: pl.DataFrame,
    meetings: pl.DataFrame,
    days: pl.DataFrame,
    *,
    as_of: datetime,
    zone: str,
) -> pl.DataFrame:
    """Cases not settled that no meeting took up, in the month in which they fell due.

    Args:
        cases: issue_id, in_population, duplicate, to_dispose, hang, limit_at and PLACE.
        meetings: rows of dataset meeting_item.
        days: `last_known_days`.
        as_of: instant of knowledge; a case is overdue if its limit lies before it.
        zone: the city's.

    Returns:
        rows of the list; amount counts the local days since the limit.
    """
    today = pl.lit(as_of).dt.convert_time_zone(zone).dt.date()
    limit = pl.col("limit_at").dt.convert_time_zone(zone).dt.date()
    met = meetings.drop_nulls("issue_id").filter(pl.col("held_on") <= today)
    is_stuck = (pl.col("limit_at") < pl.lit(as_of)) | pl.col("hang")
    found = (
        cases.filter(
            pl.col("in_population")
            & ~pl.col("duplicate")
            & pl.col("to_dispose")
            & is_stuck.fill_null(value=False)
        )
        .join(met, on="issue_id", how="anti")
        .select(
            *PLACE,
            subject_id="issue_id",
            period=limit.dt.to_string("%Y-%m"),
            since_on=limit,
            amount=pl.max_horizontal((today - limit).dt.total_days(), 0),
        )
        .join(days.select("period"), on="period", how="semi")
    )
    return on_list("never_met", found)


def repeated_attempts(
    cases: pl.DataFrame, handlings: pl.DataFrame, days: pl.DataFrame, zone: str
) -> pl.DataFrame:
    """Cases with several handling rows of one number, in the month of their report.

    Args:
        cases: issue_id, reported_at and PLACE.
        handlings: issue_id, attempt_seq.
        days: `last_known_days`.
        zone: the city's.
    """
    surplus = (
        handlings.group_by("issue_id", "attempt_seq")
        .agg(rows=pl.len())
        .filter(pl.col("rows") > 1)
        .group_by("issue_id")
        .agg(amount=(pl.col("rows") - 1).sum().cast(pl.Int64))
    )
    reported = pl.col("reported_at").dt.convert_time_zone(zone)
    found = cases.join(surplus, on="issue_id").select(
        *PLACE,
        "amount",
        subject_id="issue_id",
        period=reported.dt.to_string("%Y-%m"),
    )
    return on_list(
        "attempt_repeated", found.join(days.select("period"), on="period", how="semi")
    )


def cases_of_month(cases: pl.DataFrame, days: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Period and chief_person_id of the cases reported in the months, once each."""
    reported = pl.col("reported_at").dt.convert_time_zone(zone)
    return (
        cases.filter(pl.col("in_population") & ~pl.col("duplicate"))
        .drop_nulls("chief_person_id")
        .select("chief_person_id", period=reported.dt.to_string("%Y-%m"))
        .join(days.select("period"), on="period", how="semi")
    )
