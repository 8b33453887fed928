"""CSV and TSV → text frames.

What lives here: columns by the names of the header, and records written as text
again. A row with the wrong number of fields is a broken row (P09) and never shifts
a column. What does not: the parser (`csv_reader`), other tables (`xlsx`, `arrow`),
writing CSV for people (`hub.sharing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import (
    ROW,
    Rows,
    Wanted,
    broken_rows,
    chunks,
    text_frame,
)
from hub.connectors.decode.csv_reader import CsvReader
from hub.connectors.decode.names import name_columns


def decode_csv(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The records of a CSV body; an empty field is an empty text, never null.

    Raises:
        BatchRefused: no header, a header with one name twice, an open quote, or
            bytes that are not in the encoding.
    """
    reader = CsvReader(body, meta.encoding, meta.origin.get("delimiter"))
    names = name_columns(reader.header, wanted.scalars)
    fields = frozenset(names)
    places = {name: at for name, at in names.items() if name in wanted.scalars}
    for batch in reader.batches(sorted(places.values())):
        found = {name: batch.frame[f"f{at}"].alias(name) for name, at in places.items()}
        frame = text_frame(found, wanted, batch.ordinals)
        broken = broken_rows(batch.broken)
        for piece in chunks(frame):
            yield Rows(piece, broken, fields)
            broken = broken.clear()


def csv_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Records as CSV text: `__row`, `text`.

    Records are written again with their delimiter, quotes only where needed;
    broken ones stand exactly as they came.
    """
    delimiter = meta.origin.get("delimiter")
    reader = CsvReader(body, meta.encoding, delimiter)
    found = [pl.DataFrame(schema={ROW: pl.Int64, "text": pl.String})]
    for batch in reader.batches(range(len(reader.header))):
        text = render(batch.frame, delimiter or ",")
        found.append(pl.DataFrame({ROW: batch.ordinals, "text": text}))
        found.append(
            pl.DataFrame(
                {ROW: batch.broken, "text": batch.broken_texts},
                schema={ROW: pl.Int64, "text": pl.String},
            )
        )
        found = [frame.filter(pl.col(ROW).is_in(rows.implode())) for frame in found]
    return pl.concat(found).sort(ROW)


def render(frame: pl.DataFrame, delimiter: str) -> pl.Series:
    """Each row of texts as one CSV record; null is an empty field."""
    special = rf'["\r\n{re.escape(delimiter)}]'
    alone = frame.width == 1  # an empty only field would be a blank line
    cells = []
    for name in frame.columns:
        cell = pl.col(name).fill_null("")
        quoted = pl.format('"{}"', cell.str.replace_all('"', '""', literal=True))
        needed = cell.str.contains(special) | (pl.lit(alone) & (cell == ""))
        cells.append(pl.when(needed).then(quoted).otherwise(cell))
    return frame.select(pl.concat_str(cells, separator=delimiter)).to_series()
