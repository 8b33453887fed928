"""Published rows on their way to a screen or a file.

What lives here: which columns a call may see, the first rows in the order of the
key, and the three forms of an export, file by file in bounded memory. What does
not: filters (`filters`); masking for a recipient (`hub.sharing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hub.cli.files import written_aside
from hub.cli.filters import condition
from hub.errors import MisuseError
from hub.flow.house import House
from hub.flow.published import published_rows
from hub.schemas import Column, Dataset
from hub.schemas.derive import arrow_schema
from hub.storage.releases import Release

INSTANT = "%Y-%m-%dT%H:%M:%S%.fZ"


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
        rows=reduce(and_, (one.holds for one in conditions)) if conditions else None,
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


def telling(frame: pl.DataFrame, *, nested: bool = True) -> pl.DataFrame:
    """Values as the surfaces write them: instants in UTC with Z, decimals as text.

    Args:
        nested: leave lists as lists; else each becomes one text.
    """
    return frame.select(
        _told(name, kind, nested=nested) for name, kind in frame.schema.items()
    )


def _told(name: str, kind: pl.DataType, *, nested: bool) -> pl.Expr:
    value = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return value.dt.strftime(INSTANT)
    if isinstance(kind, pl.Decimal):
        return value.cast(pl.String)
    if isinstance(kind, pl.List):
        if isinstance(kind.inner, pl.Struct):
            at = pl.field("taken_at").dt.strftime(INSTANT)
            value = value.list.eval(pl.element().struct.with_fields(at))
        if nested:
            return value
        if isinstance(kind.inner, pl.Struct):
            value = value.list.eval(pl.element().struct.json_encode())
        return value.list.join("; ", ignore_nulls=True)
    return value


def write_rows(
    house: House,
    ds: Dataset,
    release: Release,
    wanted: Wanted,
    file: Path,
    form: str,
) -> int:
    """Write the wanted rows to a file; how many there were."""
    schema = ds.polars_schema()
    empty = pl.DataFrame(schema={name: schema[name] for name in wanted.columns})
    total = 0
    with written_aside(file) as out, FORMS[form](out, ds, empty) as put:
        for frame in chosen_rows(house, ds, release, wanted):
            total += len(frame)
            put(frame)
    return total


class CsvFile:
    """UTF-8 with one header line; lists in one cell."""

    def __init__(self, out: BinaryIO, ds: Dataset, empty: pl.DataFrame) -> None:
        del ds
        self._out = out
        telling(empty, nested=False).write_csv(out)

    def __enter__(self) -> Callable[[pl.DataFrame], None]:
        return lambda frame: telling(frame, nested=False).write_csv(
            self._out, include_header=False
        )

    def __exit__(self, *failure: object) -> None:
        del failure


class JsonLinesFile:
    """One object per line."""

    def __init__(self, out: BinaryIO, ds: Dataset, empty: pl.DataFrame) -> None:
        del ds, empty
        self._out = out

    def __enter__(self) -> Callable[[pl.DataFrame], None]:
        return lambda frame: telling(frame).write_ndjson(self._out)

    def __exit__(self, *failure: object) -> None:
        del failure


class ParquetFile:
    """The dataset's own types, with page checksums."""

    def __init__(self, out: BinaryIO, ds: Dataset, empty: pl.DataFrame) -> None:
        full = arrow_schema(ds, columns=empty.columns)
        self._schema = pa.schema([full.field(name) for name in empty.columns])
        self._writer = pq.ParquetWriter(
            out, self._schema, compression="zstd", write_page_checksum=True
        )

    def __enter__(self) -> Callable[[pl.DataFrame], None]:
        return lambda frame: self._writer.write_table(
            frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(self._schema)
        )

    def __exit__(self, *failure: object) -> None:
        self._writer.close()


FORMS: dict[str, type[CsvFile] | type[JsonLinesFile] | type[ParquetFile]] = {
    ".parquet": ParquetFile,
    ".csv": CsvFile,
    ".jsonl": JsonLinesFile,
}
