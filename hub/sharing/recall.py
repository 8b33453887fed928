"""Taking a release back, and who has to be told.

What lives here: recalling a release with a reason and a name, and the list of those
who fetched it, made from records of hand-overs. What does not: keeping those records,
which is the audit's; refusing a recalled release to readers
(`hub.flow.release.release_for_readers`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from hub.errors import MisuseError
from hub.flow.house import House
from hub.flow.release import find_release
from hub.storage.release_ends import ReleaseEnds
from hub.storage.releases import Release, Releases


@dataclass(frozen=True)
class Fetched:
    """A consumer who has a release: how often and when it was fetched, in UTC."""

    consumer: str
    times: int
    first_at: datetime
    last_at: datetime


def recall_release(house: House, name: str, *, reason: str, author: str) -> Release:
    """Recall a release: readers get it no more, and the next run publishes a new one.

    What it pins stays readable to the hub itself, since frozen months may rest on it.

    Raises:
        MisuseError: there is none of that name, it was recalled before, or nothing
            is said of the reason or the author.
    """
    found = find_release(house, name)
    if not reason.strip() or not author.strip():
        raise MisuseError(
            f"recall {found.id}",
            seen="the reason or the author is empty",
            next_step="Say why, and who decided; readers are told the reason.",
        )
    at = house.now()
    ends = ReleaseEnds(house.control.engine)
    if not ends.recall(found.number, at=at, reason=reason, author=author):
        raise MisuseError(
            f"recall {found.id}",
            seen="it was recalled before",
            next_step=f"`hub release show {found.id}` tells when, why and by whom.",
        )
    return Releases(house.control.engine).find(found.id) or found


def who_fetched(
    release: str, handed_over: Iterable[tuple[str, str, datetime]]
) -> list[Fetched]:
    """Who fetched a release, whoever did so last first.

    Args:
        release: id of the release.
        handed_over: consumer, release and instant of every hand-over that was
            delivered, in any order; only one entry per consumer is held in memory.
    """
    found: dict[str, Fetched] = {}
    for consumer, name, at in handed_over:
        if name != release:
            continue
        known = found.get(consumer, Fetched(consumer, 0, at, at))
        found[consumer] = replace(
            known,
            times=known.times + 1,
            first_at=min(known.first_at, at),
            last_at=max(known.last_at, at),
        )
    by_name = sorted(found.values(), key=lambda one: one.consumer)
    return sorted(by_name, key=lambda one: one.last_at, reverse=True)
