"""What of a release was erased since it was published.

What lives here: which files of a pinned version stand in the place of others, by which
erasures, and how many published rows they have less. With that a release can be told
from a damaged one. What does not: erasing (`hub.flow.erasure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from hub.flow.house import House
from hub.flow.published import table_of
from hub.storage.erasures import Erasures
from hub.storage.releases import Pinned, Release


@dataclass(frozen=True)
class ErasedSince:
    """What was erased of one table at one version.

    Attributes:
        originals: path of a file that is listed now → path that it had when published.
        erasures: numbers of the erasures, ascending.
        rows_gone: published rows that the listed files have less.
    """

    originals: Mapping[str, str]
    erasures: tuple[int, ...]
    rows_gone: int

    def __bool__(self) -> bool:
        return bool(self.erasures)


NOTHING = ErasedSince({}, (), 0)


def erased_since(house: House, pinned: Pinned) -> ErasedSince:
    """What was erased of a pinned table; reads its log and no row."""
    if pinned.version < 0:
        return NOTHING
    known = Erasures(house.control.engine).files_of(pinned.table_name)
    if known.is_empty():
        return NOTHING
    # What was replaced before this version was made, nobody was ever promised.
    later = known.filter(pl.col("version") > pinned.version)
    before = {
        successor: (path, erasure, gone)
        for path, successor, erasure, gone, _ in later.rows()
    }
    originals: dict[str, str] = {}
    numbers: set[int] = set()
    rows_gone = 0
    for file in table_of(house, pinned.dataset).files(version=pinned.version):
        path = file.path
        while path in before:
            path, erasure, gone = before[path]
            numbers.add(erasure)
            rows_gone += gone
        if path != file.path:
            originals[file.path] = path
    return ErasedSince(originals, tuple(sorted(numbers)), rows_gone)


def erased_evidence(house: House, release: Release) -> str:
    """Which rows of a release are there no more, in words; empty where all are."""
    told = []
    for pinned in release.datasets:
        since = erased_since(house, pinned)
        if since.rows_gone:
            numbers = ", ".join(map(str, since.erasures))
            told.append(f"{since.rows_gone} rows of {pinned.dataset} ({numbers})")
    return "; erased since (erasure): " + ", ".join(told) if told else ""
