"""Inflating a body ourselves, because the HTTP library believes too much.

What lives here: the body as it was before transfer compression, at once or piece by
piece, or an error.
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
    if is_gzip(coding):
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


class Gunzip:
    """Undoes gzip piece by piece, every member of it, holding none of what came out.

    Args:
        most: bytes of one piece that comes out.
    """

    def __init__(self, most: int = _PIECE) -> None:
        self._most = most
        self._member = zlib.decompressobj(_GZIP)
        self._begun = False

    def add(self, piece: bytes) -> Iterator[bytes]:
        """What the next bytes hold, in pieces; who stops asking inflates no more.

        Raises:
            BodyBroken: they are no gzip, or fail their checksum.
        """
        rest = piece
        while rest:
            if self._member.eof:
                # Zeros may pad a gzip file; anything else must be a member.
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                self._member, self._begun = zlib.decompressobj(_GZIP), False
            self._begun = True
            try:
                plain = self._member.decompress(rest, self._most)
            except zlib.error:
                raise BodyBroken("its gzip body is damaged") from None
            rest = self._member.unused_data or self._member.unconsumed_tail
            yield plain

    def end(self) -> None:
        """Nothing more comes.

        Raises:
            BodyBroken: it breaks off.
        """
        if self._begun and not self._member.eof:
            raise BodyBroken("its gzip body breaks off")


def is_gzip(coding: str) -> bool:
    """Whether a Content-Encoding, in lower case, is gzip."""
    return coding in {"gzip", "x-gzip"}


def _gunzip(pieces: Iterable[bytes], cap: int) -> Iterator[bytes]:
    gunzip = Gunzip(min(_PIECE, cap + 1))
    for piece in pieces:
        yield from gunzip.add(piece)
    gunzip.end()
