"""Messages → lines: many small bodies in one part, each exactly as it came.

What lives here: a message with what its sender wrote on it, and the parts that a run
of messages becomes. A line is a JSON object: `fields` (name → value) and the body as
`body` (UTF-8) or `base64` (any other bytes), inflated where it says gzip. One that is
too large to be read is a part of its own. What does not: taking them (`queue_link`),
reading lines again (`decode.messages`).
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from calendar import timegm
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import filterfalse
from typing import Any

import orjson

from hub.connectors.base import Part, PartMeta
from hub.connectors.cut import cut_rows
from hub.connectors.decode.messages import (
    WRITTEN,
    as_text,
    found_in,
    is_written,
    load_body,
)
from hub.connectors.encodings import EncodingUnfit, codec_name
from hub.connectors.exact import NotJson, dump
from hub.connectors.inflate import BodyBroken, BodyTooLarge, CodingUnknown, inflate
from hub.connectors.xml_cut import cut_xml
from hub.connectors.xml_tree import NotXml
from hub.partners.spec import Feed

PART_BYTES = 8 << 20
# Told anew with every delivery: the same message would look like another one.
_COUNTERS = frozenset({"x-delivery-count", "x-acquired-count"})


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        fields: what is written on it; headers as `headers.<name>`.
        body: its bytes.
    """

    fields: dict[str, Any]
    body: bytes


def message_of(method: Any, properties: Any, body: bytes) -> Message:
    """A message as the client library hands it over."""
    given = {name: getattr(properties, name) for name in WRITTEN}
    given |= {"exchange": method.exchange, "routing_key": method.routing_key}
    given |= {
        f"headers.{name}": value
        for name, value in (properties.headers or {}).items()
        if name not in _COUNTERS
    }
    return Message({k: v for k, v in given.items() if v is not None}, body)


def parts_of(
    messages: Iterable[Message], feed: Feed, queue: str, *, largest: int
) -> Iterator[Part]:
    """Messages as parts of some MB; one empty part if there are none.

    Args:
        messages: in their order.
        feed: how bodies are read, and what must never land of them.
        queue: where they come from.
        largest: bytes of a body, inflated, above which it is kept and not read.
    """
    packer = _Packer(feed, queue, largest)
    for message in messages:
        yield from packer.add(message)
    yield from packer.rest()


class _Packer:
    """Collects lines until they fill a part."""

    def __init__(self, feed: Feed, queue: str, largest: int) -> None:
        self._feed = feed
        self._largest = largest
        self._origin = {"queue": queue, "form": feed.read.format or "json"}
        if feed.read.inner is not None:
            self._origin["inner"] = feed.read.inner
        self._sequence = 0
        self._start()

    def _start(self) -> None:
        self._lines: list[bytes] = []
        self._size = 0
        self._digest = hashlib.sha256()
        self._cut = Counter(dict.fromkeys(self._feed.never_land, 0))

    def add(self, message: Message) -> Iterator[Part]:
        """Take one message; what is complete by then comes out."""
        written = dict(message.fields)
        for name in filter(is_written, self._feed.never_land):
            self._cut[name] += written.pop(name[1:], None) is not None
        coding = str(message.fields.get("content_encoding", ""))
        try:
            body = inflate([message.body], coding, cap=self._largest)
        except BodyTooLarge:
            yield from self.rest(empty=False)
            yield self._large(message, written)
            return
        except (BodyBroken, CodingUnknown):
            body = message.body  # as it came; it will not be readable either
        self._digest.update(message.body)
        line = _line(written, self._without(body))
        self._lines.append(line)
        self._size += len(line)
        if self._size >= PART_BYTES:
            yield from self.rest()

    def rest(self, *, empty: bool = True) -> Iterator[Part]:
        """What was collected; an empty part only as the first one."""
        if self._lines or (empty and not self._sequence):
            origin = self._origin | {"messages": str(len(self._lines))}
            meta = self._meta(origin, self._digest.hexdigest())
            yield Part(meta, b"\n".join(self._lines))
            self._start()

    def _large(self, message: Message, written: dict[str, Any]) -> Part:
        digest = hashlib.sha256(message.body).hexdigest()
        fields = {"fields": written, "bytes": len(message.body), "sha256": digest}
        origin = self._origin | {"large": _dump(fields).decode()}
        # What cannot be read cannot be cut.
        body = b"" if self._feed.never_land else message.body
        return Part(self._meta(origin, digest), body)

    def _meta(self, origin: dict[str, str], digest: str) -> PartMeta:
        meta = PartMeta(
            sequence=self._sequence,
            media="messages",
            encoding=self._feed.encoding,
            records=self._feed.read.records,
            origin=origin,
            received_sha256=digest,
            cut=dict(self._cut),
        )
        self._sequence += 1
        return meta

    def _without(self, body: bytes) -> bytes | None:
        """The body less `never_land`, in the feed's encoding; null = none of it."""
        read = self._feed.read
        never = list(filterfalse(is_written, self._feed.never_land))
        if not never:
            return body
        try:
            text = as_text(body, self._feed.encoding, self._origin["form"])
            if self._origin["form"] == "xml":
                left, counts = cut_xml(
                    text, records=read.records or "", inner=read.inner, never=never
                )
            else:
                value = load_body(text)
                counts = cut_rows(found_in(value, read.records), never)
                left = dump(value)
        except (EncodingUnfit, NotJson, NotXml):
            return None
        self._cut.update(counts)
        return left.decode().encode(codec_name(self._feed.encoding or "utf-8"))


def _line(written: dict[str, Any], body: bytes | None) -> bytes:
    if body is None:
        return _dump({"fields": written, "cut": "a body that cannot be read"})
    try:
        return _dump({"fields": written, "body": body.decode()})
    except UnicodeDecodeError:
        packed = b64encode(body).decode()
        return _dump({"fields": written, "base64": packed})


def _dump(value: object) -> bytes:
    return orjson.dumps(
        value,
        default=_plain,
        option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS,
    )


def _plain(value: object) -> object:
    """Header values that JSON does not know: instants as epoch seconds, bytes."""
    if isinstance(value, datetime):
        return timegm(value.utctimetuple())
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode()
    return str(value)
