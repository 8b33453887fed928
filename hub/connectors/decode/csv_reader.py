"""One CSV body by pyarrow's streaming reader, with proofs around it.

What lives here: the header, ordinals of rows around broken ones, and an end seal.
Ordinals count records as a reader of the file does, the header and blank lines
apart. The seal is one more record behind the last: a quote that is opened and never
closed swallows it, and the delivery is refused instead of losing every row behind
the quote. What does not: names and wanted columns (`csv`), decoding (`utf8`).
"""

from __future__ import annotations

import io
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from hub.connectors.decode.base import Ordinals, unreadable
from hub.connectors.decode.utf8 import Utf8Stream

# Arrow reads up to 32 blocks ahead, and no record may be longer than one.
BLOCK = 4 << 20
_PEEK = 1 << 20
_OPEN = "a quotation mark is opened and not closed before the file ends"
_SEAL = "\x1a hub: end of file \x1a"


class Batch(NamedTuple):
    """Some records: columns `f0`, `f1` … as text, ordinals, and what was broken."""

    frame: pl.DataFrame
    ordinals: Ordinals
    broken: Ordinals
    broken_texts: list[str]


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
        self._stream = Utf8Stream(body, encoding or "utf-8")
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
            # Every broken record before the last good one is known by now, and
            # perhaps some behind it: the parser reads ahead.
            known = np.array([at for at, _ in broken], np.int64)
            ordinals = np.arange(start, start + len(frame) + len(known))
            ordinals = ordinals[~np.isin(ordinals, known)][: len(frame)]
            if start < 0:
                frame, ordinals, start = frame.slice(1), ordinals[1:], 0
            start = int(ordinals[-1]) + 1 if len(ordinals) else start
            passed = int(np.count_nonzero(known < start))
            held = _batch(frame, ordinals, broken[:passed])
            del broken[:passed]
        if held is None or not len(held.frame) or held.frame["f0"][-1] != _SEAL:
            raise unreadable(_OPEN)
        last = _batch(held.frame[:-1], held.ordinals[:-1], broken)
        yield last._replace(
            broken=np.concatenate([held.broken, last.broken]),
            broken_texts=held.broken_texts + last.broken_texts,
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
        block = _whole(self._stream.peek(_PEEK))
        if not block.strip(b"\r\n"):
            raise unreadable("it has no header, the file is empty")
        try:
            return self._header_in(block)
        except pa.ArrowInvalid:
            raise unreadable(f"its header cannot be read: {_OPEN}") from None

    def _header_in(self, block: bytes) -> list[str]:
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


def _whole(block: bytes) -> bytes:
    """A piece without the beginning of a character at its end.

    The piece ends inside a record, and the parser shows us that record as text.
    """
    decoder = getincrementaldecoder("utf-8")("replace")
    decoder.decode(block)
    return block[: len(block) - len(decoder.getstate()[0])]


def _batch(
    frame: pl.DataFrame, ordinals: Ordinals, broken: list[tuple[int, str]]
) -> Batch:
    lost = np.array([at for at, _ in broken], np.int64)
    return Batch(frame, ordinals, lost, [text for _, text in broken])


def _parse_options(delimiter: str, handler: object) -> pc.ParseOptions:
    return pc.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=handler
    )
