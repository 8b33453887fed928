"""Whether a file is what its name says it is.

What lives here: files that are none of ours (locks, hidden ones), digests, and the
first bytes that give a workbook, a web page or an archive away. What does not:
markers and checksums beside a file (`sidecars`), encodings (`encodings`), rows
(`decode`).
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_PIECE = 1 << 20
_LOCK = ("~$", ".~lock.")
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1"
_FIRST_BYTES = (
    (b"\x1f\x8b", "it is packed with gzip"),
    (b"version https://git-lfs", "it is a Git LFS pointer, not the file itself"),
    (b"PARE", "it is an encrypted Parquet file"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<meta", b"<table")


class FileUnfit(ValueError):
    """The file is not what it should be; the message says what it is."""


def is_none_of_ours(name: str) -> str | None:
    """Why a name is passed over, or null."""
    if name.startswith(_LOCK) or name.startswith("."):
        return "it is hidden or an open document's lock file"
    return None


def digest_of(path: Path, algorithm: str = "sha256") -> str:
    """The digest of a file's content, in hex."""
    made = hashlib.new(algorithm, usedforsecurity=False)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def check_kind(path: Path, form: str, *, largest: int) -> None:
    """Look at the first bytes, and at the size of what is read as a whole.

    Args:
        path: the file.
        form: what it is declared to be, in the words of `read.format`.
        largest: bytes, inflated, of a workbook or document, or of what is read of
            a Parquet file at a time.

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
    if form == "xls" and start.startswith(_OLD_OFFICE):
        _check_size(path.stat().st_size, largest)
    elif start.startswith(_OLD_OFFICE):
        raise FileUnfit(
            "it is an old or password-protected Office file; an old workbook is taken "
            'as format = "xls"'
        )
    elif form in {"xls", "xlsx"}:
        # New workbooks are often given the ending of old ones.
        _check_workbook(path, start, largest)
    elif form == "parquet":
        _check_parquet(path, start, largest)
    elif start.startswith(_ZIP):
        raise FileUnfit("it is an Excel workbook or a zip archive; declare its format")
    elif start.startswith(_PARQUET):
        raise FileUnfit("it is a Parquet file; declare its format")
    elif form in {"json", "xml"} and path.stat().st_size > largest:
        lines = "; as JSON Lines any size is taken" if form == "json" else ""
        raise FileUnfit(f"it is larger than {largest >> 20} MB{lines}")


def _check_workbook(path: Path, start: bytes, largest: int) -> None:
    if not start.startswith(_ZIP):
        raise FileUnfit("it is no Excel workbook (.xlsx or .xls)")
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise FileUnfit("it is a workbook that breaks off") from None
    _check_size(size, largest)


def _check_parquet(path: Path, start: bytes, largest: int) -> None:
    if not start.startswith(_PARQUET):
        raise FileUnfit("it is no Parquet file")
    try:
        with pq.ParquetFile(path) as file:
            told = file.metadata
            groups = map(told.row_group, range(told.num_row_groups))
            size = max((group.total_byte_size for group in groups), default=0)
    except (pa.ArrowException, OSError):
        raise FileUnfit("it is a Parquet file that is damaged or breaks off") from None
    _check_size(size, largest)


def _check_size(size: int, largest: int) -> None:
    if size > largest:
        raise FileUnfit(
            f"inflated it has {size >> 20} MB; more than {largest >> 20} MB "
            "(limits.max_body_mb) are not taken"
        )
