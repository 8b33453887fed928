"""Whether a file is complete, and what its name says it is.

What lives here: files that are none of ours (locks, hidden ones, markers), markers
of completeness with or without a checksum, and the first bytes that give a
workbook, a web page or an archive away. What does not: encodings (`encodings`),
rows (`decode`).
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

from hub.connectors.base import Media

_PIECE = 1 << 20
_LOCK = ("~$", ".~lock.")
_CHECKSUM = re.compile(rb"\b([0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})\b")
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256"}
_ZIP = b"PK\x03\x04"
_FIRST_BYTES = (
    (b"\xd0\xcf\x11\xe0", "it is an old or password-protected Office file"),
    (b"\x1f\x8b", "it is packed with gzip"),
    (b"version https://git-lfs", "it is a Git LFS pointer, not the file itself"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<table")


class FileUnfit(ValueError):
    """The file is not what it should be; the message says what it is."""


def reason_to_skip(path: Path, folder: Path, done: str | None) -> str | None:
    """Why a file is passed over: a reason to note, or "" where none is needed.

    Args:
        path: the file.
        folder: the partner's folder; nothing outside is read.
        done: ending of the markers.

    Returns:
        Null if the file is to be taken.
    """
    name = path.name
    if name.startswith(_LOCK) or name.startswith("."):
        return "it is hidden or an open document's lock file"
    if done is not None and name.endswith(done):
        return ""
    if not path.resolve().is_relative_to(folder.resolve()):
        return "it points outside the folder"
    if not path.is_file():
        return ""
    if path.stat().st_size == 0:
        return "it is empty"
    if done is not None and marker_of(path, done) is None:
        return f"its marker {done} has not come yet"
    return None


def marker_of(path: Path, done: str | None) -> Path | None:
    """The marker beside a file: `name.csv.ok` or `name.ok`; null if there is none."""
    if done is None:
        return None
    beside = (path.with_name(path.name + done), path.with_name(path.stem + done))
    return next((one for one in beside if one.is_file()), None)


def check_marker(path: Path, marker: Path) -> None:
    """Compare the file with the checksum that its marker may hold.

    Raises:
        FileUnfit: they differ.
    """
    found = _CHECKSUM.search(marker.read_bytes()[:4096])
    if found is None:
        return
    claimed = found.group(1).decode().lower()
    if digest_of(path, _ALGORITHMS[len(claimed)]) != claimed:
        raise FileUnfit(f"its checksum is not the one in {marker.name}")


def digest_of(path: Path, algorithm: str = "sha256") -> str:
    """The digest of a file's content, in hex."""
    made = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def check_kind(path: Path, media: Media, *, largest: int) -> None:
    """Look at the first bytes, and at the size of what is read as a whole.

    Args:
        path: the file.
        media: what it is declared to be.
        largest: bytes, inflated, of a workbook or document.

    Raises:
        FileUnfit: it is something else, or too large.
    """
    with path.open("rb") as file:
        start = file.read(512)
    for magic, what in _FIRST_BYTES:
        if start.startswith(magic):
            raise FileUnfit(what)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        raise FileUnfit("it is an HTML page")
    if media == "xlsx":
        _check_workbook(path, start, largest)
    elif start.startswith(_ZIP):
        raise FileUnfit("it is an Excel workbook or a zip archive; declare its format")
    elif media in {"json", "xml"} and path.stat().st_size > largest:
        lines = "; as JSON Lines any size is taken" if media == "json" else ""
        raise FileUnfit(f"it is larger than {largest >> 20} MB{lines}")


def _check_workbook(path: Path, start: bytes, largest: int) -> None:
    if not start.startswith(_ZIP):
        raise FileUnfit("it is no Excel workbook (.xlsx)")
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise FileUnfit("it is a workbook that breaks off") from None
    if size > largest:
        raise FileUnfit(
            f"inflated it has {size >> 20} MB; more than {largest >> 20} MB "
            "(limits.max_body_mb) are not taken"
        )
