"""Published rows of core tables, as they are now or as a release pinned them.

What lives here: reading some columns of some partitions or files at a version,
tombstones left out. What does not: which files are needed (`issue_facts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.months import Span, in_spans, overlaps
from hub.schemas import dataset
from hub.storage.lake import LakeTable
from hub.storage.parts import ROWS, DataFile
from hub.storage.shape import Partition

Versions = Mapping[str, int]
LIVING = pl.col("deleted_at").is_null()


def read_table(
    house: House,
    name: str,
    columns: Sequence[str],
    *,
    versions: Versions | None = None,
    places: Sequence[Partition] | None = None,
) -> pl.DataFrame:
    """Published rows of a dataset, of all partitions or of some."""
    table, version = core_at(house, name, versions)
    schema = tables.core_columns(dataset(name))
    empty = pl.DataFrame(schema={column: schema[column] for column in columns})
    files = table.files(places, version)
    return pl.concat([empty, *living_rows(table, files, columns, version)])


def read_between(
    house: House,
    name: str,
    columns: Sequence[str],
    at: str,
    spans: Sequence[Span],
    *,
    versions: Versions | None = None,
) -> pl.DataFrame:
    """Published rows whose instant `at` lies in the spans; other files stay unread."""
    return read_where(
        house,
        name,
        columns,
        in_spans(at, spans),
        lambda file: overlaps(file, (at,), spans),
        versions=versions,
    )


def read_where(
    house: House,
    name: str,
    columns: Sequence[str],
    rows: pl.Expr,
    may_hold: Callable[[DataFile], bool],
    *,
    versions: Versions | None = None,
) -> pl.DataFrame:
    """Published rows of which an expression is true, of files that may hold one."""
    table, version = core_at(house, name, versions)
    schema = tables.core_columns(dataset(name))
    empty = pl.DataFrame(schema={column: schema[column] for column in columns})
    files = [file for file in table.files(version=version) if may_hold(file)]
    found = living_rows(table, files, columns, version)
    return pl.concat([empty, *(frame.filter(rows) for frame in found)])


def core_at(
    house: House, name: str, versions: Versions | None
) -> tuple[LakeTable, int | None]:
    """The core table of a dataset, and the version to read it at."""
    table = tables.core_table(house.lake, dataset(name))
    return table, None if versions is None else versions[name]


def living_rows(
    table: LakeTable,
    files: Sequence[DataFile],
    columns: Sequence[str],
    version: int | None,
) -> Iterator[pl.DataFrame]:
    """Frames of some files each, tombstones left out."""
    asked = list(dict.fromkeys([*columns, "deleted_at"]))
    for frame in gathered(table.scan(files, asked, version)):
        yield frame.filter(LIVING).select(columns)


def gathered(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in frames of about ROWS: a query costs as much for one row."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        waiting.append(frame)
        if sum(map(len, waiting)) >= ROWS:
            yield pl.concat(waiting, rechunk=len(waiting) > 1)
            waiting = []
    if waiting:
        yield pl.concat(waiting, rechunk=len(waiting) > 1)
