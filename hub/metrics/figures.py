"""The one engine: entries of the registry × rows → figures with their evidence.

What lives here: cohorts by period, places, and the judgement of every row. A
figure is counted from the very rows that are handed out as its evidence, so the two
cannot differ, whatever a row is and at whatever level. Whole numbers only: neither
the order of rows nor the number of threads changes a digit. What does not:
definitions (`rates`, `loop`, `coverage`, `action`), freezing months.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import polars as pl

from hub.metrics.calibers import in_force
from hub.metrics.counting import NO_BASIS, count_beside, count_figures, list_evidence
from hub.metrics.evidence import named
from hub.metrics.flags import apply_calibers
from hub.metrics.levels import Places, existing_codes, place_rows, settle_stand_ins
from hub.metrics.metric import Basis, Metric, Reason, Subject
from hub.metrics.units import last_days


class Figures(NamedTuple):
    """What one computation says.

    `figures`: metric, version, calibers, basis, period, as_of, level, unit_code
    (the level's code, null for the city), numerator, denominator, value_share.

    `evidence`: metric, basis, period, one column per level with the row's code
    (null where no unit claims the place, no such division exists, or there is no
    chief), levels (null: the row counts at every level), subject and subject_id
    (`hub.metrics.evidence`), is_numerator, numerator_amount and denominator_amount
    (what the row adds; zero where it adds nothing), left_out_reason (null in the
    denominator), missed_reason (why a row of the denominator is not in the
    numerator). One row per metric and subject of the cohort; those of a code are
    the ones that carry it, the city's are all.

    `beside`: metric, basis, period, level, unit_code, reason, case_count: the rows
    left out, by reason; counts over the denominator; under NO_BASIS_INSTANT the
    cases reported in the period that no period can claim; under UNATTRIBUTED the
    rows of the denominator that have no code at that level, so that the codes and
    they add up to the city. Zeros are omitted.
    """

    figures: pl.DataFrame
    evidence: pl.DataFrame
    beside: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a computation is told beyond the data.

    Attributes:
        zone: IANA zone in which months begin.
        as_of: instant of knowledge, written on every figure.
        calibers: choices that replace the metrics' defaults, family by family.
        basis: another cohort of cases than the metrics' own.
    """

    zone: str
    as_of: datetime
    calibers: tuple[str, ...] = ()
    basis: Basis | None = None


def compute_figures(
    rows: Mapping[Subject, pl.DataFrame],
    places: Places,
    *,
    metrics: Sequence[Metric],
    periods: Iterable[str],
    terms: Terms,
) -> Figures:
    """Every metric for every month, for the city and each code of each level.

    Args:
        rows: what there is to count. Of "issue": `build_flags`, of all issues that
            are not deleted. Of others: period, subject, subject_id, the place
            (area_id, street_code, district_code, chief_person_id) and the columns
            that the metrics count by.
        places: the city's.
        metrics: entries of the registry; each finds its subject in `rows`.
        periods: months `YYYY-MM`.
        terms: the rest.
    """
    days = last_days(periods)
    codes = existing_codes(places, days)
    counted = []
    for metric in metrics:
        calibers = in_force(metric.calibers, terms.calibers)
        is_case = metric.subject == "issue"
        basis = (terms.basis or metric.basis) if is_case else metric.basis
        found = rows[metric.subject]
        found = (
            _dated(apply_calibers(found, calibers), basis, terms.zone)
            if is_case
            else found.with_columns(is_dated=pl.lit(value=True))
        )
        found = found.join(days.select("period"), on="period", how="semi")
        cohort = settle_stand_ins(
            _judge(place_rows(found, places, codes, days), metric), metric.levels
        )
        counted.append(
            Figures(
                count_figures(
                    cohort,
                    codes,
                    metric,
                    calibers=calibers,
                    basis=basis,
                    as_of=terms.as_of,
                ),
                list_evidence(cohort, metric, basis),
                count_beside(cohort, codes, metric, basis),
            )
        )
    return Figures(
        figures=pl.concat([one.figures for one in counted]),
        evidence=pl.concat([one.evidence for one in counted]),
        beside=pl.concat([one.beside for one in counted]),
    )


def _dated(flags: pl.DataFrame, basis: Basis, zone: str) -> pl.DataFrame:
    """Issues with their month; those without a basis instant by their report."""
    instant = pl.col(f"{basis}_at")
    claimed = pl.coalesce(instant, "reported_at").dt.convert_time_zone(zone)
    return flags.with_columns(
        *named("issue", "issue_id"),
        period=claimed.dt.to_string("%Y-%m"),
        is_dated=instant.is_not_null(),
    )


def _first(reasons: Iterable[Reason]) -> pl.Expr:
    """The first reason that applies; null where none does."""
    texts = [
        pl.when(reason.applies.fill_null(value=False)).then(pl.lit(reason.code))
        for reason in reasons
    ]
    return pl.coalesce(*texts, pl.lit(None, dtype=pl.String))


def _judge(cohort: pl.DataFrame, metric: Metric) -> pl.DataFrame:
    """The cohort with is_denominator, is_numerator, amounts and both reasons."""
    undated = Reason(NO_BASIS, ~pl.col("is_dated"))
    left_out = _first((*metric.outside, undated, *metric.left_out))
    part = metric.numerator_amount
    if part is None:
        part = metric.denominator_amount
    return (
        cohort.with_columns(left_out_reason=left_out)
        .with_columns(is_denominator=pl.col("left_out_reason").is_null())
        .with_columns(
            is_numerator=pl.col("is_denominator")
            & metric.numerator.fill_null(value=False)
        )
        .with_columns(
            missed_reason=pl.when(
                pl.col("is_denominator") & ~pl.col("is_numerator")
            ).then(_first(metric.missed)),
            numerator_amount=_amount(part, "is_numerator"),
            denominator_amount=_amount(metric.denominator_amount, "is_denominator"),
        )
    )


def _amount(adds: pl.Expr | None, flag: str) -> pl.Expr:
    """What each row adds: a whole number, zero where the flag is false."""
    one = pl.lit(1, dtype=pl.Int64) if adds is None else adds.cast(pl.Int64)
    return pl.when(flag).then(one).otherwise(pl.lit(0, dtype=pl.Int64)).fill_null(0)
