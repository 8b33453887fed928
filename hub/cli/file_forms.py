"""The forms of an exported file, each written frame by frame in bounded memory.

What lives here: CSV in three encodings, JSON Lines and Parquet. What does not: the
workbook (`workbook_form`), which rows go into a file (`rows`, `hub.sharing.handing`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from hub.errors import HubError
from hub.flow.published import METRICS
from hub.flow.tables import to_arrow
from hub.schemas import DATASETS
from hub.schemas.derive import arrow_schema
from hub.sharing.wire import telling

BOM = b"\xef\xbb\xbf"
Put = Callable[[pl.DataFrame], None]


class CellUnfit(HubError):
    """A value does not fit into the form or the encoding that was asked for."""

    code = "cell_unfit"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a file is to hold, beside its rows.

    Attributes:
        name: of the dataset.
        title: its Chinese name.
        schema: column → type of the rows.
        labels: column → Chinese label.
        encoding: of a CSV file.
        at: instant that the file tells as its own, so that equal rows give equal bytes.
    """

    name: str
    title: str
    schema: Mapping[str, pl.DataType]
    labels: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    at: datetime


Form = Callable[[BinaryIO, Layout], AbstractContextManager[Put]]


class CsvFile(AbstractContextManager[Put]):
    """One header line, lists in one cell; in the encoding of the layout.

    Raises:
        CellUnfit: the encoding lacks a character; nothing is ever replaced.
    """

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        self._out = out
        self._encoding = layout.encoding
        self._rows = 0
        if self._encoding == "utf-8-sig":
            out.write(BOM)
        self._write(pl.DataFrame(schema=dict(layout.schema)), header=True)

    def __enter__(self) -> Put:
        return self._write

    def __exit__(self, *failure: object) -> None:
        del failure

    def _write(self, frame: pl.DataFrame, *, header: bool = False) -> None:
        told = telling(frame, nested=False)
        if self._encoding.startswith("utf-8"):
            told.write_csv(self._out, include_header=header)
            return
        text = told.write_csv(include_header=header)
        try:
            self._out.write(text.encode(self._encoding))
        except UnicodeEncodeError:
            raise self._unfit(told) from None
        self._rows += len(frame)

    def _unfit(self, told: pl.DataFrame) -> CellUnfit:
        """Names the first column, and the first row of it; never the character."""
        for column in told.select(pl.col(pl.String)):
            for at, text in enumerate(column):
                if text is not None and not _fits(text, self._encoding):
                    return CellUnfit(
                        f"write the column {column.name} as {self._encoding}",
                        seen=f"row {self._rows + at + 1} holds a character that this "
                        "encoding lacks",
                        next_step="Use --encoding gb18030 or utf-8-sig instead.",
                    )
        raise AssertionError("some column holds it")


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


class JsonLinesFile(AbstractContextManager[Put]):
    """One object per line."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        del layout
        self._out = out

    def __enter__(self) -> Put:
        return lambda frame: telling(frame).write_ndjson(self._out)

    def __exit__(self, *failure: object) -> None:
        del failure


class ParquetFile(AbstractContextManager[Put]):
    """The dataset's own types, with page checksums."""

    def __init__(self, out: BinaryIO, layout: Layout) -> None:
        names = list(layout.schema)
        if layout.name in METRICS:
            full = to_arrow(dict(layout.schema))
        else:
            full = arrow_schema(DATASETS[layout.name], columns=names)
        self._schema = pa.schema([full.field(name) for name in names])
        self._writer = pq.ParquetWriter(
            out, self._schema, compression="zstd", write_page_checksum=True
        )

    def __enter__(self) -> Put:
        return lambda frame: self._writer.write_table(
            frame.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(self._schema)
        )

    def __exit__(self, *failure: object) -> None:
        self._writer.close()
