"""Cutting what must never be kept, before anything lands (trap T50).

What lives here: removal of `never_land` fields from each medium, with counts. What
is left stays as sent: numbers keep their digits, CSV its records. A record that
cannot be laid out may hold the field anywhere, so nothing of it is kept but its
place. What does not: masking of fields that may be kept (`hub.sharing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, repeat
from operator import contains, methodcaller
from typing import BinaryIO

import numpy as np
import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import ROW
from hub.connectors.decode.csv import render
from hub.connectors.decode.csv_reader import CsvReader
from hub.connectors.decode.json import line_chunks, parse_lines
from hub.connectors.decode.names import loose
from hub.connectors.decode.sheets import find_headers, open_book
from hub.connectors.decode.xlsx import OWN, marks_as_text, read_rows
from hub.connectors.exact import dump, of_type

# No JSON, and never the right number of CSV fields.
_GONE = "[cut: a record without a layout]"


def cut_rows(rows: Sequence[object], never: Iterable[str]) -> dict[str, int]:
    """Remove fields from JSON rows, in place.

    Args:
        rows: elements of the list of rows.
        never: fields by dotted path; a path goes through lists as well.

    Returns:
        Field → number of values removed.
    """
    return {path: _cut_path(list(rows), path.split(".")) for path in never}


def _cut_path(values: list[object], names: list[str]) -> int:
    objects = list(_objects(values))
    head, *rest = names
    if rest:
        return _cut_path(list(map(methodcaller("get", head), objects)), rest)
    there = list(map(contains, objects, repeat(head)))
    list(map(methodcaller("pop", head), compress(objects, there)))
    return sum(there)


def _objects(values: list[object]) -> Iterator[dict[str, object]]:
    """The objects among values, those in lists too."""
    lists = list(of_type(values, list))
    if lists:
        yield from _objects(list(chain.from_iterable(lists)))
    yield from of_type(values, dict)


def cut_lines(
    body: BinaryIO, encoding: str | None, never: Sequence[str], cut: Counter[str]
) -> Iterator[bytes]:
    """JSON Lines without the fields, in UTF-8; counts are added to `cut`."""
    for lines in line_chunks(body, encoding):
        values, bad = parse_lines(lines)
        cut.update(cut_rows(values, never))
        left = np.full(len(lines), _GONE.encode(), dtype=object)
        left[~bad] = list(map(dump, values))
        yield b"\n".join(left) + b"\n"


def cut_csv(
    body: BinaryIO, meta: PartMeta, never: Sequence[str], cut: Counter[str]
) -> Iterator[bytes]:
    """CSV without the columns, in UTF-8 with the same delimiter."""
    delimiter = meta.origin.get("delimiter") or ","
    reader = CsvReader(body, meta.encoding, delimiter)
    hidden = {loose(name): name for name in never}
    names = [hidden.get(loose(cell)) for cell in reader.header]
    kept = [at for at, name in enumerate(names) if name is None]
    header = pl.DataFrame({f"f{at}": [reader.header[at]] for at in kept})
    yield f"{render(header, delimiter)[0]}\n".encode() if kept else b""
    gone = delimiter.join([_GONE] * (1 if len(kept) != 1 else 2))
    for batch in reader.batches(kept):
        texts = render(batch.frame.select(f"f{at}" for at in kept), delimiter)
        records = pl.concat(
            [
                pl.DataFrame({ROW: batch.ordinals, "text": texts}),
                pl.DataFrame(
                    {ROW: batch.broken, "text": [gone] * len(batch.broken)},
                    schema={ROW: pl.Int64, "text": pl.String},
                ),
            ]
        ).sort(ROW)
        cut.update(dict.fromkeys(filter(None, names), len(batch.ordinals)))
        if len(records):
            yield ("\n".join(records["text"]) + "\n").encode()


def cut_xlsx(
    body: BinaryIO, meta: PartMeta, titles: frozenset[str], never: Sequence[str]
) -> tuple[bytes, dict[str, int], dict[str, str]]:
    """A workbook as JSON Lines of its cells, without the columns.

    A workbook cannot be cut faithfully, so its rows land as objects, title → text.

    Returns:
        The lines, the counts, and which lines are no data or were hidden.
    """
    book = open_book(body.read())
    known = titles | set(never)
    headers = find_headers(book, meta.origin.get("sheet"), known)
    whole = read_rows(book, headers, known)
    frame = whole.drop(ROW, *OWN)
    counts = {
        name: len(frame) - frame[name].null_count() if name in frame.columns else 0
        for name in never
    }
    left = frame.drop([name for name in never if name in frame.columns])
    texts = left.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    return ("\n".join(texts) + "\n").encode(), counts, marks_as_text(whole)
