"""A body in any encoding → a stream of UTF-8 bytes, as parsers want it.

What lives here: strict transcoding in pieces, without a mark, with full reads and a
tail that the caller may add. What does not: finding out the encoding
(`hub.connectors.encodings`).
"""

from __future__ import annotations

import codecs
from typing import BinaryIO


class Utf8Stream:
    """A readable object that gives UTF-8 without a mark, and a tail at the end."""

    closed = False

    def __init__(self, body: BinaryIO, encoding: str) -> None:
        """Read nothing yet.

        Args:
            body: the bytes as sent; they stay their owner's to close.
            encoding: their codec.
        """
        self._body = body
        self._encoding = encoding
        self._plain = encoding in {"utf-8", "utf-8-sig"}
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._buffer = b""
        self._begun = False
        self.tail = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, or all there are; they will be read again."""
        self._fill(size)
        return self._buffer

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end: a short read would be a block."""
        if not self._fill(size):
            self._buffer += self.tail
            self.tail = b""
        piece, self._buffer = self._buffer[:size], self._buffer[size:]
        return piece

    def close(self) -> None:
        """The body is its owner's to close."""

    def _fill(self, size: int) -> bool:
        """Whether so many bytes are at hand; if not, there are no more."""
        pieces = [self._buffer]
        missing = size - len(self._buffer)
        while missing > 0 and (more := self._next(missing)):
            pieces.append(more)
            missing -= len(more)
        self._buffer = b"".join(pieces)
        return missing <= 0

    def _next(self, size: int) -> bytes:
        while block := self._body.read(size):
            if not self._plain:
                block = self._decoder.decode(block).encode()
            if not self._begun:
                block = block.removeprefix(codecs.BOM_UTF8)
                self._begun = True
            if block:
                return block
        if not self._plain:
            self._decoder.decode(b"", final=True)
        return b""
