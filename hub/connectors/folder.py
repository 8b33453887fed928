"""Where a partner drops files: a folder of this machine, or one of a server's.

What lives here: the words for what lies in a folder, the folder of this machine,
and the choice between the two. What does not: servers (`remote`), which files are
taken (`files`), what they hold (`file_proof`, `file_parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, Protocol, TypeVar

from hub.connectors.base import Place
from hub.connectors.file_proof import digest_of
from hub.errors import DeclarationError
from hub.partners.check_folder import scheme_of
from hub.partners.secrets import resolve
from hub.partners.spec import Partner
from hub.settings import Settings

T = TypeVar("T")
LINK = "it points outside the folder"


class Entry(NamedTuple):
    """One file of a folder.

    Attributes:
        name: path below the folder, with `/`.
        size: bytes.
        passed: why it cannot be taken; null if it can.
        changed: seconds since 1970 of its last change; null where nobody says so, and
            where a file appears whole (S3).
    """

    name: str
    size: int
    passed: str | None = None
    changed: float | None = None


class FileChanged(Exception):
    """A file is not, or no longer, the one that was looked at."""


class Folder(Protocol):
    """What lies in a folder, and files of it whole.

    `place` is partner and feed, for errors. A failure is `SourceUnavailable` where a
    retry may help, `SourceRejected` where it cannot.
    """

    def look(self, pattern: str, place: Place) -> Iterator[Entry]:
        """The files whose path matches a pattern, by name."""
        ...

    def holds(self, name: str, place: Place) -> bool:
        """Whether a file of this name is there."""
        ...

    def version(self, name: str, place: Place) -> str:
        """What changes whenever the content of a file does.

        Raises:
            OSError: it cannot be read.
        """
        ...

    def fetch(self, name: str, version: str | None, place: Place) -> Path:
        """A complete file on this machine, good until `clear`.

        Args:
            name: path below the folder.
            version: what `version` said of it; null = any.
            place: partner and feed.

        Raises:
            FileNotFoundError: it is gone.
            FileChanged: it has another version, or changes while it is read.
        """
        ...

    def peek(self, name: str, place: Place, look: Callable[[BinaryIO], T]) -> T:
        """Look into a file at any place, without fetching all of it where possible.

        Raises:
            OSError: it cannot be read.
        """
        ...

    def clear(self) -> None:
        """Remove what was fetched."""
        ...

    def close(self) -> None:
        """Let go of connections and temporary files."""
        ...


class LocalFolder:
    """A folder of this machine, or a share that is mounted here."""

    def __init__(self, path: Path) -> None:
        """Look at nothing yet."""
        self._path = path

    def look(self, pattern: str, place: Place) -> Iterator[Entry]:
        """See `Folder`; links that leave the folder are passed over."""
        if not self._path.is_dir():
            raise place.unavailable(
                "look into the folder",
                "there is no such folder, or it may not be entered",
                "Check folder in [source] and that the share is mounted.",
            )
        root = self._path.resolve()
        for path in sorted(self._path.glob(pattern)):
            name = path.relative_to(self._path).as_posix()
            if not path.resolve().is_relative_to(root):
                yield Entry(name, 0, LINK)
            elif path.is_file():
                told = path.stat()
                yield Entry(name, told.st_size, changed=told.st_mtime)

    def holds(self, name: str, place: Place) -> bool:
        """See `Folder`."""
        del place
        return (self._path / name).is_file()

    def version(self, name: str, place: Place) -> str:
        """SHA-256 of the content."""
        del place
        return digest_of(self._path / name)

    def fetch(self, name: str, version: str | None, place: Place) -> Path:
        """The file where it lies."""
        if version is not None and self.version(name, place) != version:
            raise FileChanged
        return self._path / name

    def peek(self, name: str, place: Place, look: Callable[[BinaryIO], T]) -> T:
        """See `Folder`."""
        del place
        with (self._path / name).open("rb") as file:
            return look(file)

    def clear(self) -> None:
        """Nothing was copied."""

    def close(self) -> None:
        """Nothing is open."""


def open_folder(partner: Partner, settings: Settings) -> Folder:
    """The folder of a partner; nothing is connected to yet.

    Raises:
        DeclarationError: none is declared, or a remote one not as it must be.
        SecretMissing: the declaration names a variable that is not set.
    """
    if partner.source.folder is None:
        raise DeclarationError(
            "look into the folder",
            seen="[source] has no folder",
            next_step='Add folder = "/…" or folder = "env:NAME".',
            partner=partner.id,
        )
    folder = resolve(settings, partner.source.folder, partner=partner.id)
    if scheme_of(folder) is None:
        return LocalFolder(Path(folder))
    from hub.connectors.remote import RemoteFolder

    return RemoteFolder(folder, partner, settings)


def check_pattern(pattern: str, key: str, place: Place) -> None:
    """Refuse a pattern that points outside, or that no folder understands.

    Raises:
        DeclarationError: it does.
    """
    steps = PurePosixPath(pattern).parts
    outside = pattern.startswith("/") or ".." in steps
    if outside or any("**" in step and step != "**" for step in steps):
        raise DeclarationError(
            "look into the folder",
            seen=f"{key} points outside the folder"
            if outside
            else f"{key} holds ** together with other signs",
            next_step="Write a pattern below the folder, ** between slashes only.",
            partner=place.partner,
            feed=place.feed,
        )
