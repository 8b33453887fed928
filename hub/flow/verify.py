"""Is a release still what it was? Digests computed again from the pinned files.

What lives here: reading every table of a release at its pinned version, with the
checksums of its files, and comparing rows and content digest. What does not: making
releases (`release`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hub.errors import StorageDamaged
from hub.flow import tables
from hub.flow.erased_files import erased_since
from hub.flow.house import House
from hub.flow.published import METRICS, digest_of, digest_of_metric
from hub.schemas import dataset
from hub.storage.releases import Pinned, Release


@dataclass(frozen=True)
class Verdict:
    """One dataset of a release, as pinned and as found.

    Attributes:
        pinned: as published.
        rows, digest: as found.
        problem: what is wrong, in words.
        erased: numbers of erasures that took values or rows out of it since.
        rows_gone: rows that they took.
    """

    pinned: Pinned
    rows: int | None
    digest: str | None
    problem: str | None = None
    erased: tuple[int, ...] = ()
    rows_gone: int = 0

    @property
    def ok(self) -> bool:
        """Whether readers get today what was published, less what was erased.

        Of an erased dataset only the number of rows can still be compared: a digest
        over values that nobody may keep proves nothing any more.
        """
        if self.erased:
            return self.rows == self.pinned.rows - self.rows_gone
        return (self.rows, self.digest) == (self.pinned.rows, self.pinned.digest)


def verify_release(house: House, release: Release) -> Iterator[Verdict]:
    """Every dataset of a release, computed again; damage is a verdict too."""
    for pinned in release.datasets:
        try:
            rows, digest = content_of(house, pinned)
        except StorageDamaged as error:
            yield Verdict(pinned, None, None, error.sentence)
            continue
        since = erased_since(house, pinned)
        yield Verdict(
            pinned, rows, digest, erased=since.erasures, rows_gone=since.rows_gone
        )


def content_of(house: House, pinned: Pinned) -> tuple[int, str]:
    """Rows and content digest of a pinned table, from its files."""
    if pinned.version < 0:
        return 0, pinned.digest
    if pinned.dataset in METRICS:
        return digest_of_metric(house, pinned.dataset, version=pinned.version)
    return digest_of(house, dataset(pinned.dataset), version=pinned.version)


def is_current(house: House, release: Release, names: tuple[str, ...]) -> bool:
    """Whether core holds, of these datasets, just what the release published."""
    pinned = {one.dataset: one for one in release.datasets}
    for name in names:
        if name not in pinned:
            return False
        table = tables.core_table(house.lake, dataset(name))
        if table.ends_at(pinned[name].version):
            continue
        if digest_of(house, dataset(name))[1] != pinned[name].digest:
            return False
    return True
