"""The one engine: entries of the registry × rows → figures with their evidence.

What lives here: one computation, from the rows of every subject to its three tables.
Cases are counted by combinations of flags, everything else row by row; both judge by
the same expressions, so a figure and the list behind it cannot differ. Whole numbers
only: neither the order of rows nor the number of threads changes a digit. What does
not: definitions (`entries`), freezing months.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import polars as pl

from hub.metrics.calibers import in_force
from hub.metrics.cases import Judged, Month, judged_months
from hub.metrics.counting import (
    BESIDE,
    EVIDENCE,
    FIGURE,
    ORDER,
    count_beside,
    count_figures,
    list_evidence,
)
from hub.metrics.judging import asked_of, case_rows, judge
from hub.metrics.levels import (
    Places,
    existing_codes,
    known_places,
    place_rows,
    settle_stand_ins,
)
from hub.metrics.metric import Basis, Metric, Subject
from hub.metrics.telling import Teller
from hub.metrics.units import last_days
from hub.metrics.variants import Variant, variants

CASE = "issue"


class Figures(NamedTuple):
    """What one computation says.

    `figures`: metric, version, calibers, basis, period, as_of, level, unit_code
    (the level's code, null for the city), by and by_code (a breakdown and its code,
    else null), numerator, denominator, value_share or value_number. Variants that
    were not chosen are told of the levels whose codes are listed.

    `evidence` (of the chosen figures; empty where it was not asked for): metric,
    basis, period, one column per level with the row's code (null where no unit claims
    the place, no such division exists, or there is no chief), levels (null: the row
    counts at every level), subject and subject_id (`hub.metrics.evidence`),
    is_numerator, numerator_amount and denominator_amount
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


NOTHING = Figures(*(pl.DataFrame(schema=one) for one in (FIGURE, EVIDENCE, BESIDE)))


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a computation is told beyond the data.

    Attributes:
        zone: IANA zone in which months begin.
        as_of: instant of knowledge, written on every figure.
        calibers: choices that replace the metrics' defaults, family by family.
        basis: another cohort of cases than the metrics' own.
        every: whether each other caliber and basis is computed beside the choice.
        evidence: whether the rows behind the chosen figures are listed.
    """

    zone: str
    as_of: datetime
    calibers: tuple[str, ...] = ()
    basis: Basis | None = None
    every: bool = False
    evidence: bool = True


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
        rows: what there is to count, asked for once by subject. Of "issue":
            `metric/issue_loop`, without evidence at least COUNTED. Of others: period,
            subject, subject_id, what there is of the place (area_id, street_code,
            district_code, chief_person_id …) and the columns that metrics count by.
        places: the city's.
        metrics: entries of the registry; each finds its subject in `rows`.
        periods: months `YYYY-MM`.
        terms: the rest.
    """
    days = last_days(periods)
    codes = existing_codes(places, days)
    found = [
        NOTHING,
        _cases(rows, codes, days, metrics, terms),
    ]
    evidence = []
    cases = rows[CASE] if terms.evidence and CASE in rows else pl.DataFrame()
    placed_of: dict[Subject, pl.DataFrame] = {}
    for one in metrics:
        is_case = one.subject == CASE
        if is_case and not terms.evidence:
            continue
        calibers, basis = _terms_of(one, terms)
        if is_case:
            placed = _placed_cases(cases, codes, days, calibers, basis)
        else:
            if one.subject not in placed_of:
                mine = rows[one.subject]
                here = mine["period"].is_in(days["period"].implode())
                placed_of[one.subject] = place_rows(
                    (mine if here.all() else mine.filter(here)).with_columns(
                        is_dated=pl.lit(value=True)
                    ),
                    places,
                    codes,
                    days,
                )
            placed = placed_of[one.subject]
        cohort = settle_stand_ins(judge(placed, one), one.levels)
        if not is_case:
            figures = count_figures(
                cohort, codes, one, calibers=calibers, basis=basis, as_of=terms.as_of
            )
            beside = count_beside(cohort, codes, one, basis)
            found.append(Figures(figures, NOTHING.evidence, beside))
        if terms.evidence:
            evidence.append(list_evidence(cohort, one, basis))
    return _in_order(found, evidence, metrics)


def explain_cases(
    cases: pl.DataFrame, places: Places, *, metric: Metric, period: str, terms: Terms
) -> Figures:
    """One metric of one month counted row by row, for whoever asks for the rows.

    The same figures as `compute_figures` tells of the chosen calibers, but for
    breakdowns: the rows are judged anyway.

    Args:
        cases: rows of `metric/issue_loop`: of the columns that are no flags those
            that the metric and the levels rest on.
        places: the city's.
        metric: over cases.
        period: the month.
        terms: the rest.
    """
    days = last_days([period])
    codes = existing_codes(places, days)
    calibers, basis = _terms_of(metric, terms)
    asked = asked_of(metric, basis, calibers)
    placed = _placed_cases(cases, codes, days, calibers, basis, asked)
    cohort = settle_stand_ins(judge(placed, metric), metric.levels)
    figures = count_figures(
        cohort, codes, metric, calibers=calibers, basis=basis, as_of=terms.as_of
    )
    beside = count_beside(cohort, codes, metric, basis)
    found = [NOTHING, Figures(figures, NOTHING.evidence, beside)]
    return _in_order(found, [list_evidence(cohort, metric, basis)], [metric])


def _terms_of(metric: Metric, terms: Terms) -> tuple[tuple[str, ...], Basis]:
    """The calibers and the basis in force; only of cases the basis is a choice."""
    calibers = in_force(metric.calibers, terms.calibers)
    if metric.subject == CASE and terms.basis:
        return calibers, terms.basis
    return calibers, metric.basis


def _placed_cases(
    cases: pl.DataFrame,
    codes: pl.DataFrame,
    days: pl.DataFrame,
    calibers: tuple[str, ...],
    basis: Basis,
    wanted: Container[str] | None = None,
) -> pl.DataFrame:
    """The cohorts of the months, each case with the codes that exist."""
    kept = cases.filter(pl.col("period").is_in(days["period"].implode()))
    rows = case_rows(kept, calibers=calibers, basis=basis, wanted=wanted)
    return known_places(rows, codes)


def _in_order(
    found: Sequence[Figures], evidence: list[pl.DataFrame], metrics: Sequence[Metric]
) -> Figures:
    """One table of each kind, by metric, month, level and code.

    A metric at a time: the texts by which all figures are compared would take as much
    memory as the figures.
    """
    rest = (pl.col("basis"), pl.col("calibers").list.join(" "))
    figures_of = _by_metric(told.figures for told in found)
    beside_of = _by_metric(told.beside for told in found)
    figures, beside = [NOTHING.figures], [NOTHING.beside]
    for one in metrics:
        if mine := figures_of.pop(one.id, None):
            whole = pl.concat(mine)
            by = ("unit_code", "by", "by_code", *rest)
            figures.append(whole.sort("period", ORDER, *by))
        if mine := beside_of.pop(one.id, None):
            beside.append(pl.concat(mine).sort("period", ORDER, "unit_code", "reason"))
    return Figures(
        figures=pl.concat(figures),
        evidence=pl.concat(evidence) if evidence else NOTHING.evidence,
        beside=pl.concat(beside),
    )


def _by_metric(tables: Iterable[pl.DataFrame]) -> dict[str, list[pl.DataFrame]]:
    """Metric → its rows in each table that has some."""
    found: dict[str, list[pl.DataFrame]] = {}
    for table in tables:
        parts = table.partition_by("metric", maintain_order=True, as_dict=True)
        for (id_,), part in parts.items():
            found.setdefault(str(id_), []).append(part)
    return found


def _by_month(cases: pl.DataFrame, months: pl.Series) -> list[pl.DataFrame]:
    """The cases of each month; those of the only one are not copied."""
    if len(months) == 1 and (cases["period"] == months[0]).all():
        return [cases]
    return [cases.filter(period=period) for period in months]


def _cases(
    rows: Mapping[Subject, pl.DataFrame],
    codes: pl.DataFrame,
    days: pl.DataFrame,
    metrics: Sequence[Metric],
    terms: Terms,
) -> Figures:
    """Figures of the metrics over cases, month by month."""
    about = {one.id: one for one in metrics if one.subject == CASE}
    wanted = {
        id_: variants(one, terms.calibers, terms.basis, every=terms.every)
        for id_, one in about.items()
    }
    figures, beside = [pl.DataFrame(schema=FIGURE)], [pl.DataFrame(schema=BESIDE)]
    months = days["period"] if about else pl.Series(dtype=pl.String)
    of_months = _by_month(rows[CASE], months) if about else []
    judged = judged_months(of_months, wanted, about)
    for period in months:
        teller = Teller(period, terms.as_of)
        here = codes.filter(period=period)
        # What a month was counted from is gone before its figures are told.
        _count(teller, of_months.pop(0), here, wanted, about, judged.pop(0))
        figures.append(teller.figures())
        beside.append(teller.beside())
    return Figures(pl.concat(figures), NOTHING.evidence, pl.concat(beside))


def _count(
    teller: Teller,
    cases: pl.DataFrame,
    codes: pl.DataFrame,
    wanted: Mapping[str, Sequence[Variant]],
    about: Mapping[str, Metric],
    judged: Judged,
) -> None:
    teller.take(Month(cases, codes, wanted, about, judged).count())
