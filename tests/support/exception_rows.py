"""Rows of exceptions as a test reads them: who is on a list, since when, how much."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from hub.metrics.exceptions.lists import COLUMNS, LISTS
from hub.metrics.exceptions.placed_rows import exception_table
from hub.metrics.roster_rows.streets import Terrain


def table(lists: Iterable[pl.DataFrame], where: Terrain) -> pl.DataFrame:
    """The lists as one table, as it is published."""
    found = exception_table(lists, where.places, where.days)
    assert found.schema == pl.Schema(COLUMNS)
    return found


def listed(found: pl.DataFrame, name: str) -> dict[str, tuple[date | None, int | None]]:
    """subject_id → since_on and amount of one list."""
    one = LISTS[name]
    rows = found.filter(
        (pl.col("kind") == one.kind)
        & (pl.col("note_en") == one.note_en)
        & (pl.col("subject") == one.subject)
    )
    return {
        id_: (since, amount)
        for id_, since, amount in rows.select("subject_id", "since_on", "amount").rows()
    }


def unit_of(found: pl.DataFrame, subject_id: str) -> set[str | None]:
    """The units under which a subject is listed."""
    return set(found.filter(pl.col("subject_id") == subject_id)["unit_code"])
