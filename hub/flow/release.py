"""A release: one version of every published dataset, all at once.

What lives here: pinning table versions with row counts and content digests in
one transaction, together with where every source stood, and the difference between
two. What does not: judging sources (`sources`), handing rows to anybody
(`hub.sharing`), freezing months.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from hub.errors import MisuseError
from hub.flow import tables
from hub.flow.figures import metric_table
from hub.flow.house import House
from hub.flow.published import OUTSIDE, PUBLISHED, digest_of, published
from hub.flow.sources import sources_now
from hub.pipeline.digest import content_digest, row_digest
from hub.schemas import dataset
from hub.storage.releases import Pinned, Release, Releases

METRICS = ("base_row", "beside", "figure", "issue_loop")
EMPTY = sha256(b"").hexdigest()


@dataclass(frozen=True)
class Difference:
    """Rows of one dataset that two releases do not share."""

    added: int
    changed: int
    gone: int


def make_release(house: House) -> Release:
    """Publish what core holds now; the newest release stays if nothing changed.

    That a source went missing, or came back, is a change as well: the new release
    then has the content and the digest of the one before.
    """
    releases = Releases(house.control.engine)
    before = releases.newest()
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
    total = sha256("\n".join(f"{one.dataset}={one.digest}" for one in pinned).encode())
    sources = sources_now(house)
    if before is not None and before.digest == total.hexdigest():
        told = [one.standing for one in before.sources]
        if told == [one.standing for one in sources]:
            return before
    return releases.publish(
        city=house.city.id,
        digest=total.hexdigest(),
        datasets=tuple(pinned),
        at=house.now(),
        sources=sources,
    )


def _pin_metric(house: House, name: str, known: dict[str, Pinned]) -> Pinned:
    """A metric table; the instant of computation is no content."""
    table = metric_table(house, name)
    version = table.version()
    old = known.get(name)
    if old is not None and old.version == version:
        return old
    frame = table.read()
    schema = dict(frame.schema)
    content = [column for column in schema if column != "as_of"]
    digest = content_digest(frame.select(row_digest(schema, content)).to_series())
    return Pinned(name, table.name, version, len(frame), digest)


def find_release(house: House, text: str | None) -> Release:
    """A release by its id, or the newest.

    Raises:
        MisuseError: there is none.
    """
    releases = Releases(house.control.engine)
    found = releases.newest() if text is None else releases.find(text)
    if found is None:
        raise MisuseError(
            f"find release {text or '(the newest)'}",
            seen="there is no such release",
            next_step="See `hub release list`; `hub run` makes the first one.",
        )
    return found


def differences(house: House, old: Release, new: Release) -> dict[str, Difference]:
    """Rows added, changed and gone between two releases, by dataset."""
    before = {one.dataset: one for one in old.datasets}
    return {
        one.dataset: _difference(house, one.dataset, before[one.dataset], one)
        for one in new.datasets
        if one.dataset in before and one.dataset not in METRICS
    }


def _difference(house: House, name: str, old: Pinned, new: Pinned) -> Difference:
    if old.digest == new.digest:
        return Difference(0, 0, 0)
    one, other = _keyed(house, name, old), _keyed(house, name, new)
    both = one.join(other, on="key", suffix="_new")
    changed = both.filter(pl.col("digest") != pl.col("digest_new"))
    return Difference(
        added=len(other) - len(both), changed=len(changed), gone=len(one) - len(both)
    )


def _keyed(house: House, name: str, pinned: Pinned) -> pl.DataFrame:
    ds = dataset(name)
    if pinned.version < 0:
        return pl.DataFrame(schema={"key": pl.String, "digest": pl.String})
    content = [column for column in ds.polars_schema() if column not in OUTSIDE]
    key = pl.concat_str(
        [pl.col(column).cast(pl.String) for column in ds.key], separator="|"
    )
    frame = published(house, ds, version=pinned.version)
    return frame.select(key=key, digest=row_digest(ds.polars_schema(), content))
