"""Inflating an answer ourselves, because the HTTP library believes too much.

What lives here: the body as it was before transfer compression, or an error.
httpx accepts a gzip body that breaks off, one without its checksum, and only the
first of several members, all without a word, and inflates 200 KB to 200 MB. Here
the end must be reached, every member read, every checksum right, and the cap kept.
What does not: sending requests (`transport`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_GZIP = 31  # zlib's word for: gzip header and trailer, checked
_PIECE = 1 << 20


class BodyBroken(ValueError):
    """The body broke off or was damaged on its way."""


class BodyTooLarge(ValueError):
    """The body is larger than the cap, after inflating."""


class CodingUnknown(ValueError):
    """The body is packed in a way that was not asked for."""


def inflate(pieces: Iterable[bytes], coding: str, *, cap: int) -> bytes:
    """Join the pieces of a body and undo its transfer compression.

    Args:
        pieces: the raw bytes as they arrive.
        coding: the Content-Encoding header; empty means none.
        cap: largest number of inflated bytes taken.

    Raises:
        BodyBroken: it breaks off, fails its checksum, or has rubbish behind it.
        BodyTooLarge: it is larger than the cap; reading stops at once.
        CodingUnknown: it is packed otherwise than by gzip.
    """
    coding = coding.strip().lower()
    if coding in {"gzip", "x-gzip"}:
        plain = _gunzip(pieces, cap)
    elif coding in {"", "identity"}:
        plain = iter(pieces)
    else:
        raise CodingUnknown(coding)
    found: list[bytes] = []
    size = 0
    for piece in plain:
        size += len(piece)
        if size > cap:
            raise BodyTooLarge
        found.append(piece)
    return b"".join(found)


def _gunzip(pieces: Iterable[bytes], cap: int) -> Iterator[bytes]:
    member = zlib.decompressobj(_GZIP)
    begun = False
    try:
        for piece in pieces:
            rest = piece
            while rest:
                if member.eof:
                    # Zeros may pad a gzip file; anything else must be a member.
                    rest = rest.lstrip(b"\0")
                    if not rest:
                        break
                    member, begun = zlib.decompressobj(_GZIP), False
                begun = True
                yield member.decompress(rest, min(_PIECE, cap + 1))
                rest = member.unused_data or member.unconsumed_tail
    except zlib.error:
        raise BodyBroken("its gzip body is damaged") from None
    if begun and not member.eof:
        raise BodyBroken("its gzip body breaks off")
