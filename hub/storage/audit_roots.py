"""The file of signed roots: a witness of the audit log outside the database.

What lives here: `audit/roots.jsonl` in the home, one root per line as canonical JSON,
in the order of their entries. Whoever cuts the log's end off in the database leaves
roots here that lead nowhere. What does not: signing roots (`audit_chain`) and when
that is due (`audit`). A copy of this file in other hands also witnesses against
whoever holds both the database and the home.

A root is in the database first and then here. A stop between the two leaves a line
to be written; the next root brings it along.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import orjson

from hub.errors import StorageDamaged
from hub.storage.audit_chain import Root, is_root

FILE = Path("audit") / "roots.jsonl"
LONGEST = 4096  # bytes of a line; one root takes under 500


class Line(NamedTuple):
    """One line of the file; `root` is None where it cannot be read as one."""

    number: int
    root: Root | None


def read_roots(path: Path) -> Iterator[Line]:
    """Lines that a file of roots has now, read one at a time; none without a file.

    A last line without its end was never acknowledged and is not told.
    """
    return _lines(path, path.stat().st_size if path.exists() else 0)


def _lines(path: Path, size: int) -> Iterator[Line]:
    if not size:
        return
    with path.open("rb") as file:
        number = 0
        while line := file.readline(min(LONGEST, size - file.tell())):
            number += 1
            if line.endswith(b"\n"):
                yield Line(number, _parsed(line))
            elif len(line) == LONGEST:
                yield Line(number, None)


def append_roots(file: BinaryIO, roots: Iterable[Root]) -> None:
    """Write roots behind those that are there."""
    for root in roots:
        file.write(orjson.dumps(root._asdict(), option=orjson.OPT_SORT_KEYS) + b"\n")


def last_entry(file: BinaryIO) -> int:
    """The entry of the last root; 0 in an empty file. Half a last line is cut off.

    Raises:
        StorageDamaged: the last line holds no root.
    """
    end = file.seek(0, os.SEEK_END)
    start = file.seek(max(0, end - 2 * LONGEST))
    tail = file.read()
    whole = tail[: tail.rfind(b"\n") + 1]
    if len(whole) < len(tail):
        file.truncate(start + len(whole))
    if not whole:
        return 0
    root = _parsed(whole[whole.rfind(b"\n", 0, -1) + 1 :])
    if root is None:
        raise StorageDamaged(
            "add to the signed roots of the audit log",
            seen=f"the last line of {FILE} holds no root",
            next_step="`hub audit verify` tells more; put the file back from a copy.",
        )
    return root.entry


def _parsed(line: bytes) -> Root | None:
    try:
        root = Root(**orjson.loads(line))
    except (orjson.JSONDecodeError, TypeError):
        return None
    return root if is_root(root) else None
