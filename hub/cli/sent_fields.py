"""A row as it was sent, field by field, for an operator who asks for it.

What lives here: taking the kept text of a row apart, and marking the fields that a
finding is about. What does not: deciding who may see it; only `--raw` comes here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import orjson
import polars as pl

from hub.cli.findings import place_of
from hub.connectors.decode.csv_reader import CsvReader
from hub.flow.context import part_meta, parts_of
from hub.flow.split import PART

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.partners.spec import Feed
    from hub.storage.batches import Batch

INDEX = re.compile(r"\[\d+\]")


def show_sent(
    page: Page, house: House, batch: Batch, rows: pl.DataFrame, told: pl.DataFrame
) -> None:
    """Every listed row with its fields; those that a finding names are marked."""
    partner = house.city.partners.get(batch.partner)
    feeds = {feed.name: feed for feed in partner.feeds} if partner else {}
    sources = source_fields(feeds[batch.feed]) if batch.feed in feeds else {}
    heads = headers(house, batch)
    texts = dict(told.select("row", "text").unique("row").rows())
    for row, place in rows.select("row", "place").rows():
        page.title(f"row {place_of(row)} as sent 原样: {place or ''}".rstrip(": "))
        marks: dict[str, list[str]] = {}
        named = told.filter(row=row).select("rule", "dataset", "column").rows()
        for rule, dataset, column in named:
            for field in sources.get((dataset, column), ()):
                marks.setdefault(field, []).append(rule)
        text = texts[row]
        found = list(fields_of(text, heads.get(row // PART))) if text else []
        if not found:
            page.line(text or "(not kept)")
            continue
        page.table(
            ("field", "value", "rule"),
            (
                (name, value, " ".join(marks.get(INDEX.sub("", name), ())))
                for name, value in found
            ),
        )


def source_fields(feed: Feed) -> dict[tuple[str, str], tuple[str, ...]]:
    """(dataset, column) → the fields of the partner that it is made of."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for emit in feed.emits:
        inside = f"{emit.explode}." if emit.explode else ""
        found[emit.dataset, "source_id"] = emit.key or feed.key
        for name, given in emit.columns.items():
            if given.field is None:
                continue
            outer = given.field.startswith("../")
            field = given.field.removeprefix("../")
            found[emit.dataset, name] = (field if outer else f"{inside}{field}",)
    return found


def headers(house: House, batch: Batch) -> dict[int, tuple[list[str], str]]:
    """Part of a CSV delivery → its header and delimiter."""
    found = {}
    for part in parts_of(house, batch):
        meta = part_meta(part)
        if meta.media != "csv":
            continue
        delimiter = meta.origin.get("delimiter") or ","
        with house.raw.open(part.sha256) as body:
            reader = CsvReader(body, meta.encoding, delimiter)
            found[part.sequence] = (reader.header, delimiter)
    return found


def fields_of(
    text: str, header: tuple[list[str], str] | None
) -> Iterator[tuple[str, object]]:
    """Name and value of every field; nothing where the text is no such row."""
    if header is not None:
        names, delimiter = header
        cells = next(csv.reader([text], delimiter=delimiter, strict=False), [])
        if len(cells) == len(names):
            yield from zip(names, cells, strict=True)
        return
    try:
        told = orjson.loads(text)
    except orjson.JSONDecodeError:
        return
    if isinstance(told, dict):
        yield from _flat(told, "")


def _flat(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Leaves of nested objects by dotted path, list elements by number."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{at}]")
    else:
        yield (path, value if value not in ({}, []) else "")
