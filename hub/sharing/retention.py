"""Retention of releases: which ones may expire, and which files that sets free.

What lives here: the rule (never the newest, never one that a frozen month rests on),
marking releases as expired, and the list of files that nothing pins any more. What
does not: deleting those files. A merge or a reader that began before may still be
reading them, and nothing in the lake counts readers, so that is a decision for an
hour in which the hub stands still.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from hub.errors import MisuseError
from hub.flow.house import House
from hub.flow.published import table_of
from hub.storage.assessments import Assessments
from hub.storage.lake import LakeTable
from hub.storage.release_ends import ReleaseEnds
from hub.storage.releases import Release, Releases


@dataclass(frozen=True)
class Freed:
    """A file of the lake that only expired releases pin; its path, and its bytes."""

    path: str
    bytes: int


@dataclass(frozen=True)
class Pruning:
    """What a rule of retention comes to.

    Attributes:
        expiring: releases that expire now.
        kept: those that the rule would take, were they not the newest or pinned by a
            frozen month, each with the reason.
        freed: files that nothing pins once these have expired.
    """

    expiring: tuple[Release, ...]
    kept: tuple[tuple[Release, str], ...]
    freed: tuple[Freed, ...]


def plan_pruning(
    house: House, *, keep: int | None = None, older_than: timedelta | None = None
) -> Pruning:
    """What expires by a rule; nothing is written.

    Args:
        house: the hub.
        keep: this many of the releases made last that have not expired stay.
        older_than: releases published longer ago than this expire.

    Raises:
        MisuseError: not exactly one rule is given, or one that makes no sense.
        StorageDamaged: a version that a release pins cannot be read any more.
    """
    if (keep is None) == (older_than is None):
        raise MisuseError(
            "prune releases",
            seen="neither a number to keep nor an age is named, or both are",
            next_step="Use --keep N, or --older-than DAYS.",
        )
    is_empty = keep is not None and keep < 1
    if is_empty or (older_than is not None and older_than < timedelta(days=1)):
        raise MisuseError(
            "prune releases",
            seen="the number to keep, or the age in days, is below 1",
            next_step="Keep at least one release; ages are whole days from 1.",
        )
    releases = Releases(house.control.engine)
    every = releases.all()
    there = [one for one in every if one.expired is None]
    if older_than is None:
        chosen = there[keep:]
    else:
        chosen = [one for one in there if house.now() - one.published_at > older_than]
    newest = {one.number for one in (releases.newest(), releases.latest()) if one}
    frozen = Assessments(house.control.engine).held_releases()
    reasons = dict.fromkeys(frozen, "a frozen month rests on it")
    reasons |= dict.fromkeys(newest, "it is the newest")
    expiring = [one for one in chosen if one.number not in reasons]
    kept = [(one, reasons[one.number]) for one in chosen if one.number in reasons]
    gone = {one.number for one in expiring}
    staying = [one for one in there if one.number not in gone]
    past = [one for one in every if one.expired or one.number in gone]
    return Pruning(tuple(expiring), tuple(kept), tuple(_freed(house, past, staying)))


def prune_releases(house: House, pruning: Pruning) -> list[Release]:
    """Mark the releases of a plan as expired; manifests and files stay.

    Returns:
        Those that expired. One from which a month was frozen since the plan was made
        did not.
    """
    numbers = [one.number for one in pruning.expiring]
    done = ReleaseEnds(house.control.engine).expire(numbers, at=house.now())
    return [one for one in pruning.expiring if one.number in done]


def _freed(
    house: House, past: Iterable[Release], staying: Iterable[Release]
) -> list[Freed]:
    """Files of versions that only releases of the past pin."""
    held, pinned = _pins(staying), _pins(past)
    frozen = Assessments(house.control.engine).held_versions()
    freed: dict[str, int] = {}
    for name in sorted(pinned):
        table = table_of(house, name)
        needed = held.get(name, set()) | frozen.get(table.name, set())
        files = _files(table, needed | {table.version()})
        for path, size in _files(table, pinned[name] - needed).items():
            if path not in files:
                freed[f"{table.name}/{path}"] = size
    return [Freed(path, size) for path, size in sorted(freed.items())]


def _pins(releases: Iterable[Release]) -> dict[str, set[int]]:
    """Versions that releases pin, by dataset."""
    found: dict[str, set[int]] = {}
    for one in (pinned for release in releases for pinned in release.datasets):
        if one.version >= 0:
            found.setdefault(one.dataset, set()).add(one.version)
    return found


def _files(table: LakeTable, versions: Iterable[int]) -> dict[str, int]:
    """Bytes of the files of some versions of a table, by path below it."""
    return {
        file.path: file.size
        for version in sorted(versions)
        if version >= 0
        for file in table.files(version=version)
    }
