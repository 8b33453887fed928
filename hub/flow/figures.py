"""Figures from what is published: metric tables with the rows behind them.

What lives here: handing published facts to the engine, and keeping its answer as
`metric/figure`, `metric/evidence` and `metric/beside`. What does not: any
definition (`hub.metrics`), freezing a month.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.published import published
from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.flags import FlagRules, build_flags
from hub.metrics.registry import METRICS, metric
from hub.schemas import dataset
from hub.schemas.code_lists import source_channels, stages
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
        "issue_id": pl.String(),
        "is_numerator": pl.Boolean(),
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
NEEDED = (
    "issue_id",
    "area_id",
    "district_code",
    "street_code",
    "source_channel_code",
    "handling_mode_code",
    "stage_code",
    "std_category_kind_code",
    "std_category_code",
    "duplicate_of_id",
    "reported_at",
    "registered_at",
    "dispatched_at",
    "handled_at",
    "checked_at",
    "closed_at",
    "fed_back_at",
    "deadline_at",
    "bundle_deadline_at",
    "is_suspended",
    "has_appeal_exemption",
    "close_type_code",
)


def compute(
    house: House,
    *,
    metrics: Sequence[str] = (),
    periods: Sequence[str] = (),
    calibers: Sequence[str] = (),
) -> Figures:
    """Figures of the published facts, now.

    Args:
        house: the hub.
        metrics: metric ids; none = all.
        periods: months `YYYY-MM`; none = every month in which a case was reported
            or due.
        calibers: choices that replace the defaults.
    """
    issues = published(house, dataset("issue"), columns=list(NEEDED))
    reviews = published(house, dataset("review"))
    handlings = published(
        house, dataset("handling"), columns=["issue_id", "attempt_seq"]
    )
    flags = build_flags(
        issues,
        reviews,
        handlings,
        stages=stages(),
        channels=source_channels(),
        rules=FlagRules(population=house.city.population),
        closed_at_source=_closed_at_source(house),
    )
    zone = house.city.timezone
    return compute_figures(
        flags,
        house.city.reference("assessment_unit"),
        house.city.reference("assessment_unit_member"),
        metrics=[metric(one) for one in metrics] or list(METRICS.values()),
        periods=list(periods) or months_of(issues, zone),
        terms=Terms(zone=zone, as_of=house.now(), calibers=tuple(calibers)),
    )


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


def _closed_at_source(house: House) -> list[str]:
    """Cases that the source calls closed without saying when (K16)."""
    table = tables.core_table(house.lake, dataset("issue"))
    said = pl.col("evidence").struct.field("main").list.contains("CLOSED")
    found = []
    for frame in table.scan(columns=["issue_id", "evidence", "closed_at"]):
        found += frame.filter(said & pl.col("closed_at").is_null())[
            "issue_id"
        ].to_list()
    return found


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
