"""XML documents → text frames.

What lives here: the elements that are rows, as objects; a list that a mapping
unfolds is one even where only one element came. A row in quarantine is shown as the
JSON object of its fields, in the words that the mapping uses. What does not: parsing
(`hub.connectors.xml_tree`), laying out (`layout`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import CHUNK, ROW, Rows, Wanted, unreadable
from hub.connectors.decode.layout import lay_out
from hub.connectors.exact import Missing, collector_paused, dump, of_type
from hub.connectors.xml_tree import TEXT, Element, NotXml, elements, load_xml


def decode_xml(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows of one document, which is held in memory as a whole.

    Raises:
        BatchRefused: it is no XML, or the path of the rows leads nowhere.
    """
    with collector_paused():
        records = _records(body, meta)
        objects = list(of_type(records, dict))
        settle(objects, wanted)
    for start in range(0, max(len(records), 1), CHUNK):
        with collector_paused():
            rows = lay_out(records[start : start + CHUNK], wanted, first=start)
        yield rows


def settled_records(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> list[object]:
    """The rows of a document as the objects that the mapping takes them for.

    Raises:
        BatchRefused: as `decode_xml`.
    """
    records = _records(body, meta)
    settle(list(of_type(records, dict)), wanted)
    return records


def settle(objects: list[Element], wanted: Wanted) -> None:
    """Make lists and texts, in place, of what the mapping takes for such."""
    for path in wanted.lists:
        _as_lists(objects, path.split("."))
    for name in wanted.scalars:
        _as_text(objects, name.split("."))


def xml_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as JSON objects of their elements: `__row`, `text`."""
    records = _records(body, meta)
    texts = [dump(records[row]) for row in rows]
    column = pl.Series("text", texts, dtype=pl.Binary).cast(pl.String)
    return pl.DataFrame([rows.alias(ROW).cast(pl.Int64), column])


def _records(body: BinaryIO, meta: PartMeta) -> list[object]:
    try:
        text = body.read().decode(meta.encoding or "utf-8")
        doc = load_xml(text, meta.origin.get("inner"))
    except UnicodeDecodeError:
        raise unreadable(f"it is not in {meta.encoding or 'utf-8'}") from None
    except NotXml as error:
        raise unreadable(f"it {error}") from None
    found = elements(doc, meta.records or "")
    if isinstance(found, Missing):
        raise unreadable(f"there are no elements at {meta.records}")
    return found


def _as_lists(objects: Iterable[Element], names: list[str]) -> None:
    """One element where a list is wanted → a list of it; texts → objects."""
    head, *rest = names
    for one in objects:
        value = one.get(head)
        several = value if isinstance(value, list) else [value]
        if rest:
            _as_lists(of_type(several, dict), rest)
        elif value:
            one[head] = [{TEXT: v} if isinstance(v, str) else v for v in several if v]


def _as_text(objects: Iterable[Element], names: list[str]) -> None:
    """An element that has attributes only, where its text is wanted → no text."""
    head, *rest = names
    for one in objects:
        value = one.get(head)
        if type(value) is not dict:
            continue
        if rest:
            _as_text([value], rest)
        elif all(key.startswith("@") for key in value):
            one[head] = None
            one |= {f"{head}.{key}": inner for key, inner in value.items()}
