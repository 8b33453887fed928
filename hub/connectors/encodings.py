"""Which encoding a text body really is in. Declared and proven, never guessed.

What lives here: byte order marks, strict trial decoding, and the one dangerous
mix-up: UTF-8 read as GB18030 decodes without an error and is garbage (T38).
Detectors are out: on short Chinese texts they named UTF-16, Big5 and Korean. What
does not: reading rows (`decode`).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

BLOCK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# GB18030 holds all of them, and files that call themselves GBK use its signs.
FAMILY = ("gbk", "gb2312")
# What a document says of itself. Its bytes are ASCII up to there.
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
# Codecs in which any bytes at all are a text prove nothing.
_EVERYTHING = ("iso8859-1", "cp1252", "ascii", "utf-8")
# Chinese in UTF-8 takes three bytes; GB18030 text that happens to be valid UTF-8
# comes out as signs of two, so only these prove UTF-8.
_WIDE = re.compile("[\u0800-\U0010ffff]")


class EncodingUnfit(ValueError):
    """No acceptable encoding; the message says what the bytes look like."""


def codec_name(declared: str) -> str:
    """Python's codec for a declared encoding, in its widest compatible form.

    Raises:
        EncodingUnfit: no such encoding.
    """
    try:
        name = codecs.lookup(declared.strip()).name
    except LookupError:
        raise EncodingUnfit(f"the declared encoding {declared} is unknown") from None
    return "gb18030" if name in FAMILY else name


def marked(start: bytes) -> str | None:
    """The codec that a byte order mark at the start names."""
    for mark, codec in MARKS:
        if start.startswith(mark):
            return codec
    return None


def find_xml_encoding(reopen: Callable[[], BinaryIO], declared: str | None) -> str:
    """The codec of an XML document, whose own declaration need not be true.

    A mark wins, then the feed's declaration, then the document's; where its bytes
    prove the document's wrong, UTF-8 and then GB18030.

    Args:
        reopen: gives the body from its beginning, each time.
        declared: the feed's encoding.

    Raises:
        EncodingUnfit: no encoding fits.
    """
    with reopen() as stream:
        start = stream.read(256)
    named = _XML_ENCODING.match(start.lstrip(b" \t\r\n"))
    if declared is not None or marked(start) or named is None:
        return find_encoding(reopen, declared)
    try:
        codec = codec_name(named[1].decode())
    except EncodingUnfit:
        return _settle(reopen)
    utf8 = _try(reopen, "utf-8")
    proven = utf8.fault is None and utf8.wide
    if proven or codec in _EVERYTHING or _try(reopen, codec).fault is not None:
        return _settle(reopen)
    return codec


class _Trial(NamedTuple):
    """Position of the first byte that does not fit; Chinese seen before it."""

    fault: int | None
    wide: bool


def find_encoding(reopen: Callable[[], BinaryIO], declared: str | None) -> str:
    """The codec in which the whole body decodes strictly.

    A mark wins; then what is declared; where nothing is, UTF-8 and then GB18030.

    Args:
        reopen: gives the body from its beginning, each time.
        declared: the feed's encoding.

    Raises:
        EncodingUnfit: the body is not in it, or is UTF-8 declared as GB18030.
    """
    with reopen() as stream:
        mark = marked(stream.read(4))
    if mark:
        return _prove(reopen, mark, f"its mark says {mark}")
    if declared is None:
        return _settle(reopen)
    codec = codec_name(declared)
    if codec == "gb18030":
        utf8 = _try(reopen, "utf-8")
        if utf8.fault is None and utf8.wide:
            raise EncodingUnfit(f"{declared} is declared, but the bytes are UTF-8 text")
    return _prove(reopen, codec, f"{declared} is declared")


def _settle(reopen: Callable[[], BinaryIO]) -> str:
    utf8 = _try(reopen, "utf-8")
    if utf8.fault is None:
        return "utf-8"
    # A damaged UTF-8 file may well decode as GB18030, every sign of it wrong.
    if utf8.wide:
        raise EncodingUnfit(f"it is UTF-8 text that breaks at byte {utf8.fault}")
    if _try(reopen, "gb18030").fault is None:
        return "gb18030"
    raise EncodingUnfit("it is neither UTF-8 nor GB18030")


def _prove(reopen: Callable[[], BinaryIO], codec: str, claim: str) -> str:
    where = _try(reopen, codec).fault
    if where is None:
        return codec
    others = [
        name
        for name in ("utf-8", "gb18030")
        if name != codec and _try(reopen, name).fault is None
    ]
    looks = f"; the bytes read as {others[0]}" if others else ""
    raise EncodingUnfit(f"{claim}, but byte {where} does not fit it{looks}")


def _try(reopen: Callable[[], BinaryIO], codec: str) -> _Trial:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    position, wide = 0, False
    with reopen() as stream:
        while True:
            block = stream.read(BLOCK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(codec, "ignore")
                wide = wide or _WIDE.search(before) is not None
                return _Trial(position - pending + error.start, wide)
            wide = wide or _WIDE.search(text) is not None
            if not block:
                return _Trial(None, wide)
            position += len(block)
