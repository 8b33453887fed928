"""Rows as sent, laid out in cells again under their sender's own titles.

What lives here: from the texts that quarantine keeps to a table that a person can
correct: titles in the sender's order, then those that the mapping reads and the sender
left out, since a missing value needs a cell to be written into. Nested objects become
dotted titles, lists stay in one cell as JSON; `decode` reads both back. What does not:
the workbook (`hub.sharing.submissions`), why a row is out (`quarantine`).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode import Wanted
from hub.connectors.decode.csv_reader import CsvReader
from hub.connectors.decode.names import loose
from hub.connectors.exact import NotJson, as_text, load
from hub.partners.expressions import expression_fields
from hub.partners.spec import Column, Emit, Feed
from hub.schemas import dataset

OUTER = "../"


class Sheet(NamedTuple):
    """Rows in cells.

    Attributes:
        titles: of the columns, in order.
        cells: one text column per title, by position; null is an empty cell.
        unread: whether a row could not be laid out and must be read in its own text.
    """

    titles: tuple[str, ...]
    cells: pl.DataFrame
    unread: pl.Series


def sent_cells(
    texts: Sequence[str | None], meta: PartMeta, feed: Feed, body: BinaryIO
) -> Sheet:
    """Lay rows out.

    Args:
        texts: as `row_texts` gave them.
        meta: how their part was described when it landed.
        feed: the declaration, for the titles that must be there.
        body: the part, from which a CSV's titles are read.
    """
    wanted = Wanted.of(feed)
    if meta.media == "csv":
        delimiter = meta.origin.get("delimiter")
        titles = list(CsvReader(body, meta.encoding, delimiter).header)
        records = [_record(text, delimiter or ",") for text in texts]
        unread = [len(cells) != len(titles) for cells in records]
        rows = [dict(enumerate(cells)) for cells in records]
        columns = [[row.get(at) for row in rows] for at in range(len(titles))]
    else:
        objects = [_object(text) for text in texts]
        unread = [found is None for found in objects]
        flat = [dict(_flat(found or {}, wanted)) for found in objects]
        titles = list(dict.fromkeys(name for row in flat for name in row))
        columns = [[row.get(name) for row in flat] for name in titles]
    there = set(map(loose, titles))
    needed = (*wanted.scalars, *wanted.lists)
    missing = sorted(name for name in needed if loose(name) not in there)
    columns += [[None] * len(texts) for _ in missing]
    cells = pl.DataFrame(
        {f"c{at}": column for at, column in enumerate(columns)},
        schema={f"c{at}": pl.String for at in range(len(columns))},
    )
    marks = pl.Series("unread", unread, dtype=pl.Boolean)
    return Sheet((*titles, *missing), cells, marks)


def fields_of(feed: Feed) -> dict[tuple[str, str], tuple[str, ...]]:
    """Dataset and canonical column → the sender's fields that it is read from."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for emit in feed.emits:
        key = tuple(_place(name, emit) for name in emit.key or feed.key)
        found.setdefault((emit.dataset, "source_id"), key)
        own = dataset(emit.dataset).id_column
        if own is not None:
            found.setdefault((emit.dataset, own), key)
        if feed.changed:
            found.setdefault((emit.dataset, "source_updated_at"), (feed.changed,))
        for name, given in emit.columns.items():
            if fields := _fields(given, emit):
                before = found.get((emit.dataset, name), ())
                found[emit.dataset, name] = tuple(dict.fromkeys((*before, *fields)))
    return found


def allowed_values(feed: Feed) -> dict[tuple[str, str], tuple[str, ...]]:
    """Dataset and canonical column → the sender's words that the feed's table knows."""
    return {
        (emit.dataset, name): tuple(emit.codes[given.codes])
        for emit in feed.emits
        for name, given in emit.columns.items()
        if given.codes in emit.codes
    }


def _fields(given: Column, emit: Emit) -> tuple[str, ...]:
    named = {given.field} if given.field else set()
    if given.sql:
        named |= expression_fields(given.sql)
    return tuple(sorted(_place(name, emit) for name in named if name))


def _place(name: str, emit: Emit) -> str:
    """The title under which a field of an emit stands in the row as sent."""
    if name.startswith(OUTER):
        return name.removeprefix(OUTER)
    return emit.explode or name


def _record(text: str | None, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text or ""], delimiter=delimiter), [])
    except csv.Error:
        return []


def _object(text: str | None) -> Mapping[str, object] | None:
    try:
        found = load(text or "")
    except NotJson:
        return None
    return found if isinstance(found, dict) else None


def _flat(
    found: Mapping[str, object], wanted: Wanted, above: str = ""
) -> Iterator[tuple[str, str | None]]:
    """Fields by dotted path; what the mapping reads as one field stays one."""
    whole = wanted.scalars | wanted.lists.keys()
    for name, value in found.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and value and path not in whole:
            yield from _flat(value, wanted, f"{path}.")
        else:
            yield path, as_text(value)
