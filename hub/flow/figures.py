"""Figures from what is published: metric tables with the rows behind them.

What lives here: handing published facts to the engine, and keeping its answer as
`metric/figure`, `metric/evidence` and `metric/beside`. What does not: any
definition (`hub.metrics`), freezing a month.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.metric_rows import Facts, places_of
from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.registry import METRICS, metric
from hub.storage.holders import this_process
from hub.storage.lake import LakeTable

APP = "figures"
LEASE = timedelta(minutes=30)
KEPT = ("figure", "evidence", "beside")
METRIC_COLUMNS: dict[str, dict[str, pl.DataType]] = {
    "figure": {
        "metric": pl.String(),
        "version": pl.Int64(),
        "calibers": pl.List(pl.String),
        "basis": pl.String(),
        "period": pl.String(),
        "as_of": pl.Datetime("us", "UTC"),
        "level": pl.String(),
        "unit_code": pl.String(),
        "numerator": pl.Int64(),
        "denominator": pl.Int64(),
        "value_share": pl.Decimal(9, 6),
    },
    "evidence": {
        "metric": pl.String(),
        "basis": pl.String(),
        "period": pl.String(),
        "unit_code": pl.String(),
        "district_code": pl.String(),
        "street_code": pl.String(),
        "chief_person_id": pl.String(),
        "levels": pl.List(pl.String),
        "subject": pl.String(),
        "subject_id": pl.String(),
        "is_numerator": pl.Boolean(),
        "numerator_amount": pl.Int64(),
        "denominator_amount": pl.Int64(),
        "left_out_reason": pl.String(),
        "missed_reason": pl.String(),
    },
    "beside": {
        "metric": pl.String(),
        "basis": pl.String(),
        "period": pl.String(),
        "level": pl.String(),
        "unit_code": pl.String(),
        "reason": pl.String(),
        "case_count": pl.Int64(),
    },
}


def compute(
    house: House,
    *,
    metrics: Sequence[str] = (),
    periods: Sequence[str] = (),
    calibers: Sequence[str] = (),
) -> Figures:
    """Figures of the published facts, as of the newest delivery.

    Args:
        house: the hub.
        metrics: metric ids; none = all.
        periods: months `YYYY-MM`; none = every month in which a case was reported
            or due, and the running one where there are areas.
        calibers: choices that replace the defaults.
    """
    chosen = [metric(one) for one in metrics] or list(METRICS.values())
    facts = Facts(house)
    zone, as_of = house.city.timezone, known_at(house)
    months = list(periods) or months_of(facts.issues, zone)
    if not periods and len(facts.roster.areas):
        months = sorted({*months, as_of.astimezone(ZoneInfo(zone)).strftime("%Y-%m")})
    return compute_figures(
        facts.rows({one.subject for one in chosen}, months, as_of),
        places_of(house),
        metrics=chosen,
        periods=months,
        terms=Terms(zone=zone, as_of=as_of, calibers=tuple(calibers)),
    )


def known_at(house: House) -> datetime:
    """Up to when the hub knows: the landing of the newest delivery, else its clock.

    Time that has passed since then is no news: counted by the clock, a day of duty
    of which nothing came yet would be a day without an act. So too the same facts
    have the same figures whenever they are computed, and days that arrive in
    another order end in the same ones.
    """
    return house.ledger.newest_landing() or house.now()


def months_of(issues: pl.DataFrame, zone: str) -> list[str]:
    """Months in which a case was reported or fell due, in order."""
    instants = pl.concat(
        [
            issues.select(at=pl.col(name))
            for name in ("reported_at", "deadline_at", "bundle_deadline_at")
        ]
    ).drop_nulls()
    local = pl.col("at").dt.convert_time_zone(zone).dt.strftime("%Y-%m")
    return instants.select(local.unique().sort())["at"].to_list()


def keep_figures(house: House, figures: Figures) -> dict[str, int]:
    """Make the metric tables say exactly this; the same again changes nothing.

    Returns:
        Rows by table.
    """
    frames = (figures.figures, figures.evidence, figures.beside)
    return {
        name: _keep(house, metric_table(house, name), frame)
        for name, frame in zip(KEPT, frames, strict=True)
    }


def metric_table(house: House, name: str) -> LakeTable:
    """`metric/<name>`, one partition per month."""
    schema = tables.to_arrow(METRIC_COLUMNS[name])
    return house.lake.table(f"metric/{name}", schema, ("period",))


def _keep(house: House, table: LakeTable, frame: pl.DataFrame) -> int:
    """Write the months that differ; `as_of` alone makes no difference."""
    present = table.read()
    content = pl.exclude("as_of")
    add, remove = [], []
    months = set(frame["period"]) | set(present["period"])
    for month in sorted(months):
        here = pl.col("period") == month
        fresh, old = frame.filter(here), present.filter(here)
        if fresh.select(content).equals(old.select(content)):
            continue
        remove += table.files(partitions=[{"period": month}])
        if len(fresh):
            add += table.write(fresh, {"period": month})
    if add or remove:
        with house.leases.hold(table.name, this_process(APP), LEASE):
            table.commit(APP, table.number(APP) + 1, add=add, remove=remove)
    return len(frame)
