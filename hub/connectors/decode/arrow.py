"""Arrow stream parts, which the SQL connector makes of result chunks.

What lives here: reading them back as text frames. What does not: how database
values became text (`hub.connectors.sql_text`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import (
    ROW,
    Rows,
    Wanted,
    broken_rows,
    chunks,
    text_frame,
    unreadable,
)


def decode_arrow(body: BinaryIO, _meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows of one Arrow stream.

    Raises:
        BatchRefused: it is no Arrow stream.
    """
    first = 0
    for frame in _frames(body):
        for piece in chunks(frame):
            ordinals = np.arange(first, first + len(piece))
            found = {name: piece[name] for name in wanted.scalars & set(piece.columns)}
            made = text_frame(found, wanted, ordinals)
            yield Rows(made, broken_rows(ordinals[:0]), frozenset(piece.columns))
            first += len(piece)


def arrow_texts(body: BinaryIO, _meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as JSON objects of texts: `__row`, `text`."""
    found = [pl.DataFrame(schema={ROW: pl.Int64, "text": pl.String})]
    first = 0
    for frame in _frames(body):
        numbered = frame.select(
            pl.int_range(first, first + len(frame), dtype=pl.Int64).alias(ROW),
            pl.struct(pl.all()).struct.json_encode().alias("text"),
        )
        found.append(numbered.filter(pl.col(ROW).is_in(rows.implode())))
        first += len(frame)
    return pl.concat(found)


def _frames(body: BinaryIO) -> Iterator[pl.DataFrame]:
    try:
        with pa.ipc.open_stream(body) as stream:
            yield _frame(stream.schema.empty_table())
            yield from map(_frame, stream)
    except pa.ArrowInvalid:
        raise unreadable("it is no Arrow stream") from None
    # Whoever verifies the body does so at its end.
    while body.read(1 << 20):
        pass


def _frame(table: pa.Table | pa.RecordBatch) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
