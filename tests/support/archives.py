"""ZIP archives as partners make them, and as nobody should.

What lives here: writing archives with names, flags and sizes that no library would
write by itself. What does not: any test, the hub.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive with names as Python writes them."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def named(name: bytes, content: bytes) -> bytes:
    """An archive whose one member is named by these bytes, in no declared encoding."""
    stand_in = "x" * len(name)
    return packed({stand_in: content}).replace(stand_in.encode(), name)


def encrypted(name: str, content: bytes) -> bytes:
    """An archive that says of its member that it is encrypted."""
    data = bytearray(packed({name: content}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def linked(name: str, target: bytes) -> bytes:
    """An archive whose member is a symbolic link."""
    data = io.BytesIO()
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(info, target)
    return data.getvalue()


def overlapping(content: bytes) -> bytes:
    """An archive whose two entries share the bytes of one member."""
    data = packed({"cases_1.csv": content})
    begin = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[begin:end]
    twin = entry.replace(b"cases_1.csv", b"cases_2.csv")
    tail = bytearray(data[end:])
    tail[8:12] = (2).to_bytes(2, "little") * 2
    tail[12:16] = (2 * len(entry)).to_bytes(4, "little")
    return data[:end] + twin + bytes(tail)


def lying(name: str, content: bytes, *, said: int) -> bytes:
    """An archive that says of its member that it has other bytes than it has."""
    data = bytearray(packed({name: content}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = said.to_bytes(4, "little")
    return bytes(data)


def damaged(name: str, content: bytes) -> bytes:
    """An archive one byte of whose member was changed on its way."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, content)
    return data.getvalue().replace(content, content[:-1] + b"?")
