"""Files beside a file: the marker that it is complete, and its checksum.

What lives here: what they are called, that a file waits for them, and comparing
their checksum with the file. What does not: where files lie (`folder`).
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from hub.connectors.base import Place
from hub.connectors.file_proof import FileUnfit, digest_of
from hub.connectors.folder import Folder
from hub.partners.spec import Read

_ANY = re.compile(r"\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b", re.IGNORECASE)
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
_LENGTHS = {".md5": 32, ".sha256": 64}
_MOST = 1 << 16


def is_sidecar(name: str, read: Read) -> bool:
    """Whether a file is itself a marker or checksum."""
    return any(name.endswith(ending) for ending in _endings(read))


def missing_sidecar(name: str, read: Read, folder: Folder, place: Place) -> str | None:
    """Why a file has to wait, or null if all that belongs beside it is there."""
    words = {read.done: "marker", read.checksum: "checksum"}
    for ending in _endings(read):
        if _beside(name, ending, folder, place) is None:
            return f"its {words[ending]} {ending} has not come yet"
    return None


def check_sidecars(
    path: Path, name: str, read: Read, folder: Folder, place: Place
) -> None:
    """Compare a file with what lies beside it.

    Args:
        path: the file, on this machine.
        name: its name in the folder.
        read: which endings are declared.
        folder: where its companions lie.
        place: partner and feed.

    Raises:
        FileUnfit: a checksum is not the file's, or there is none where one is due.
        FileNotFoundError: the checksum has gone.
    """
    if read.done is not None:
        marker = _beside(name, read.done, folder, place)
        found = marker and _ANY.search(_text(marker, folder, place))
        if marker and found:
            _compare(path, found.group(1), marker)
    if read.checksum is not None:
        marker = _beside(name, read.checksum, folder, place)
        if marker is None:
            raise FileNotFoundError
        claimed = _claimed(_text(marker, folder, place), name, read.checksum)
        if claimed is None:
            raise FileUnfit(f"{marker} holds no {read.checksum[1:]} checksum of it")
        _compare(path, claimed, marker)


def _endings(read: Read) -> list[str]:
    return [ending for ending in (read.done, read.checksum) if ending is not None]


def _beside(name: str, ending: str, folder: Folder, place: Place) -> str | None:
    """`name.csv.ok` or `name.ok`; null if neither is there."""
    path = PurePosixPath(name)
    beside = (f"{name}{ending}", path.with_name(path.stem + ending).as_posix())
    return next((one for one in beside if folder.holds(one, place)), None)


def _text(name: str, folder: Folder, place: Place) -> str:
    with folder.fetch(name, None, place).open("rb") as file:
        return file.read(_MOST).decode("utf-8", errors="replace")


def _claimed(text: str, name: str, ending: str) -> str | None:
    """The only checksum of that length, or the one on the line that names the file."""
    hexes = re.compile(rf"\b[0-9a-f]{{{_LENGTHS[ending]}}}\b", re.IGNORECASE)
    found = hexes.findall(text)
    if len(set(found)) > 1:
        own = PurePosixPath(name).name
        found = [
            one
            for line in text.splitlines()
            if re.split(r"[\s*/]", line.strip())[-1] == own
            for one in hexes.findall(line)
        ]
    return found[0] if found else None


def _compare(path: Path, claimed: str, marker: str) -> None:
    claimed = claimed.lower()
    if digest_of(path, _ALGORITHMS[len(claimed)]) != claimed:
        said = PurePosixPath(marker).name
        raise FileUnfit(f"its checksum is not the one in {said}")
