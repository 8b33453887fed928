"""A release: one version of every published dataset, all at once.

What lives here: pinning table versions with row counts and content digests in
one transaction, together with where every source stood and with the seal of the
manifest; finding a release, for the hub itself and for readers. What does not:
judging sources (`sources`), manifests (`manifest`), what two releases do not share
(`difference`), handing rows to anybody (`hub.sharing`), freezing months.
"""

from __future__ import annotations

from hashlib import sha256

from hub.errors import MisuseError, ReleaseGone
from hub.flow import tables
from hub.flow.figures import metric_table
from hub.flow.house import House
from hub.flow.manifest import entries_of, seal
from hub.flow.published import METRICS, PUBLISHED, digest_of, digest_of_metric
from hub.flow.sources import sources_now
from hub.flow.stages import timing
from hub.schemas import dataset
from hub.storage.releases import Pinned, Release, Releases, release_digest
from hub.storage.signing import signer

EMPTY = sha256(b"").hexdigest()


def make_release(house: House) -> Release:
    """Publish what core holds now; the newest release stays if nothing changed.

    That a source went missing, or came back, is a change as well: the new release
    then has the content and the digest of the one before. So has the one that is
    made after a recall, where nothing was corrected.
    """
    with timing(house) as stage, stage("release"):
        return _make(house)


def _make(house: House) -> Release:
    releases = Releases(house.control.engine)
    before = releases.latest()
    known = {one.dataset: one for one in before.datasets} if before else {}
    pinned = [_pin_metric(house, name, known) for name in METRICS]
    for name in sorted(PUBLISHED):
        table = tables.core_table(house.lake, dataset(name))
        version = table.version()
        old = known.get(name)
        if old is not None and old.version == version:
            pinned.append(old)
            continue
        rows, digest = digest_of(house, dataset(name)) if version >= 0 else (0, EMPTY)
        pinned.append(Pinned(name, table.name, version, rows, digest))
        house.note("released", {"dataset": name, "rows": rows})
    pinned.sort(key=lambda one: one.dataset)
    total = release_digest(pinned)
    sources = sources_now(house)
    is_same = before is not None and before.digest == total
    if before is not None and is_same and not before.has_ended:
        told = [one.standing for one in before.sources]
        if told == [one.standing for one in sources]:
            return before
    entries, key = entries_of(house, tuple(pinned)), signer(house.settings.home)
    made = releases.publish(
        city=house.city.id,
        digest=total,
        datasets=tuple(pinned),
        at=house.now(),
        sources=sources,
        seal=lambda made: seal(house, made, entries, key),
    )
    house.note("release", {"release": made.id, "digest": made.digest})
    return made


def _pin_metric(house: House, name: str, known: dict[str, Pinned]) -> Pinned:
    """A metric table; the instant of computation is no content."""
    table = metric_table(house, name)
    version = table.version()
    old = known.get(name)
    if old is not None and old.version == version:
        return old
    rows, digest = digest_of_metric(house, name)
    return Pinned(name, table.name, version, rows, digest)


def find_release(house: House, text: str | None) -> Release:
    """A release by its id, or the newest that has not ended.

    One that is named is found though it was recalled or has expired: months may rest
    on it, and the hub itself must be able to read it. See `release_for_readers`.

    Raises:
        MisuseError: there is none.
    """
    releases = Releases(house.control.engine)
    found = releases.newest() if text is None else releases.find(text)
    if found is None:
        raise MisuseError(
            f"find release {text or '(the newest)'}",
            seen="there is no such release",
            next_step="See `hub release list`; `hub run` makes the first one, and a "
            "new one after a recall.",
        )
    return found


def release_for_readers(house: House, text: str | None) -> Release:
    """As `find_release`, but never one that has ended.

    Raises:
        MisuseError: there is none.
        ReleaseGone: it was recalled, or its retention ended.
    """
    found = find_release(house, text)
    if found.recalled is not None:
        raise ReleaseGone(
            f"hand out {found.id}",
            seen=f"it was recalled 已召回, because: {found.recalled.reason}",
            next_step="Take the newest release, and drop what came from this one.",
        )
    if found.expired is not None:
        raise ReleaseGone(
            f"hand out {found.id}",
            seen="its retention has ended 已过期",
            next_step="Take a newer release; `hub release list` lists them.",
        )
    return found
