"""The hub's figures for a batch of towns, as counts to be laid beside others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import polars as pl
from support.slow.hub_rosters import roster_rows
from support.slow.hub_side import ZONE, loop_rows, places_of
from support.slow.towns import Batch

from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.registry import METRICS

Counts = dict[tuple[str, str | None], tuple[int, int]]


def figures_of(
    batch: Batch,
    rows: Mapping[str, pl.DataFrame],
    metrics: Iterable[str] = METRICS,
    *,
    every: bool = False,
) -> Figures:
    """Figures of some metrics, or of all that these rows are asked for."""
    chosen = [METRICS[one] for one in metrics if METRICS[one].subject in rows]
    return compute_figures(
        rows,
        places_of(batch),
        metrics=chosen,
        periods=[batch.month],
        terms=Terms(zone=ZONE, as_of=batch.as_of, every=every, evidence=False),
    )


def counts_of(figures: pl.DataFrame, metric: str) -> Counts:
    """(numerator, denominator) by level and place; nothing of nothing left out."""
    found = figures.filter((pl.col("metric") == metric) & (pl.col("denominator") > 0))
    columns = ("level", "unit_code", "numerator", "denominator")
    return {
        (level, place): (part, whole)
        for level, place, part, whole in found.select(columns).iter_rows()
    }


def differing(found: Counts, expected: Counts) -> dict[object, object]:
    """The first places of which the two say something else."""
    keys = sorted(found.keys() | expected.keys(), key=str)
    unlike = [key for key in keys if found.get(key) != expected.get(key)]
    return {key: (found.get(key), expected.get(key)) for key in unlike[:5]}


def everything(batch: Batch, *, every: bool = False) -> Figures:
    """Figures of cases, rosters, acts and papers."""
    rows = {"issue": loop_rows(batch), **roster_rows(batch)}
    return figures_of(batch, rows, every=every)


def digest_of(found: Figures) -> str:
    """SHA-256 over every row of the figures and of what is shown beside them."""
    calibers = pl.col("calibers").list.join(" ")
    text = found.figures.with_columns(calibers).write_csv() + found.beside.write_csv()
    return hashlib.sha256(text.encode()).hexdigest()
