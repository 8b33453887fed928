"""The raw store: what partners sent, as sent, under the digest of its content.

What lives here: compressed, immutable objects named by the SHA-256 of their
uncompressed bytes. Reading verifies the name, so an object is either what was
landed or an error. What does not: what a batch landed (the ledger's parts) and
the cutting of fields that must never be kept, which happens before.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import pyarrow as pa

from hub.errors import MisuseError, StorageDamaged
from hub.storage import durable

PIECE = 1 << 20


@dataclass(frozen=True)
class RawObject:
    """One stored object: digest and size of its content, and bytes on disk."""

    sha256: str
    size: int
    stored_size: int


class RawStore:
    """Content-addressed objects under one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, body: bytes | Path) -> RawObject:
        """Store a body durably; content that is already there is not written again.

        A file is read once, in pieces, so its size is not bounded by memory.

        Raises:
            StorageUnwritable: the disk did not take it.
        """
        if isinstance(body, bytes):
            digest = hashlib.sha256(body).hexdigest()
            if self.exists(digest):
                return self._present(digest, len(body))
        durable.make_folder(self._root)
        with _source(body) as source, durable.aside(self._root) as draft:
            with durable.writing("a raw object"):
                digest, size = _compress(source, draft)
            if self.exists(digest):
                return self._present(digest, size)
            target = self._path(digest)
            durable.make_folder(target.parent)
            durable.publish(draft, target)
        return RawObject(digest, size, target.stat().st_size)

    def exists(self, sha256: str) -> bool:
        """Whether an object of this digest is stored."""
        return self._path(sha256).is_file()

    def stored_size(self, sha256: str) -> int | None:
        """Bytes that an object takes on disk; None where its file is gone."""
        path = self._path(sha256)
        return path.stat().st_size if path.is_file() else None

    def open(self, sha256: str) -> BinaryIO:
        """The content as a stream; reading to its end proves the digest.

        Raises:
            StorageDamaged: the object is missing, or, while reading, it is found
                not to be what its name says.
        """
        try:
            stored = pa.OSFile(str(self._path(sha256)), "rb")
        except FileNotFoundError as problem:
            raise _damaged(sha256, "the file is gone") from problem
        stream = _Verified(pa.CompressedInputStream(stored, "zstd"), sha256)
        return cast(BinaryIO, io.BufferedReader(stream, PIECE))

    def verify(self, sha256: str) -> None:
        """Read the whole object and keep nothing.

        Raises:
            StorageDamaged: as `open`.
        """
        with self.open(sha256) as stream:
            while stream.read(PIECE):
                pass

    def drop(self, sha256: str) -> None:
        """Remove an object for good (an erasure); nothing if it is not there."""
        path = self._path(sha256)
        if path.is_file():
            path.unlink()
            durable.sync(path.parent)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise MisuseError(
                "find a raw object",
                seen="its name is not a SHA-256 in hexadecimal digits",
                next_step="Take the name from the ledger's parts.",
            )
        return self._root / sha256[:2] / f"{sha256}.zst"

    def _present(self, digest: str, size: int) -> RawObject:
        # Whoever renamed it may not have flushed the folder yet; we answer for it now.
        target = self._path(digest)
        durable.sync(target.parent)
        return RawObject(digest, size, target.stat().st_size)


class _Verified(io.RawIOBase):
    """Decompressed bytes that are hashed on their way and judged at the end."""

    def __init__(self, source: IO[bytes], sha256: str) -> None:
        self._source = source
        self._sha256 = sha256
        self._hash = hashlib.sha256()
        self._proven = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        try:
            piece = self._source.read(len(buffer))
        except OSError as problem:
            raise _damaged(self._sha256, "it cannot be decompressed") from problem
        if not piece and len(buffer) and not self._proven:
            if self._hash.hexdigest() != self._sha256:
                raise _damaged(self._sha256, "its content has another digest")
            self._proven = True
        self._hash.update(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


def _source(body: bytes | Path) -> BinaryIO:
    return io.BytesIO(body) if isinstance(body, bytes) else body.open("rb")


def _compress(source: BinaryIO, draft: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with (
        pa.OSFile(str(draft), "wb") as file,
        pa.CompressedOutputStream(file, "zstd") as sink,
    ):
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            sink.write(piece)
    return digest.hexdigest(), size


def _damaged(sha256: str, seen: str) -> StorageDamaged:
    return StorageDamaged(
        f"read the raw object {sha256[:12]}",
        seen=seen,
        next_step="Restore it from the backup, or have the partner send it again.",
    )
