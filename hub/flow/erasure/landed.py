"""Erasing from raw and quarantine: what a partner sent, as it was sent.

What lives here: finding the deliveries that told of a key, writing their parts again,
pointing quarantine and ledger to the new ones, and removing the old objects. Every part
is read back and compared before anything is replaced: no other cell of any row may have
changed. What does not: which fields go (`cuts`), the tables of facts (`facts`).

Order, so that a kill at any point is made good by doing it all again: new objects first,
then quarantine, then the ledger, and only then the old objects go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import orjson
import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode import Rows, Wanted, decode, row_texts
from hub.connectors.decode.erase import Cut, erase_part
from hub.errors import StorageDamaged
from hub.flow import tables
from hub.flow.context import part_meta, parts_of
from hub.flow.erasure.cuts import find_cuts
from hub.flow.house import House
from hub.flow.split import PART
from hub.partners.spec import Feed, Partner
from hub.pipeline.normalise import ROW
from hub.schemas import dataset
from hub.storage import durable
from hub.storage.batches import Batch, BatchPart
from hub.storage.erasures import Erasures
from hub.storage.lake import LakeTable
from hub.storage.rewriting import Changed


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


def erase_landed(
    house: House, partner: Partner, erased: pl.DataFrame, objects: Iterable[str]
) -> dict[str, int]:
    """Take erased values out of what a partner sent. Safe to repeat.

    Args:
        house: the hub; the partner's lease is held.
        partner: whose deliveries.
        erased: dataset, key, column.
        objects: raw objects that may tell of them (`telling_objects`).

    Returns:
        How many `raw` parts and `quarantine` rows were written again.
    """
    counts = {"raw": 0, "quarantine": 0}
    for sha in sorted(set(objects)):
        uses = list(_uses(house, partner, sha))
        made = _rewritten(house, partner, uses, erased)
        changed = {key: one for key, one in made.items() if one.new != one.old}
        for feed in {use.feed.name: use.feed for use in uses}.values():
            news = [made[key] for key in made if key[0] == feed.name]
            counts["quarantine"] += _erase_quarantine(house, partner, feed, news)
        if changed:
            _point(house, uses, changed)
            counts["raw"] += 1
        _drop_unused(house, sha)
    return counts


def telling_objects(house: House, partner: Partner, erased: pl.DataFrame) -> set[str]:
    """Raw objects of every delivery that may tell of one of the keys."""
    names = set(erased["dataset"])
    return {
        one.part.sha256
        for feed in partner.feeds
        if names & {emit.dataset for emit in feed.emits}
        for one in _telling(house, partner, feed, erased)
    }


def erase_sent_again(house: House, batch: Batch, partner: Partner, feed: Feed) -> None:
    """Take out of a split delivery what was erased before it came.

    Its facts were staged without; what was sent goes as well before it is merged.
    """
    erasures = Erasures(house.control.engine)
    names = {emit.dataset for emit in feed.emits} & erasures.datasets()
    if not names:
        return
    mine = [{"batch_id": batch.id}]
    held = tables.quarantine_table(house.lake, partner.id, feed.name)
    out = held.read(held.files(partitions=mine), ["keys"])["keys"].explode()
    found = []
    for name in sorted(names):
        table = tables.staged_table(house.lake, partner.id, dataset(name))
        staged = table.read(table.files(partitions=mine), ["key"])["key"]
        told = erasures.lookup(name, pl.concat([staged, out.alias("key")]))
        found.append(told.with_columns(dataset=pl.lit(name)))
    erased = pl.concat(found)
    if len(erased):
        parts = parts_of(house, batch)
        erase_landed(house, partner, erased, [part.sha256 for part in parts])


def _telling(
    house: House, partner: Partner, feed: Feed, erased: pl.DataFrame
) -> Iterator[Use]:
    """Parts of the deliveries that may tell of a key.

    Those of which staged or quarantine says so, and those that were never merged: of
    them nothing else is known.
    """
    batches = house.ledger.batches(partner.id, feed.name)
    roots = {one.id: one.parent or one.number for one in batches}
    found: set[int] = {
        one.number for one in batches if one.state != "merged" and one.parent is None
    }
    for name, own in erased.group_by("dataset").agg("key").rows():
        keys = pl.Series("key", own, dtype=pl.String).implode()
        staged = tables.staged_table(house.lake, partner.id, dataset(name))
        for frame in staged.scan(columns=["key", "batch_id"]):
            here = frame.filter(pl.col("key").is_in(keys))["batch_id"].unique()
            found |= {roots[one] for one in here if one in roots}
        held = tables.quarantine_table(house.lake, partner.id, feed.name)
        for frame in held.scan(columns=["keys", "batch_id"]):
            here = frame.explode("keys").filter(pl.col("keys").is_in(keys))
            found |= {roots[one] for one in here["batch_id"].unique() if one in roots}
    for number in sorted(found):
        for part in house.ledger.parts(number):
            yield Use(number, feed, part)


def _uses(house: House, partner: Partner, sha: str) -> Iterator[Use]:
    """Every use of an object by the partner's feeds; one file may serve several."""
    feeds = {feed.name: feed for feed in partner.feeds}
    for number in house.ledger.batches_with(sha):
        batch = house.ledger.batch(number)
        if batch.partner == partner.id and batch.feed in feeds:
            for part in house.ledger.parts(number):
                if part.sha256 == sha:
                    yield Use(number, feeds[batch.feed], part)


def _key(use: Use) -> tuple[str, str]:
    meta = part_meta(use.part)
    told = [meta.media, meta.encoding, meta.records, *sorted(meta.origin.items())]
    return use.feed.name, str([one for one in told if one])


def _rewritten(
    house: House, partner: Partner, uses: Sequence[Use], erased: pl.DataFrame
) -> dict[tuple[str, str], NewPart]:
    """The new object for every way in which an object is read."""
    made: dict[tuple[str, str], NewPart] = {}
    ways = {_key(use): use for use in uses}
    cuts: dict[tuple[str, str], list[Cut]] = {}
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


def _erase_quarantine(
    house: House, partner: Partner, feed: Feed, news: Sequence[NewPart]
) -> int:
    """Rows as sent in quarantine, told again from the new parts; how many."""
    changed = [one for one in news if one.new != one.old]
    table = tables.quarantine_table(house.lake, partner.id, feed.name)
    count = 0

    def change(frame: pl.DataFrame) -> Changed | None:
        nonlocal count
        made = frame
        for one in changed:
            here = pl.col("part") == one.old
            touched = frame.filter(
                here & (pl.col("row") % PART).is_in(one.rows.implode())
            )
            texts = _texts(house, one, touched["row"] % PART)
            made = (
                made.with_columns(nth=pl.col("row") % PART)
                .join(texts, on="nth", how="left", maintain_order="left")
                .with_columns(
                    text=pl.when(here & pl.col("told").is_not_null())
                    .then("told")
                    .otherwise("text"),
                    part=pl.when(here).then(pl.lit(one.new)).otherwise("part"),
                )
                .select(frame.columns)
            )
            count += len(touched)
        return None if made.equals(frame) else (made, 0)

    if changed:
        olds = pl.Series("part", [one.old for one in changed], dtype=pl.String)
        table.rewrite("part", olds, change)
    _finish(table)
    return count


def _finish(table: LakeTable) -> None:
    table.settle()
    table.sweep()
    table.forget()


def _texts(house: House, one: NewPart, rows: pl.Series) -> pl.DataFrame:
    """The rows as they are told from now on: nth, told."""
    wanted = rows.unique().sort()
    if wanted.is_empty():
        return pl.DataFrame(schema={"nth": pl.Int64, "told": pl.String})
    with house.raw.open(one.new) as body:
        texts = row_texts(body, one.meta, wanted)
    return texts.select(nth=pl.col(ROW).cast(pl.Int64), told=pl.col("text"))


def _point(
    house: House, uses: Sequence[Use], changed: dict[tuple[str, str], NewPart]
) -> None:
    """Let the ledger name the new objects, all uses of an old one at once."""
    ways = {(use.batch, use.part.sequence): _key(use) for use in uses}
    with house.ledger.transaction() as conn:
        for number in sorted({use.batch for use in uses}):
            parts = []
            for part in house.ledger.parts(number):
                new = changed.get(ways.get((number, part.sequence), ("", "")))
                if new is not None:
                    told = orjson.loads(new.meta.as_json())
                    part = replace(part, sha256=new.new, meta=told)
                parts.append(part)
            house.ledger.record_parts(number, parts, conn=conn)


def _drop_unused(house: House, sha: str) -> None:
    """Remove an object that no batch names any more."""
    if not house.ledger.batches_with(sha):
        house.raw.drop(sha)
