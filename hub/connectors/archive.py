"""ZIP archives: members that are files of their own.

What lives here: which members there are and what they are called, what makes an
archive unfit, and the content of one member. Archives come from programs that know
nothing of Chinese names or of harm, so a name is read as UTF-8 or GB18030, and one
name that would lead out of a folder, one encrypted member or more than was agreed
refuses the whole archive: half of it would look like a small delivery. What does
not: which members are new (`files`).
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, NamedTuple

from hub.connectors.file_proof import FileUnfit
from hub.connectors.patterns import matcher

INSIDE = "!/"
"""Between an archive's name and a member's."""
MOST_MEMBERS = 10_000
_PIECE = 1 << 20
_ENCRYPTED = 0x1
_UTF8 = 0x800
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Member(NamedTuple):
    """One member that is taken.

    Attributes:
        name: its path in the archive, decoded.
        mark: what changes with its content, as the archive tells it.
    """

    name: str
    mark: str


def members_reader(pattern: str, largest: int) -> Callable[[BinaryIO], list[Member]]:
    """How to find the members that match, in the archive's order.

    Args:
        pattern: of their paths in the archive.
        largest: bytes that they may have together, inflated.
    """

    def read(file: BinaryIO) -> list[Member]:
        with _opened(file) as archive:
            return [
                Member(name, f"{info.CRC:08x} {info.file_size}")
                for name, info in _fitting(archive, pattern, largest)
            ]

    return read


def content_of(version: str, member: Member) -> str:
    """What a member of an archive of this version is known by: 64 hex digits."""
    told = f"{version}\n{member.name}\n{member.mark}"
    return hashlib.sha256(told.encode()).hexdigest()


def inflate_member(
    path: Path, name: str, *, pattern: str, largest: int
) -> Iterator[bytes]:
    """The content of one member, its checksum compared at the end.

    Raises:
        FileUnfit: the archive or the member is damaged or not what was agreed.
    """
    with path.open("rb") as file, _opened(file) as archive:
        found = dict(_fitting(archive, pattern, largest)).get(name)
        if found is None:
            raise FileUnfit(f"it holds no member {name}")
        if found.compress_type not in _PACKINGS:
            raise FileUnfit(f"its member {name} is packed in a way not read here")
        with archive.open(found) as member:
            while piece := _piece(member):
                yield piece


@contextmanager
def _opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except zipfile.BadZipFile as error:
        crc = "CRC" in str(error)
        seen = "one of its members is damaged" if crc else "it is no ZIP archive"
        raise FileUnfit(f"{seen}, or it breaks off") from None


def _piece(member: IO[bytes]) -> bytes:
    try:
        return member.read(_PIECE)
    except (zlib.error, EOFError, OSError):
        raise FileUnfit("one of its members is damaged") from None


def _fitting(
    archive: zipfile.ZipFile, pattern: str, largest: int
) -> list[tuple[str, zipfile.ZipInfo]]:
    """The members that match, once the whole archive is found harmless."""
    infos = archive.infolist()
    if len(infos) > MOST_MEMBERS:
        raise FileUnfit(f"it has {len(infos)} members; at most {MOST_MEMBERS} are read")
    named = [(_name_of(info), info) for info in infos]
    for name, _ in named:
        if _leads_out(name):
            raise FileUnfit("the path of one of its members leads out of the archive")
    _refuse_overlap(infos)
    fits = matcher(pattern)
    found = [one for one in named if not one[1].is_dir() and fits(one[0])]
    found = [one for one in found if not _is_litter(one[0])]
    if not found:
        raise FileUnfit(f"none of its {len(infos)} members is named as {pattern}")
    twice = [name for name, many in _count(found).items() if many > 1]
    if twice:
        raise FileUnfit(f"it has two members named {twice[0]}")
    for name, info in found:
        if info.flag_bits & _ENCRYPTED:
            raise FileUnfit(f"its member {name} is encrypted")
        if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:
            raise FileUnfit(f"its member {name} is a link or a device, no file")
    size = sum(info.file_size for _, info in found)
    if size > largest:
        raise FileUnfit(
            f"inflated it has {size >> 20} MB; more than {largest >> 20} MB "
            "(limits.max_body_mb) are not taken"
        )
    return found


def _count(found: list[tuple[str, zipfile.ZipInfo]]) -> Counter[str]:
    return Counter(name for name, _ in found)


def _name_of(info: zipfile.ZipInfo) -> str:
    """The path as it was meant; only one flag says that it is UTF-8."""
    name = info.orig_filename
    if info.flag_bits & _UTF8:
        return name
    try:
        plain = name.encode("cp437")
    except UnicodeEncodeError:
        return name  # told beside it, in Unicode
    for encoding in ("utf-8", "gb18030"):
        try:
            return plain.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnfit("the name of one of its members is neither UTF-8 nor GB18030")


def _leads_out(name: str) -> bool:
    steps = name.replace("\\", "/").split("/")
    return bool(
        ".." in steps
        or name.startswith(("/", "\\"))
        or _DRIVE.match(name)
        or _CONTROL.search(name)
    )


def _is_litter(name: str) -> bool:
    """What systems and open documents leave behind."""
    path = PurePosixPath(name)
    return path.parts[0] == "__MACOSX" or path.name.startswith((".", "~$"))


def _refuse_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Members that share bytes are how a small archive inflates without end."""
    spans = sorted(
        (info.header_offset, info.header_offset + info.compress_size) for info in infos
    )
    ends = [end for _, end in spans]
    begins = [begin for begin, _ in spans[1:]]
    if any(map(int.__gt__, ends, begins)):
        raise FileUnfit("members of it overlap")
