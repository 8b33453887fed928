"""Messages of a queue → text frames.

What lives here: the bodies inside the lines that landed, and the rows inside the
bodies: an object, the elements of a list, or what stands at the path of the rows. What
a sender wrote on the message joins each of its rows under `@<name>`, where the mapping
asks for it. A body that cannot be read is one broken row (P40), one above the limit
another (P41): neither disturbs its neighbours. What does not: packing lines
(`hub.connectors.messages`), laying out (`layout`).
"""

from __future__ import annotations

import io
import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import orjson
import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode.base import CHUNK, ROW, Rows, Wanted, broken_rows
from hub.connectors.decode.json import parse_lines
from hub.connectors.decode.layout import lay_out
from hub.connectors.decode.xml import settle
from hub.connectors.encodings import EncodingUnfit, find_encoding, find_xml_encoding
from hub.connectors.exact import (
    MISSING,
    Missing,
    NotJson,
    collector_paused,
    dig,
    dump,
    load,
    of_type,
)
from hub.connectors.xml_tree import NotXml, elements, load_xml

WRITTEN = (
    "message_id", "timestamp", "type", "app_id", "user_id", "correlation_id",
    "content_type", "content_encoding",
)  # fmt: skip
_WRITTEN = re.compile(rf"@(?:{'|'.join(WRITTEN)}|exchange|routing_key|headers\..+)")
UNREADABLE = MISSING  # stands where a message has no rows to give


class _Found(NamedTuple):
    """Rows of a part, and which line each came from."""

    rows: list[object]
    owners: list[int]
    lines: list[bytes]
    fields: list[dict[str, object]]


def decode_messages(body: BinaryIO, meta: PartMeta, wanted: Wanted) -> Iterator[Rows]:
    """The rows of a part of messages, which is held in memory as a whole."""
    if "large" in meta.origin:
        nothing = lay_out([], wanted, first=0)
        yield nothing._replace(broken=broken_rows(np.zeros(1, np.int64), "P41"))
        return
    with collector_paused():
        found = _find(body, meta)
        if meta.origin["form"] == "xml":
            settle(list(of_type(found.rows, dict)), wanted)
        asked = _asked(wanted, found.fields)
        rows = list(map(_joined, found.rows, map(asked.__getitem__, found.owners)))
    for start in range(0, max(len(rows), 1), CHUNK):
        with collector_paused():
            laid = lay_out(rows[start : start + CHUNK], wanted, first=start)
        yield laid._replace(broken=_told(laid.broken, found.rows))


def message_texts(body: BinaryIO, meta: PartMeta, rows: pl.Series) -> pl.DataFrame:
    """Rows as JSON objects with what was written on their message: `__row`, `text`.

    A message that cannot be read comes as its line, a large one as what is known of it.
    """
    if "large" in meta.origin:
        texts = [meta.origin["large"].encode()] * len(rows)
    else:
        found = _find(body, meta)
        texts = [_shown(found, row) for row in rows]
    column = pl.Series("text", texts, dtype=pl.Binary).cast(pl.String)
    return pl.DataFrame([rows.alias(ROW).cast(pl.Int64), column])


def erase_messages(
    body: BinaryIO,
    meta: PartMeta,
    wanted: Wanted,
    erase: Callable[[list[object]], None],
) -> bytes:
    """A part of messages of which some rows are to lose fields.

    Every body comes back as the JSON list of its rows, with no path to them; what was
    written on a message stays unless one of its rows loses it. A message that cannot
    be read stays as it came.

    Args:
        body: the part from its beginning.
        meta: how it is described.
        wanted: the fields of its feed.
        erase: takes fields out of all rows, in place.
    """
    if "large" in meta.origin:
        return body.read()
    found = _find(body, meta)
    if meta.origin["form"] == "xml":
        settle(list(of_type(found.rows, dict)), wanted)
    written = [{f"@{name}": text for name, text in one.items()} for one in found.fields]
    rows = list(map(_joined, found.rows, map(written.__getitem__, found.owners)))
    erase(rows)
    lines: list[tuple[list[object], set[str]]] = [([], set(one)) for one in written]
    for row, owner in zip(rows, found.owners, strict=True):
        bodies, stays = lines[owner]
        if isinstance(row, dict):
            stays.intersection_update(row)
            row = {name: row[name] for name in row if name not in written[owner]}
        bodies.append(row)
    told = zip(found.lines, lines, strict=True)
    return b"\n".join(_rewritten(line, *made) for line, made in told) + b"\n"


def _rewritten(line: bytes, rows: list[object], stays: set[str]) -> bytes:
    """A line with these rows as its body, and what may stay of what was written."""
    if UNREADABLE in rows:
        return line
    told = orjson.loads(line)
    told.pop("base64", None)
    fields = told["fields"]
    told["fields"] = {name: fields[name] for name in fields if f"@{name}" in stays}
    return orjson.dumps(told | {"body": dump(rows).decode()})


def is_written(name: str) -> bool:
    """Whether a field of this name is written on the message, not in its body."""
    return _WRITTEN.fullmatch(name) is not None


def as_text(body: bytes, declared: str | None, form: str) -> str:
    """A body as text.

    Raises:
        EncodingUnfit: no acceptable encoding.
    """
    find = find_xml_encoding if form == "xml" else find_encoding
    codec = find(lambda: io.BytesIO(body), declared)
    return body.decode(codec).removeprefix("\ufeff")


def load_body(text: str) -> object:
    """A JSON body.

    Raises:
        NotJson: it is none.
    """
    return load(text)


def found_in(value: object, path: str | None) -> list[object]:
    """The rows of a JSON body.

    Raises:
        NotJson: nothing stands at the path of the rows.
    """
    found = dig(value, path)
    if isinstance(found, Missing):
        raise NotJson(f"holds nothing at {path}")
    if isinstance(found, list):
        return found
    return [] if found is None and path else [found]


def _find(body: BinaryIO, meta: PartMeta) -> _Found:
    lines = [line for line in body.read().split(b"\n") if line]
    opened: list[dict[str, Any]] = list(map(orjson.loads, lines))
    texts = list(map(_text_of, opened, repeat(meta)))
    if meta.origin["form"] == "xml":
        rows = [_xml_rows(text, meta) for text in texts]
    else:
        values = _values(texts)
        rows = list(map(_json_rows, values, repeat(meta.records)))
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    owners = np.repeat(np.arange(len(rows)), lengths).tolist()
    fields = list(map(itemgetter("fields"), opened))
    flat: list[object] = list(chain.from_iterable(rows))
    return _Found(flat, owners, lines, fields)


def _text_of(line: dict[str, Any], meta: PartMeta) -> str | None:
    """The body of a line; null where it has none that can be read."""
    plain, form = line.get("body"), meta.origin["form"]
    if isinstance(plain, str) and form == "json" and meta.encoding is None:
        return plain.removeprefix("\ufeff")
    packed = line.get("base64")
    if isinstance(packed, str):
        body = b64decode(packed)
    elif isinstance(plain, str):
        body = plain.encode()
    else:
        return None
    try:
        return as_text(body, meta.encoding, form)
    except EncodingUnfit:
        return None


def _values(texts: Sequence[str | None]) -> Iterable[object]:
    """The JSON values of texts, all parsed in one call where they are sound."""
    if not texts:
        return ()
    values, bad = parse_lines([text or "" for text in texts])
    good = iter(values)
    return (UNREADABLE if is_bad else next(good) for is_bad in bad)


def _json_rows(value: object, path: str | None) -> list[object]:
    if value is UNREADABLE:
        return [UNREADABLE]
    try:
        return found_in(value, path)
    except NotJson:
        return [UNREADABLE]


def _xml_rows(text: str | None, meta: PartMeta) -> list[object]:
    if text is None:
        return [UNREADABLE]
    try:
        found = elements(load_xml(text, meta.origin.get("inner")), meta.records or "")
    except NotXml:
        return [UNREADABLE]
    return [UNREADABLE] if isinstance(found, Missing) else found


def _asked(
    wanted: Wanted, fields: Sequence[dict[str, object]]
) -> list[dict[str, object]]:
    """What the mapping names of what is written on messages, null where it is not.

    In XML it comes before an attribute of the same name, there or not.
    """
    names = [name for name in sorted(wanted.scalars) if is_written(name)]
    return [{name: one.get(name[1:]) for name in names} for one in fields]


def _joined(row: object, asked: dict[str, object]) -> object:
    return row | asked if asked and isinstance(row, dict) else row


def _told(broken: pl.DataFrame, rows: Sequence[object]) -> pl.DataFrame:
    """Broken rows, those without a readable message by their own rule."""
    unread = [rows[at] is UNREADABLE for at in broken[ROW]]
    rule = pl.when(pl.Series(unread, dtype=pl.Boolean)).then(pl.lit("P40"))
    return broken.with_columns(rule=rule.otherwise("rule"))


def _shown(found: _Found, row: int) -> bytes:
    value, owner = found.rows[row], found.owners[row]
    if not isinstance(value, dict):
        return found.lines[owner]
    written = {f"@{name}": text for name, text in found.fields[owner].items()}
    return dump(value | written)
