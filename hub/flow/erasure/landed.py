"""Erasing from raw and quarantine: what a partner sent, as it was sent.

What lives here: finding the deliveries that told of a key, writing their parts
again, pointing quarantine and ledger to the new ones, and removing the old objects.
What does not: which fields go (`cuts`), writing parts (`new_parts`), the tables of
facts (`facts`).

Order, so that a kill at any point is made good by doing it all again: new objects
first, then quarantine, then the ledger, and only then the old objects go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import orjson
import polars as pl

from hub.connectors.decode import row_texts
from hub.flow import tables
from hub.flow.context import parts_of
from hub.flow.erasure.new_parts import NewPart, Use, Way, rewritten, way_of
from hub.flow.house import House
from hub.flow.split import PART
from hub.partners.spec import Feed, Partner
from hub.pipeline.normalise import ROW
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.erasures import Erasures
from hub.storage.lake import LakeTable
from hub.storage.rewriting import Changed


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
        made = rewritten(house, partner, uses, erased)
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
    names = erasures.datasets({emit.dataset for emit in feed.emits})
    if not names:
        return
    mine = [{"batch_id": batch.id}]
    held = tables.quarantine_table(house.lake, partner.id, feed.name)
    out = held.read(held.files(partitions=mine), ["keys"])["keys"].explode()
    found = []
    for name in sorted(names):
        table = tables.staged_table(house.lake, partner.id, dataset(name))
        staged = table.read(table.files(partitions=mine), ["key"])["key"]
        known = erasures.lookup(name, pl.concat([staged, out.alias("key")]))
        found.append(known.with_columns(dataset=pl.lit(name)))
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
            held_here = frame.explode("keys").filter(pl.col("keys").is_in(keys))
            named = held_here["batch_id"].unique()
            found |= {roots[one] for one in named if one in roots}
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


def _point(house: House, uses: Sequence[Use], changed: dict[Way, NewPart]) -> None:
    """Let the ledger name the new objects, all uses of an old one at once."""
    ways = {(use.batch, use.part.sequence): way_of(use) for use in uses}
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
