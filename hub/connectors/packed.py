"""How much a packed file really holds, whatever its list of contents says.

What lives here: inflating every member of a workbook once and counting, nothing kept. A
list of contents can name any size; a reader that believes it fills the memory. What
does not: archives of deliveries (`archive`), what a workbook holds (`decode`).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from hub.connectors.file_proof import FileUnfit

MOST_MEMBERS = 10_000
_PIECE = 1 << 18
_HEAD = struct.Struct("<26xHH")
_RAW = -15  # zlib's word for: neither header nor checksum


class TooLarge(FileUnfit):
    """More than may be taken."""


def is_packed(path: Path) -> bool:
    """Whether a file begins as a ZIP file does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def prove_size(path: Path, largest: int) -> None:
    """Inflate a workbook's members as far as `largest` bytes together.

    Args:
        path: a ZIP file.
        largest: bytes that all of it may have.

    Raises:
        TooLarge: it holds more, or more members than any workbook has.
        FileUnfit: it is no ZIP file, is damaged, encrypted, or tells a wrong size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise FileUnfit("it is a workbook that breaks off") from None
    told = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or told > largest:
        raise _too_large(largest)
    left = largest
    with path.open("rb") as file:
        for member in members:
            size = _size(file, member, left)
            if size != member.file_size:
                raise FileUnfit("it tells another size of a part than the part has")
            left -= size


def _size(file: BinaryIO, member: zipfile.ZipInfo, left: int) -> int:
    """How many bytes a member holds; at most some more than are left are counted."""
    if member.flag_bits & 0x1:
        raise FileUnfit("it is protected by a password")
    file.seek(member.header_offset)
    head = file.read(30)
    if len(head) < 30:
        raise FileUnfit("it is a workbook that breaks off")
    names, extra = _HEAD.unpack(head)
    file.seek(names + extra, 1)
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise FileUnfit("one of its parts is packed in a way that workbooks do not use")
    inflater, packed, size = zlib.decompressobj(_RAW), member.compress_size, 0
    try:
        while packed > 0 and not inflater.eof:
            piece = file.read(min(_PIECE, packed))
            if not piece:
                break
            packed -= len(piece)
            while piece:
                size += len(inflater.decompress(piece, _PIECE))
                if size > left:
                    raise _too_large(left)
                piece = inflater.unconsumed_tail
        # What the window still holds once everything was fed.
        size += len(inflater.flush())
    except zlib.error:
        raise FileUnfit("one of its parts is damaged") from None
    if not inflater.eof:
        raise FileUnfit("it is a workbook that breaks off")
    return size


def _too_large(largest: int) -> TooLarge:
    return TooLarge(
        f"inflated it has more than the {largest >> 20} MB (limits.max_body_mb) "
        "that are taken"
    )
