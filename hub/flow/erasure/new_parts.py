"""Landed parts written again, and the proof that nothing else changed.

What lives here: the new object for every way in which an object is read; one file may
serve several feeds. Every part is read back and compared before anything is replaced:
no other row may say anything else. What does not: which fields go (`cuts`), putting
new objects in the place of old ones (`landed`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode import Rows, Wanted, decode
from hub.connectors.decode.erase import Cut, erase_part
from hub.errors import StorageDamaged
from hub.flow.context import part_meta
from hub.flow.erasure.cuts import find_cuts
from hub.flow.house import House
from hub.partners.spec import Feed, Partner
from hub.pipeline.normalise import ROW
from hub.storage import durable
from hub.storage.batches import BatchPart

Way = tuple[str, str]


class Use(NamedTuple):
    """A part of a delivery: the batch that landed it, and its feed."""

    batch: int
    feed: Feed
    part: BatchPart


class NewPart(NamedTuple):
    """A part that was written again: of which object, to which, and what was cut."""

    old: str
    new: str
    meta: PartMeta
    cuts: tuple[Cut, ...]

    @property
    def rows(self) -> pl.Series:
        """Ordinals of the rows that lost something."""
        empty = pl.Series(ROW, [], dtype=pl.Int64)
        return pl.concat([empty, *(one.rows.cast(pl.Int64) for one in self.cuts)])


def way_of(use: Use) -> Way:
    """How a part is read: its feed and its description."""
    meta = part_meta(use.part)
    told = [meta.media, meta.encoding, meta.records, *sorted(meta.origin.items())]
    return use.feed.name, str([one for one in told if one])


def rewritten(
    house: House, partner: Partner, uses: Sequence[Use], erased: pl.DataFrame
) -> dict[Way, NewPart]:
    """The new object for every way in which an object is read."""
    made: dict[Way, NewPart] = {}
    ways = {way_of(use): use for use in uses}
    cuts: dict[Way, list[Cut]] = {}
    for key, use in ways.items():
        meta = part_meta(use.part)
        with house.raw.open(use.part.sha256) as body:
            cuts[key] = find_cuts(body, meta, partner, use.feed, erased)
    if not any(cuts.values()):
        return {
            key: NewPart(use.part.sha256, use.part.sha256, part_meta(use.part), ())
            for key, use in ways.items()
        }
    for key, use in ways.items():
        # Rows have the same numbers for whoever reads the same table of the object.
        shared = [
            cut
            for other, own in cuts.items()
            for cut in own
            if _table(ways[other]) == _table(use)
        ]
        made[key] = _write(house, use, shared)
    return made


def _table(use: Use) -> tuple[object, ...]:
    meta = part_meta(use.part)
    return meta.media, meta.records, meta.origin.get("header"), meta.origin.get("inner")


def _write(house: House, use: Use, cuts: Sequence[Cut]) -> NewPart:
    meta, wanted = part_meta(use.part), Wanted.of(use.feed)
    folder = house.settings.home / "raw"
    with durable.aside(folder) as draft:
        with house.raw.open(use.part.sha256) as body, durable.writing("a raw part"):
            pieces, told = erase_part(body, meta, wanted, cuts)
            with draft.open("wb") as sink:
                for piece in pieces:
                    sink.write(piece)
        with house.raw.open(use.part.sha256) as body, draft.open("rb") as again:
            before = decode(body, meta, wanted)
            _require_same(use, before, decode(again, told, wanted), cuts)
        stored = house.raw.put(draft)
    return NewPart(use.part.sha256, stored.sha256, told, tuple(cuts))


def _require_same(
    use: Use, before: Iterator[Rows], after: Iterator[Rows], cuts: Sequence[Cut]
) -> None:
    """Refuse a part that says anything else of the rows that lose nothing."""
    old, new = _whole(before), _whole(after)
    empty = pl.Series(ROW, [], dtype=pl.Int64)
    gone = pl.concat([empty, *(one.rows.cast(pl.Int64) for one in cuts)]).implode()
    others = ~pl.col(ROW).is_in(gone)
    same = (
        old[0].filter(others).equals(new[0].filter(others))
        and old[0][ROW].equals(new[0][ROW])
        and old[1].equals(new[1])
        and old[2].equals(new[2])
    )
    if not same:
        raise StorageDamaged(
            "erase values from a landed part",
            seen=f"part {use.part.sha256[:12]} cannot be written again faithfully",
            next_step="Nothing was changed. Report it; the part is listed by "
            f"`hub batch show {use.batch}`.",
        )


def _whole(pieces: Iterator[Rows]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows, broken rows and remarks of a part, in the order of their numbers.

    Bounded by the part: a page, a result chunk or a file.
    """
    found = list(pieces)
    frames = [pl.concat([getattr(one, name) for one in found]) for name in Rows._fields
              if name != "fields"]  # fmt: skip
    frame, broken, told = (one.sort(ROW) for one in frames)
    return frame, broken.sort(ROW, "rule"), told.sort(ROW, "rule")
