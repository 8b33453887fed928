"""Figures from what is published: metric tables, and the rows that they rest on.

What lives here: handing published facts to the engine, and keeping its answer as
`metric/figure` and `metric/beside` next to the rows that were counted,
`metric/issue_loop` for cases and `metric/base_row` for everything else. Lists behind
a figure are made from those rows when somebody asks. What does not: any definition
(`hub.metrics`), freezing a month.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from hub.flow.base_rows import base_rows
from hub.flow.house import House
from hub.flow.keep_months import keep_months
from hub.flow.kept_rows import case_of, kept_cases, kept_files, kept_others
from hub.flow.loop_rows import LoopRows
from hub.flow.metric_rows import Facts, places_of
from hub.flow.metric_tables import KEPT, METRIC_COLUMNS, metric_table
from hub.flow.months import refuse_unbegun
from hub.metrics.figures import CASE, Terms, compute_figures, explain_cases
from hub.metrics.metric import Basis
from hub.metrics.registry import METRICS, metric
from hub.scoring.spec import Review
from hub.storage.releases import Release

__all__ = [
    "KEPT",
    "METRIC_COLUMNS",
    "Computed",
    "compute",
    "explain",
    "keep_figures",
    "known_at",
    "metric_table",
    "refresh_figures",
]


class Computed(NamedTuple):
    """An answer of the engine with what it was counted from.

    Attributes:
        figures, evidence, beside: see `Figures`.
        issue_loop: the cases.
        base_row: everything else that was counted (BASE_ROW).
        months: the months that were asked for.
    """

    figures: pl.DataFrame
    evidence: pl.DataFrame
    beside: pl.DataFrame
    issue_loop: LoopRows
    base_row: pl.DataFrame
    months: tuple[str, ...]


def compute(
    house: House,
    *,
    metrics: Sequence[str] = (),
    periods: Sequence[str] = (),
    calibers: Sequence[str] = (),
    basis: Basis | None = None,
    release: Release | None = None,
    every: bool = False,
    evidence: bool = True,
    review: Review | None = None,
    facts: Facts | None = None,
    carried_to: date | None = None,
) -> Computed:
    """Figures of the published facts, as of the newest delivery.

    Args:
        house: the hub.
        metrics: metric ids; none = all.
        periods: months `YYYY-MM`; none = every month in which a case was reported
            or due, and the running one where there are areas.
        calibers: choices that replace the defaults.
        basis: a cohort of cases that replaces the metrics' own.
        release: count what it pinned; None = what is published now.
        every: compute each other caliber and basis as well.
        evidence: list the rows behind the chosen figures.
        review: which cases need a review, where a policy says so.
        facts: of that release, those reviews and that day, if somebody has begun to
            read them.
        carried_to: a day by whose divisions communities count in every month before
            it, where they have one successor.

    Raises:
        MisuseError: no such metric or caliber, or a month that has not begun.
    """
    chosen = [metric(one) for one in metrics] or list(METRICS.values())
    facts = facts or Facts(house, _versions(release), review, carried_to)
    zone, as_of = house.city.timezone, known_at(house, release)
    refuse_unbegun(periods, as_of, zone)
    months = list(periods) or _months(facts, as_of, zone)
    subjects = {one.subject for one in chosen}
    rows = facts.rows(subjects, months, as_of, listed=evidence)
    found = compute_figures(
        rows,
        facts.places,
        metrics=chosen,
        periods=months,
        terms=Terms(
            zone=zone,
            as_of=as_of,
            calibers=tuple(calibers),
            basis=basis,
            every=every,
            evidence=evidence,
        ),
    )
    cases = facts.loop(months, as_of) if CASE in subjects else LoopRows(months)
    others = base_rows(rows[one] for one in rows if one != CASE)
    return Computed(*found, cases, others, tuple(months))


def explain(
    house: House,
    name: str,
    period: str,
    *,
    calibers: Sequence[str] = (),
    basis: Basis | None = None,
    issue: str | None = None,
    release: Release | None = None,
) -> Computed:
    """One metric of one month with the rows behind it.

    The rows are those that `metric/issue_loop` and `metric/base_row` keep of the
    month, so that the answer does not wait for millions of facts; where none are kept,
    they are made of the published facts.

    Args:
        house: the hub.
        name: the metric.
        period: the month.
        calibers: choices that replace the defaults.
        basis: a cohort of cases that replaces the metric's own.
        issue: only this case is wanted, with all its columns; of all cases there are
            those that the figure rests on.
        release: as it pinned them; None = as they are now.

    Raises:
        MisuseError: no such metric, caliber or month.
    """
    one = metric(name)
    pinned = _versions(release) or {}
    terms = Terms(
        zone=house.city.timezone,
        as_of=known_at(house, release),
        calibers=tuple(calibers),
        basis=basis,
    )
    told = LoopRows([period])
    if one.subject == CASE and kept_files(house, period, pinned.get("issue_loop")):
        cases = kept_cases(
            house,
            one,
            period,
            calibers=calibers,
            basis=basis or one.basis,
            issue=issue,
            version=pinned.get("issue_loop"),
        )
        found = explain_cases(
            cases, places_of(house), metric=one, period=period, terms=terms
        )
        if issue is not None:
            told.put(case_of(house, period, issue, pinned.get("issue_loop")))
        return Computed(*found, told, base_rows([]), (period,))
    if one.subject != CASE and len(
        others := kept_others(house, one, period, pinned.get("base_row"))
    ):
        found = compute_figures(
            {one.subject: others},
            places_of(house),
            metrics=[one],
            periods=[period],
            terms=terms,
        )
        return Computed(*found, told, base_rows([]), (period,))
    return compute(
        house,
        metrics=[name],
        periods=[period],
        calibers=calibers,
        basis=basis,
        release=release,
    )


def _versions(release: Release | None) -> dict[str, int] | None:
    if release is None:
        return None
    return {one.dataset: one.version for one in release.datasets}


def known_at(house: House, release: Release | None = None) -> datetime:
    """Up to when the hub knows: the landing of the newest delivery, else its clock.

    Time that has passed since then is no news: counted by the clock, a day of duty
    of which nothing came yet would be a day without an act. So too the same facts
    have the same figures whenever they are computed, and days that arrive in
    another order end in the same ones. Of a release it is what its figures say.
    """
    pinned = _versions(release)
    if pinned is not None and pinned.get("figure", -1) >= 0:
        table = metric_table(house, "figure")
        told = table.read(columns=["as_of"], version=pinned["figure"])["as_of"]
        newest = told.max()
        if isinstance(newest, datetime):
            return newest
    return house.ledger.newest_landing() or house.now()


def _months(facts: Facts, as_of: datetime, zone: str) -> list[str]:
    """Months with a case reported or due, and the running one where areas are.

    A month that a deadline reaches into before it has begun is no month yet.
    """
    running = as_of.astimezone(ZoneInfo(zone)).strftime("%Y-%m")
    months = {one for one in facts.months if one <= running}
    return sorted(months | ({running} if len(facts.roster.areas) else set()))


def refresh_figures(
    house: House, frozen: Collection[str] = (), facts: Facts | None = None
) -> dict[str, int]:
    """Compute every month that is not frozen, and keep what differs.

    The city's own calibers; what other ones would say is computed when somebody asks,
    and frozen with a month.

    Args:
        house: the hub.
        frozen: months that stay as they are (`hub.flow.assessment`).
        facts: those of now, if somebody has begun to read them.

    Returns:
        Rows by table, those of frozen months left out.
    """
    read = facts or Facts(house)
    as_of = known_at(house)
    months = _months(read, as_of, house.city.timezone)
    open_ones = [one for one in months if one not in frozen]
    found = compute(house, periods=open_ones, evidence=False, facts=read)
    return keep_figures(house, found, frozen)


def keep_figures(
    house: House, found: Computed, frozen: Collection[str] = ()
) -> dict[str, int]:
    """Make the metric tables say exactly this; the same again changes nothing.

    Args:
        house: the hub.
        found: all there is to say, but for frozen months.
        frozen: months that stay as they are.

    Returns:
        Rows by table.
    """
    told: dict[str, Callable[[str], Iterable[pl.DataFrame]]] = {
        "figure": lambda month: [found.figures.filter(period=month)],
        "beside": lambda month: [found.beside.filter(period=month)],
        "issue_loop": found.issue_loop.pieces_of,
        "base_row": lambda month: [found.base_row.filter(period=month)],
    }
    return {
        name: keep_months(house, name, told[name], found.months, frozen)
        for name in KEPT
    }
