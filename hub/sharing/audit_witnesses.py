"""Witnesses of the audit log: signed roots, by where they are kept.

What lives here: roots of the database, of the file in the home and of copies, joined
by entry without holding them all. What does not: judging them (`audit`).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from hub.storage.audit_chain import Root, is_root
from hub.storage.audit_roots import read_roots


class Witness(NamedTuple):
    """A root and where it is kept; `root` is None where none can be read there.

    Attributes:
        entry: entry that it is of; where it is unreadable, the one after the last root.
        root: what stands there.
        kind: `database`, `file` or `copy`.
        where: the place in words.
        seen: what is wrong with the place itself.
    """

    entry: int
    root: Root | None
    kind: str
    where: str
    seen: str = ""


def in_database(roots: Iterable[Root]) -> Iterator[Witness]:
    """Roots of the database, ordered by entry."""
    return ascending((root, "in the database") for root in roots)


def in_file(path: Path, *, kind: str = "file") -> Iterator[Witness]:
    """Roots that a file has now, read line by line."""
    lines = read_roots(path)
    return ascending(
        ((line.root, f"in line {line.number} of {path.name}") for line in lines),
        kind=kind,
    )


def grouped(
    witnesses: Iterable[Iterable[Witness]],
) -> Iterator[tuple[int, list[Witness]]]:
    """All witnesses of an entry together, entry by entry."""
    merged = heapq.merge(*witnesses, key=attrgetter("entry"))
    for entry, found in groupby(merged, key=attrgetter("entry")):
        yield entry, list(found)


def ascending(
    found: Iterable[tuple[Root | None, str]], *, kind: str = "database"
) -> Iterator[Witness]:
    """Witnesses whose entries only grow; what breaks that is told in its place."""
    last = 0
    for root, where in found:
        entry = root.entry if root is not None else None
        if type(entry) is not int or entry <= last:
            entry, root = last + 1, None
        why = ""
        if root is None or not is_root(root):
            root, why = None, f"the root {where} cannot be read, or is out of order"
        yield Witness(entry, root, kind, where, why)
        last = entry
