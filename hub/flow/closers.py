"""Who closed many cases of others within minutes, from the published trail.

What lives here: reading the closes of each month, and, of those in a hurry alone, what
their closers did with the cases before. What does not: what counts as a hurry and as
one's own case (`hub.metrics.exceptions.closers`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.issue_tables import Versions, core_at, living_rows
from hub.flow.months import in_spans, month_spans, overlaps
from hub.metrics.exceptions.closers import (
    CLOSES,
    HURRIED,
    OWN_ACTS,
    hurried_closers,
    in_a_hurry,
    of_others,
    told_closes,
)
from hub.metrics.exceptions.gaming import Thresholds
from hub.schemas import dataset
from hub.storage.parts import DataFile

CLOSE = (
    "issue_id", "action_code", "happened_at", "actor_person_id", "actor_org_id",
    "is_inferred",
)  # fmt: skip
CASE = ("issue_id", "reporter_person_id", "handling_mode_code")


def read_hurried(
    house: House,
    periods: Sequence[str],
    limits: Thresholds,
    versions: Versions | None = None,
) -> pl.DataFrame:
    """`hurried_closers` of the months, one month in memory at a time.

    Args:
        house: the hub.
        periods: months `YYYY-MM`.
        limits: the city's.
        versions: table version by dataset, as a release pins them; None = the newest.
    """
    found = [pl.DataFrame(schema=HURRIED)]
    for period in periods:
        closes, months = _closes(house, period, limits, versions)
        if closes.is_empty():
            continue
        cases, acts = _known(house, closes, months, versions)
        found.append(hurried_closers(of_others(closes, cases, acts), limits))
    return pl.concat(found)


def _closes(
    house: House, period: str, limits: Thresholds, versions: Versions | None
) -> tuple[pl.DataFrame, set[str]]:
    """A month's closes in a hurry, whoever's cases, and the months of their cases."""
    zone = house.city.timezone
    spans = month_spans([period], zone)
    table, version = core_at(house, "issue_event", versions)
    files = [
        file
        for file in table.files(version=version)
        if overlaps(file, ("happened_at",), spans)
    ]
    is_close = pl.col("action_code").is_in(CLOSES) & in_spans("happened_at", spans)
    told = is_close & pl.col("actor_person_id").is_not_null()
    rows = _rows(house, "issue_event", CLOSE, files, told, versions=versions)
    closes = in_a_hurry(told_closes(rows, zone), limits)
    return closes, {file.partition["month"] for file in files}


def _known(
    house: House,
    closes: pl.DataFrame,
    months: Collection[str],
    versions: Versions | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cases, and who reported or handled them: issue_id, person_id.

    What hangs on a case lies in the month of its case, whoever delivered it.
    """
    mine = pl.col("issue_id").is_in(closes["issue_id"].unique().implode())
    places = [{"month": month} for month in sorted(months)]

    def read(name: str, columns: Sequence[str], rows: pl.Expr) -> pl.DataFrame:
        table, version = core_at(house, name, versions)
        files = table.files(places, version)
        return _rows(house, name, columns, files, rows & mine, versions=versions)

    person = pl.col("actor_person_id")
    did = pl.col("action_code").is_in(OWN_ACTS) & person.is_not_null()
    told = read("issue_event", ("issue_id", "action_code", "actor_person_id"), did)
    handler = pl.col("handler_person_id")
    handled = read("handling", ("issue_id", "handler_person_id"), handler.is_not_null())
    acts = [
        told.select("issue_id", person_id=person),
        handled.select("issue_id", person_id=handler),
    ]
    return read("issue", CASE, pl.lit(value=True)), pl.concat(acts)


def _rows(
    house: House,
    name: str,
    columns: Sequence[str],
    files: Sequence[DataFile],
    rows: pl.Expr,
    *,
    versions: Versions | None,
) -> pl.DataFrame:
    table, version = core_at(house, name, versions)
    schema = tables.core_columns(dataset(name))
    empty = pl.DataFrame(schema={column: schema[column] for column in columns})
    found = living_rows(table, files, columns, version)
    return pl.concat([empty, *(frame.filter(rows) for frame in found)])
