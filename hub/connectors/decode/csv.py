"""CSV and TSV → text frames, by pyarrow's streaming reader.

What lives here: a transcoding stream, the header, ordinals of rows around broken
ones, and an end seal. A row with the wrong number of fields is a broken row (P09)
and never shifts a column; its ordinal counts records as a reader of the file does,
the header and blank lines apart. The seal is one more record behind the last: a
quote that is opened and never closed swallows it, and the delivery is refused
instead of losing every row behind the quote.

What does not: other tables (`xlsx`, `arrow`), writing CSV for people (`hub.sharing`).
"""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import (
    ROW,
    Ordinals,
    Rows,
    Wanted,
    broken_rows,
    chunks,
    text_frame,
    unreadable,
)
from hub.connectors.decode.names import name_columns

BLOCK = 16 << 20
_PEEK = 1 << 20
_SEAL = "\x1a hub: end of file \x1a"


class Batch(NamedTuple):
    """Some records: columns `f0`, `f1` … as text, ordinals, and what was broken."""

    frame: pl.DataFrame
    ordinals: Ordinals
    broken: Ordinals
    broken_texts: list[str]


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


class CsvReader:
    """One CSV body, read once from its beginning to its end."""

    def __init__(
        self,
        body: BinaryIO,
        encoding: str | None,
        delimiter: str | None,
        *,
        block: int = BLOCK,
    ) -> None:
        """Read as far as the header.

        Args:
            body: the bytes as sent.
            encoding: their codec; null is UTF-8.
            delimiter: the field separator; null is a comma.
            block: bytes parsed at a time.
        """
        self._delimiter = delimiter or ","
        self._block = block
        self._stream = _Utf8Stream(body, encoding or "utf-8")
        self.header = self._read_header()
        seal = self._delimiter.join([_SEAL] * len(self.header))
        self._stream.tail = f"\n{seal}\n".encode()

    def batches(self, positions: Sequence[int]) -> Iterator[Batch]:
        """Records block by block, with the columns at these positions."""
        places = sorted({0, *positions})
        broken: list[tuple[int, str]] = []
        start = -1  # the header
        held: Batch | None = None
        for frame in self._frames(places, broken):
            if held is not None:
                yield held
            # Broken records before the block's end have been reported by now.
            known = np.array([at for at, _ in broken], np.int64)
            ordinals = np.arange(start, start + len(frame) + len(known))
            ordinals = ordinals[~np.isin(ordinals, known)][: len(frame)]
            if start < 0:
                frame, ordinals, start = frame.slice(1), ordinals[1:], 0
            start = int(ordinals[-1]) + 1 if len(ordinals) else start
            held = Batch(frame, ordinals, known, [text for _, text in broken])
            broken.clear()
        if held is None or not len(held.frame) or held.frame["f0"][-1] != _SEAL:
            raise unreadable(
                "a quotation mark is opened and not closed before the file ends"
            )
        late = np.array([at for at, _ in broken], np.int64)
        yield Batch(
            held.frame[:-1],
            held.ordinals[:-1],
            np.concatenate([held.broken, late]),
            held.broken_texts + [text for _, text in broken],
        )

    def _frames(
        self, places: list[int], broken: list[tuple[int, str]]
    ) -> Iterator[pl.DataFrame]:
        def keep(row: pc.InvalidRow) -> str:
            broken.append((row.number - 2, row.text))  # 1 is the header
            return "skip"

        names = [f"f{at}" for at in places]
        try:
            with pc.open_csv(
                self._stream,
                # Rows are numbered only when one thread reads.
                read_options=pc.ReadOptions(
                    use_threads=False,
                    block_size=self._block,
                    autogenerate_column_names=True,
                ),
                parse_options=_parse_options(self._delimiter, keep),
                convert_options=pc.ConvertOptions(
                    include_columns=names,
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                ),
            ) as batches:
                for batch in batches:
                    frame = pl.from_arrow(batch)
                    assert isinstance(frame, pl.DataFrame)
                    if len(frame):
                        yield frame
        except (pa.ArrowInvalid, UnicodeDecodeError):
            # Arrow's own message quotes the row.
            raise unreadable(
                "a record is damaged: bytes outside the encoding, or a text without "
                f"an end that runs over {self._block >> 20} MB"
            ) from None

    def _read_header(self) -> list[str]:
        block = self._stream.peek(_PEEK)
        if not block.strip(b"\r\n"):
            raise unreadable("it has no header, the file is empty")
        first = pc.open_csv(
            io.BytesIO(block + b"\n"),
            read_options=pc.ReadOptions(
                use_threads=False,
                block_size=len(block) + 1,
                autogenerate_column_names=True,
            ),
            parse_options=_parse_options(self._delimiter, lambda _row: "skip"),
            convert_options=pc.ConvertOptions(
                check_utf8=False, strings_can_be_null=False, null_values=[]
            ),
        )
        cells = first.read_next_batch().slice(0, 1).to_pylist()[0].values()
        header = [str(cell) for cell in cells]
        twice = [name for name, n in Counter(header).items() if n > 1 and name.strip()]
        if twice:
            raise unreadable(f"its header names {len(twice)} columns more than once")
        return header


def _parse_options(delimiter: str, handler: object) -> pc.ParseOptions:
    return pc.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=handler
    )


class _Utf8Stream:
    """A readable object that gives UTF-8 without a mark, and a tail at the end."""

    closed = False

    def __init__(self, body: BinaryIO, encoding: str) -> None:
        self._body = body
        self._encoding = encoding
        self._plain = encoding in {"utf-8", "utf-8-sig"}
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._buffer = b""
        self._begun = False
        self.tail = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, or all there are; they will be read again."""
        self._fill(size)
        return self._buffer

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end: a short read would be a block."""
        if not self._fill(size):
            self._buffer += self.tail
            self.tail = b""
        piece, self._buffer = self._buffer[:size], self._buffer[size:]
        return piece

    def close(self) -> None:
        """The body is its owner's to close."""

    def _fill(self, size: int) -> bool:
        """Whether so many bytes are at hand; if not, there are no more."""
        pieces = [self._buffer]
        missing = size - len(self._buffer)
        while missing > 0 and (more := self._next(missing)):
            pieces.append(more)
            missing -= len(more)
        self._buffer = b"".join(pieces)
        return missing <= 0

    def _next(self, size: int) -> bytes:
        while block := self._body.read(size):
            if not self._plain:
                block = self._decoder.decode(block).encode()
            if not self._begun:
                block = block.removeprefix(codecs.BOM_UTF8)
                self._begun = True
            if block:
                return block
        if not self._plain:
            self._decoder.decode(b"", final=True)
        return b""
