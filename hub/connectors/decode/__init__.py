"""Landed parts → text frames: one shape whatever the partner sent.

What lives here: the choice by medium. `decode` and `row_texts` number rows in the
same way, so that a row can be shown again exactly as it was judged. What does not:
each medium (`json`, `csv`, `xlsx`, `parquet`, `arrow`, `xml`, `messages`), any meaning
of a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

import polars as pl

from hub.connectors.base import Media, PartMeta
from hub.connectors.decode.arrow import arrow_texts, decode_arrow
from hub.connectors.decode.base import Rows, Wanted
from hub.connectors.decode.csv import csv_texts, decode_csv
from hub.connectors.decode.json import decode_json, decode_lines, json_texts, line_texts
from hub.connectors.decode.messages import decode_messages, message_texts
from hub.connectors.decode.numbering import numbered, positions, renumbered
from hub.connectors.decode.parquet import decode_parquet, parquet_texts
from hub.connectors.decode.xlsx import OWN, decode_xlsx, set_aside, xlsx_texts
from hub.connectors.decode.xml import decode_xml, xml_texts

__all__ = ["Rows", "Wanted", "decode", "row_texts"]

_DECODE: Mapping[Media, Callable[[BinaryIO, PartMeta, Wanted], Iterator[Rows]]] = {
    "json": decode_json,
    "jsonl": decode_lines,
    "csv": decode_csv,
    "xlsx": decode_xlsx,
    "parquet": decode_parquet,
    "arrow": decode_arrow,
    "xml": decode_xml,
    "messages": decode_messages,
}
_TEXTS: Mapping[Media, Callable[[BinaryIO, PartMeta, pl.Series], pl.DataFrame]] = {
    "json": json_texts,
    "jsonl": line_texts,
    "csv": csv_texts,
    "xlsx": xlsx_texts,
    "parquet": parquet_texts,
    "arrow": arrow_texts,
    "xml": xml_texts,
    "messages": message_texts,
}


def decode(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """Read a landed part into chunks of text rows, in bounded memory.

    JSON and XML documents, workbooks and some MB of messages are held as a whole,
    everything else streams.
    At least one chunk comes, possibly without rows, so that `fields` is known.

    Args:
        body: the part from its beginning; it need not be seekable.
        meta: how it was described when it landed.
        wanted: the fields to lay out.

    Raises:
        BatchRefused: the part cannot be read as what it claims to be.
    """
    found = _DECODE[meta.media](body, meta, wanted)
    if meta.origin.keys() & OWN:
        found = (set_aside(rows, meta) for rows in found)
    return (numbered(rows, meta) for rows in found)


def row_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """The rows as sent, for quarantine: `__row` Int64 and `text` String.

    JSON comes as JSON text, lines as lines, CSV as records, rows of a workbook,
    database, XML document or message as JSON objects of their cells or elements; a
    message that cannot be read as it came.

    Args:
        body: the part from its beginning.
        meta: how it was described when it landed.
        rows: ordinals inside the part, as `decode` numbered them.
    """
    found = _TEXTS[meta.media](body, meta, positions(rows, meta))
    return renumbered(found, meta)
