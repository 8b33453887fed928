"""Acts that look like window-dressing (metrics §6.3): shown, never deducted.

What lives here: what road chiefs reported and patrolled in a month, held against the
city's thresholds. Each flag is a question for a person to answer: self-handling takes
minutes by nature (T57). What does not: any figure; these change none; accounts that
close what others did (`closers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from hub.metrics.duty_days import DONE, IS_OUTSIDE, Roster, local_day, main_posts
from hub.metrics.exceptions.lists import on_list

SURE = ("OK", "CONVERTED", "SWAPPED_FIXED")
KEY = ("period", "subject_id")
PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """From when on acts are flagged; see `hub.partners.city_spec.Flags`."""

    quick_minutes: int = 2
    quick_cases: int = 10
    quick_percent: int = 50
    photo_cases: int = 2
    point_cases: int = 5
    bulk_days: int = 2
    bulk_cases: int = 10
    bulk_percent: int = 50
    outside_patrols: int = 3
    close_minutes: int = 5
    close_cases: int = 20


def reports_of(
    issues: pl.DataFrame, roster: Roster, days: pl.DataFrame, zone: str
) -> pl.DataFrame:
    """What road chiefs in post reported: period, subject_id, day and the case.

    Args:
        issues: issue_id, reporter_person_id, reported_at, handled_at, lon, lat,
            coord_quality_code, pictures (digests, a list).
        roster: who is road chief.
        days: `last_known_days`.
        zone: the city's.
    """
    chiefs = main_posts(roster.assignments, days).select(
        "period", reporter_person_id="person_id"
    )
    return (
        issues.with_columns(local_day("reported_at", zone))
        .with_columns(period=pl.col("day").dt.to_string("%Y-%m"))
        .join(chiefs, on=["period", "reporter_person_id"], how="semi")
        .rename({"reporter_person_id": "subject_id"})
    )


def flagged(
    reports: pl.DataFrame,
    patrols: pl.DataFrame,
    roster: Roster,
    *,
    days: pl.DataFrame,
    thresholds: Thresholds,
    zone: str,
) -> Iterator[pl.DataFrame]:
    """The lists of flags: per road chief in post, one row per kind of flag.

    Args:
        reports: `reports_of`.
        patrols: rows of dataset patrol.
        roster: who is road chief, and where.
        days: `last_known_days`.
        thresholds: the city's.
        zone: the city's.
    """
    main = main_posts(roster.assignments, days).select(
        "period", "area_id", subject_id="person_id"
    )
    versions = roster.areas.join(days, how="cross").filter(
        (pl.col("valid_from_on") <= pl.col("day"))
        & (pl.col("valid_to_on").is_null() | (pl.col("valid_to_on") > pl.col("day")))
    )
    streets = versions.select("period", "area_id", "street_code").unique(
        ["period", "area_id"], keep="any"
    )
    at_home = main.join(streets, on=["period", "area_id"], how="left")
    found = {
        "flag_quick": _quick(reports, thresholds),
        "flag_photo": _same_pictures(reports, thresholds),
        "flag_point": _one_point(reports, thresholds),
        "flag_bulk": _heaped(reports, thresholds),
        "flag_outside": _outside(patrols, thresholds, zone),
    }
    for name, rows in found.items():
        yield on_list(
            name,
            at_home.join(
                rows.select(*KEY, pl.col("amount").cast(pl.Int64)), on=list(KEY)
            ),
        )


def _share_of(reports: pl.DataFrame, is_it: pl.Expr) -> pl.DataFrame:
    return reports.group_by(KEY).agg(
        amount=is_it.fill_null(value=False).sum().cast(pl.Int64),
        all=pl.len().cast(pl.Int64),
    )


def _reaches(least: int, percent: int) -> pl.Expr:
    amount = pl.col("amount")
    return (amount >= least) & (amount * PERCENT >= pl.col("all") * percent)


def _quick(reports: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    took = pl.col("handled_at") - pl.col("reported_at")
    is_quick = (took <= pl.duration(minutes=thresholds.quick_minutes)) & (
        took >= pl.duration(minutes=0)
    )
    enough = _reaches(thresholds.quick_cases, thresholds.quick_percent)
    return _share_of(reports, is_quick).filter(enough)


def _same_pictures(reports: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    """Cases of a chief with a picture that other cases show too, his own or not."""
    shown = (
        reports.select(*KEY, "issue_id", picture="pictures")
        .explode("picture")
        .drop_nulls("picture")
        .unique()
    )
    cases = pl.col("issue_id").n_unique().over("picture")
    return (
        shown.filter(cases >= thresholds.photo_cases)
        .group_by(KEY)
        .agg(amount=pl.col("issue_id").n_unique())
    )


def _one_point(reports: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    sure = reports.filter(pl.col("coord_quality_code").is_in(SURE))
    point = pl.struct("lon", "lat")
    return (
        sure.drop_nulls(["lon", "lat"])
        .group_by(KEY)
        .agg(amount=pl.len(), points=point.n_unique())
        .filter((pl.col("points") == 1) & (pl.col("amount") >= thresholds.point_cases))
    )


def _heaped(reports: pl.DataFrame, thresholds: Thresholds) -> pl.DataFrame:
    left = (pl.col("day").dt.month_end() - pl.col("day")).dt.total_days()
    enough = _reaches(thresholds.bulk_cases, thresholds.bulk_percent)
    return _share_of(reports, left < thresholds.bulk_days).filter(enough)


def _outside(patrols: pl.DataFrame, thresholds: Thresholds, zone: str) -> pl.DataFrame:
    return (
        patrols.filter((pl.col("status_code") == DONE) & IS_OUTSIDE)
        .select(local_day("started_at", zone), subject_id="person_id")
        .drop_nulls()
        .group_by("subject_id", period=pl.col("day").dt.to_string("%Y-%m"))
        .agg(amount=pl.len())
        .filter(pl.col("amount") >= thresholds.outside_patrols)
    )
