"""Published rows on their way to a screen or a file.

What lives here: which columns a call may see, the first rows in the order of the
key. What does not: filters (`filters`), files (`file_forms`); masking for a recipient
(`hub.sharing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_

import polars as pl

from hub.cli.filters import condition
from hub.errors import MisuseError
from hub.flow.house import House
from hub.flow.published import published_rows
from hub.schemas import Column, Dataset
from hub.storage.releases import Release


@dataclass(frozen=True)
class Wanted:
    """What one call asks of a dataset.

    Attributes:
        columns: names, in the order asked for.
        left_out: columns that exist and are not shown.
        rows: condition on the rows, None for all.
        reads: columns that the condition looks at.
        everything: whether closed columns were asked for.
    """

    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    rows: pl.Expr | None
    reads: tuple[str, ...]
    everything: bool


def is_open(column: Column) -> bool:
    """Whether a column may be shown without asking for closed ones."""
    return column.share != "CLOSED" and column.mask is None


def choose(
    ds: Dataset,
    zone: str,
    *,
    columns: str | None,
    wheres: tuple[str, ...],
    everything: bool,
) -> Wanted:
    """Read the options of a call.

    Args:
        zone: IANA zone of days without a clock time.

    Raises:
        MisuseError: an unknown column, operator or value, or a closed column that
            was not asked for as such.
    """
    open_ones = {one.name for one in ds.all_columns if everything or is_open(one)}
    every = tuple(one.name for one in ds.all_columns)
    asked = every if columns is None else tuple(columns.split(","))
    conditions = [condition(ds, text, zone) for text in wheres]
    reads = tuple(one.column for one in conditions)
    named = (*(() if columns is None else asked), *reads)
    for name in named:
        _refuse_unseen(ds, name, name in open_ones)
    shown = tuple(name for name in asked if name in open_ones)
    if not shown:
        raise MisuseError(
            f"read {ds.name}",
            seen="all of its columns are closed",
            next_step="--all-columns shows them to the operator.",
        )
    return Wanted(
        columns=shown,
        left_out=tuple(name for name in every if name not in open_ones),
        rows=reduce(and_, (one.holds() for one in conditions)) if conditions else None,
        reads=reads,
        everything=everything,
    )


def _refuse_unseen(ds: Dataset, name: str, seen: bool) -> None:
    if name not in ds.polars_schema():
        known = ", ".join(one.name for one in ds.all_columns)
        raise MisuseError(
            f"read {ds.name}",
            seen=f"it has no column {name}",
            next_step=f"Its columns are {known}.",
        )
    if not seen:
        raise MisuseError(
            f"read {ds.name}",
            seen=f"its column {name} is closed or personal",
            next_step="--all-columns shows it to the operator.",
        )


def chosen_rows(
    house: House, ds: Dataset, release: Release, wanted: Wanted, *more: str
) -> Iterator[pl.DataFrame]:
    """The wanted rows of a release, some at a time, with `more` columns behind."""
    version = {one.dataset: one.version for one in release.datasets}.get(ds.name, -1)
    if version < 0:
        return
    shown = list(dict.fromkeys([*wanted.columns, *more]))
    read = list(dict.fromkeys([*shown, *wanted.reads]))
    for frame in published_rows(house, ds, version=version, columns=read):
        kept = frame if wanted.rows is None else frame.filter(wanted.rows)
        yield kept.select(shown)


def first_rows(
    house: House, ds: Dataset, release: Release, wanted: Wanted, limit: int
) -> pl.DataFrame:
    """The first rows in the order of the key; equal content gives equal rows."""
    schema = ds.polars_schema()
    names = list(dict.fromkeys([*wanted.columns, *ds.key]))
    first = pl.DataFrame(schema={name: schema[name] for name in names})
    for frame in chosen_rows(house, ds, release, wanted, *ds.key):
        first = pl.concat([first, frame]).sort(ds.key, nulls_last=True).head(limit)
    return first.select(wanted.columns)
