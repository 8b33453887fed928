"""Parquet files → text frames, and Parquet less what must never land.

What lives here: reading group by group, and the text of every kind of value: exact
decimals, ISO instants with their offset, hex bytes, true and false, as databases
give them (`hub.connectors.sql_rows`). Fields of structs come by dotted path. What
does not: whether a file is fit (`hub.connectors.file_proof`).
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import (
    CHUNK,
    ROW,
    Rows,
    Wanted,
    broken_rows,
    text_frame,
    unreadable,
)
from hub.connectors.decode.names import loose

_JSON_HEAD = '{"v":'


def decode_parquet(body: BinaryIO, _meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows of one Parquet file.

    Raises:
        BatchRefused: it is none, or it is damaged.
    """
    for first, frame in _frames(body):
        ordinals = np.arange(first, first + len(frame))
        flat = _flat(frame)
        lists = {
            path: _elements(flat[path], wanted.lists[path])
            for path in wanted.lists
            if path in flat.columns and flat[path].dtype == pl.List(pl.Struct)
        }
        found = {
            name: _texts(flat[name]) for name in wanted.scalars & set(flat.columns)
        }
        made = text_frame(found | lists, wanted, ordinals)
        yield Rows(made, broken_rows(ordinals[:0]), _fields(flat, wanted))


def parquet_texts(body: BinaryIO, _meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as JSON objects of texts: `__row`, `text`."""
    found = [pl.DataFrame(schema={ROW: pl.Int64, "text": pl.String})]
    for first, frame in _frames(body):
        numbered = frame.with_columns(
            pl.int_range(first, first + len(frame), dtype=pl.Int64).alias(ROW)
        ).filter(pl.col(ROW).is_in(rows.implode()))
        texts = pl.DataFrame([_texts(one) for one in _flat(numbered.drop(ROW))])
        shown = texts.select(pl.struct(pl.all()).struct.json_encode().alias("text"))
        found.append(numbered.select(ROW).hstack(shown))
    return pl.concat(found)


def cut_parquet(path: Path, never: Sequence[str], cut: Counter[str]) -> Iterator[bytes]:
    """The file without the columns; counts of values are added to `cut`.

    A field inside a column of structs takes the whole column with it: that is more
    than was asked, and nothing of it stays.
    """
    hidden = {loose(name.partition(".")[0]): name for name in never}
    sink = _Sink()
    with pq.ParquetFile(path) as file:
        names = file.schema_arrow.names
        gone = {name: hidden[loose(name)] for name in names if loose(name) in hidden}
        kept = [at for at, name in enumerate(names) if name not in gone]
        schema = pa.schema([file.schema_arrow.field(at) for at in kept])
        with pq.ParquetWriter(sink, schema) as writer:
            for batch in file.iter_batches(batch_size=CHUNK):
                for name, declared in gone.items():
                    column = batch.column(names.index(name))
                    cut[declared] += len(column) - column.null_count
                columns = [batch.column(at) for at in kept]
                writer.write_batch(pa.record_batch(columns, schema=schema))
                yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes what a writer writes, and gives it away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        self._size += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        """What came since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _frames(body: BinaryIO) -> Iterator[tuple[int, pl.DataFrame]]:
    """Ordinal of the first row, and rows; the first frame comes even without rows."""
    first = 0
    with tempfile.TemporaryFile() as spooled:
        # The footer is at the end; reading all of it also verifies the body.
        shutil.copyfileobj(body, spooled, CHUNK)
        with _opened(spooled) as file:
            yield 0, _frame(file.schema_arrow.empty_table())
            for batch in file.iter_batches(batch_size=CHUNK):
                frame = _frame(batch)
                yield first, frame
                first += len(frame)


@contextmanager
def _opened(spooled: object) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(spooled, page_checksum_verification=True) as file:
            yield file
    except (pa.ArrowException, OSError):
        raise unreadable("it is no Parquet file, or it is damaged") from None


def _frame(table: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Fields of structs as columns of their own, by dotted path."""
    nested = [name for name in frame.columns if frame[name].dtype == pl.Struct]
    while nested:
        for name in nested:
            inner = frame[name].struct.unnest()
            inner = inner.rename({one: f"{name}.{one}" for one in inner.columns})
            frame = frame.drop(name).hstack(inner)
        nested = [name for name in frame.columns if frame[name].dtype == pl.Struct]
    return frame


def _fields(flat: pl.DataFrame, wanted: Wanted) -> frozenset[str]:
    found = set(flat.columns)
    for path in wanted.lists.keys() & found:
        inner = getattr(flat[path].dtype, "inner", None)
        if isinstance(inner, pl.Struct):
            found |= {f"{path}.{field.name}" for field in inner.fields}
    return frozenset(found)


def _elements(cells: pl.Series, fields: frozenset[str]) -> pl.Series:
    """An unfolded list: structs of texts."""
    lengths = cells.list.len()
    texts = _flat(cells.explode(keep_nulls=False, empty_as_null=False).struct.unnest())
    height = len(texts)
    made = [
        _texts(texts[name]).alias(name)
        if name in texts.columns
        else pl.Series(name, [None] * height, dtype=pl.String)
        for name in sorted(fields)
    ]
    of_row = pl.Series(ROW, np.repeat(np.arange(len(cells)), lengths.fill_null(0)))
    grouped = (
        pl.DataFrame([of_row.cast(pl.Int64)])
        .with_columns(pl.struct(made).alias(cells.name))
        .group_by(ROW, maintain_order=True)
        .agg(pl.col(cells.name))
    )
    return (
        pl.DataFrame({ROW: pl.arange(0, len(cells), dtype=pl.Int64, eager=True)})
        .join(grouped, on=ROW, how="left", maintain_order="left")
        .get_column(cells.name)
    )


def _texts(cells: pl.Series) -> pl.Series:
    """One column as text; null stays null."""
    dtype = cells.dtype
    if isinstance(dtype, pl.Datetime):
        return _instants(cells)
    if dtype == pl.Binary:
        return cells.bin.encode("hex")
    if dtype in (pl.List, pl.Array, pl.Struct):
        framed = cells.alias("v").to_frame().select(pl.struct("v").struct.json_encode())
        texts = framed.to_series().str.strip_prefix(_JSON_HEAD).str.strip_suffix("}")
        return texts.set(cells.is_null(), None).alias(cells.name)
    if dtype in (pl.Date, pl.Time, pl.Duration):
        return cells.dt.to_string("iso")
    return cells.cast(pl.String)


def _instants(cells: pl.Series) -> pl.Series:
    """ISO texts, of a zoned column in UTC with its offset."""
    assert isinstance(cells.dtype, pl.Datetime)
    zone = cells.dtype.time_zone
    if zone is not None:
        zone = "UTC"
        cells = cells.dt.convert_time_zone(zone)
    # Most writers count nanoseconds and mean less; what is there is not cut off.
    fine = cells.dtype == pl.Datetime("ns", zone)
    if fine and (cells.dt.nanosecond() % 1000 == 0).all():
        cells = cells.dt.cast_time_unit("us")
    return cells.dt.to_string("iso")
