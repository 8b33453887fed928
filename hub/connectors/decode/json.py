"""JSON documents and JSON Lines → text frames.

What lives here: finding the rows in a body and cutting them into chunks. Numbers
keep their digits, `true` and `false` become words, null stays null. What does not:
laying out (`layout`), judging an answer before it lands (`hub.connectors.rest`).
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice, repeat
from typing import BinaryIO

import numpy as np
import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import CHUNK, ROW, Rows, Wanted, broken_rows, unreadable
from hub.connectors.decode.layout import Mask, lay_out
from hub.connectors.exact import (
    MISSING,
    NotJson,
    collector_paused,
    dig,
    dump,
    load,
    load_body,
)

_SEAM = f"seam-{secrets.token_hex(8)}"
PIECE = 1 << 20
_BLANK = " \t\r\n"


def decode_json(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows of one JSON document, which is held in memory as a whole.

    Raises:
        BatchRefused: it is no JSON, or no list stands where the rows should be.
    """
    with collector_paused():
        records = records_of(body, meta)
        rows = lay_out(records[:CHUNK], wanted, first=0)
        records = records[CHUNK:]
    yield rows
    for start in range(0, len(records), CHUNK):
        with collector_paused():
            piece = records[start : start + CHUNK]
            rows = lay_out(piece, wanted, first=CHUNK + start)
        yield rows


def json_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as JSON text, numbers with their digits: `__row`, `text`."""
    records = records_of(body, meta)
    return _texts_of(list(map(dump, map(records.__getitem__, rows))), rows)


def decode_lines(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows of a JSON Lines body; a line that is no object is a broken row."""
    first = 0
    for lines in line_chunks(body, meta.encoding):
        with collector_paused():
            values, bad = parse_lines(lines)
            rows = lay_out(values, wanted, first=0)
            del values
        at = first + np.flatnonzero(~bad)
        lost = np.concatenate(
            [first + np.flatnonzero(bad), at[rows.broken[ROW].to_numpy()]]
        )
        frame = rows.frame.with_columns(pl.Series(ROW, at[rows.frame[ROW].to_numpy()]))
        yield Rows(frame, broken_rows(np.sort(lost)), rows.fields)
        first += len(lines)
    if not first:
        yield lay_out([], wanted, first=0)


def line_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as the lines they were: `__row`, `text`."""
    found: list[pl.DataFrame] = []
    first = 0
    for lines in line_chunks(body, meta.encoding):
        here = rows.filter((rows >= first) & (rows < first + len(lines)))
        texts = list(map(lines.__getitem__, here - first))
        found.append(_texts_of(list(map(str.encode, texts)), here))
        first += len(lines)
    return pl.concat(found) if found else _texts_of([], rows.clear())


def line_chunks(body: BinaryIO, encoding: str | None) -> Iterator[list[str]]:
    """Lines without their ends, blank ones left out, `CHUNK` at a time."""
    text = io.TextIOWrapper(body, encoding=encoding or "utf-8", newline=None)
    try:
        stripped = map(str.strip, text, repeat(_BLANK))
        full = filter(None, stripped)
        while lines := list(islice(full, CHUNK)):
            lines[0] = lines[0].removeprefix("\ufeff")
            yield lines
    except UnicodeDecodeError:
        raise unreadable(f"it is not in {encoding or 'utf-8'}") from None
    finally:
        text.detach()


def parse_lines(lines: Sequence[str]) -> tuple[list[object], Mask]:
    """Values of the lines that are JSON, and a mask of those that are not.

    All lines are parsed in one call; where that fails, each half by itself.
    """
    seam = f',"{_SEAM}",\n'
    try:
        joined = load(f"[{seam.join(lines)}]")
    except NotJson:
        joined = None
    # A line of two values, none, or a value over two lines would shift the seams.
    if (
        isinstance(joined, list)
        and len(joined) == 2 * len(lines) - 1
        and joined[1::2] == [_SEAM] * (len(lines) - 1)
    ):
        return joined[::2], np.zeros(len(lines), bool)
    if len(lines) == 1:
        return [], np.ones(1, bool)
    half = len(lines) // 2
    left, left_bad = parse_lines(lines[:half])
    right, right_bad = parse_lines(lines[half:])
    return left + right, np.concatenate([left_bad, right_bad])


def records_of(body: BinaryIO, meta: PartMeta) -> list[object]:
    """The rows of a JSON document as they were sent.

    Raises:
        BatchRefused: it is no JSON, or no list stands where the rows should be.
    """
    try:
        # Asked for everything at once, a raw object comes in 8 kB pieces.
        whole = b"".join(iter(partial(body.read, PIECE), b""))
        found = dig(load_body(whole, meta.encoding or "utf-8"), meta.records)
    except UnicodeDecodeError:
        raise unreadable(f"it is not in {meta.encoding or 'utf-8'}") from None
    except NotJson as error:
        raise unreadable(f"it {error}") from None
    if found is None:
        return []
    if found is MISSING or not isinstance(found, list):
        raise unreadable(f"there is no list at {meta.records or 'the top'}")
    return found


def _texts_of(texts: list[bytes], rows: pl.Series) -> pl.DataFrame:
    column = pl.Series("text", texts, dtype=pl.Binary).cast(pl.String)
    return pl.DataFrame([rows.alias(ROW).cast(pl.Int64), column])
