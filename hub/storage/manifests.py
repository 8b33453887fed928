"""Manifests of releases as files of the home, and the hashes that they hold.

What lives here: writing a manifest with its signature and the public key so that it
survives a power cut, reading it back, and hashing a file of the lake. What does not:
what a manifest says (`hub.flow.manifest`), checking it (`hub.sharing`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from hub.errors import StorageDamaged
from hub.storage import durable
from hub.storage.release_ends import Seal


@dataclass(frozen=True)
class KeptManifest:
    """A manifest as a consumer gets it: its bytes, and the signature as hex."""

    content: bytes
    signature: str


@dataclass(frozen=True)
class ManifestStore:
    """The folder `releases` of a home.

    `r000001.json` is a manifest, `r000001.sig` its signature, `key-<id>.pub` the
    public half of the key that made it; the last two are one line of hex.
    """

    folder: Path

    def write(self, release: str, content: bytes, seal: Seal) -> None:
        """Keep a manifest; one that a broken-off publication left is replaced.

        Raises:
            StorageUnwritable: the disk did not take it.
        """
        durable.make_folder(self.folder)
        self._put(f"key-{seal.key_id}.pub", f"{seal.public_key}\n".encode())
        self._put(f"{release}.sig", f"{seal.signature}\n".encode())
        self._put(f"{release}.json", content)

    def read(self, release: str) -> KeptManifest:
        """The manifest of a release, unchecked.

        Raises:
            StorageDamaged: one of its files is gone.
        """
        try:
            return KeptManifest(
                (self.folder / f"{release}.json").read_bytes(),
                (self.folder / f"{release}.sig").read_text("utf-8").removesuffix("\n"),
            )
        except (OSError, UnicodeDecodeError) as problem:
            raise StorageDamaged(
                f"read the manifest of {release}",
                seen=f"{release}.json or {release}.sig is gone or cannot be read",
                next_step="Put both back from a backup of the folder `releases`.",
            ) from problem

    def _put(self, name: str, content: bytes) -> None:
        with durable.aside(self.folder) as draft:
            with durable.writing(f"the file releases/{name}"):
                draft.write_bytes(content)
            durable.publish(draft, self.folder / name)


def file_digest(path: Path, size: int) -> str:
    """SHA-256 of a file of the lake, as hex.

    Raises:
        StorageDamaged: the file is gone, or has another size than the log says.
    """
    try:
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            found = source.tell()
    except OSError as problem:
        raise _damaged(path, "it is gone or cannot be read") from problem
    if found != size:
        raise _damaged(path, f"it has {found} bytes, and {size} were written")
    return digest


def _damaged(path: Path, seen: str) -> StorageDamaged:
    return StorageDamaged(
        f"hash {path.name}",
        seen=seen,
        next_step="Restore the file from the backup, or rebuild the table from raw.",
    )
