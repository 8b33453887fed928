"""Which cases are to be derived again, and which have to wait.

What lives here: the cases that merges touched, and the rows of core that they are.
Cases of a feed that is not declared now, as while its partner's file cannot be read,
are left as they are, since nothing says any more which of its states have times; that
they are due is noted until it is declared again. What does not: deriving (`link`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.key_pieces import compact
from hub.pipeline.roster_rules import Rosters
from hub.schemas import dataset
from hub.storage.batches import Batch
from hub.storage.parts import DataFile

ISSUE = "issue"
ROSTERS = ("area", "assignment")
WHOLE = "whole"  # of link work: every case of the batch's feed
FEED = ("partner", "feed")
Work = list[tuple[int, str]]


@dataclass
class Due:
    """Cases to derive again.

    Attributes:
        ids: issue ids, whichever partition they lie in.
        everywhere: areas or posts changed; every case may have another area or chief.
        rosters: some roster changed, and what is odd about them may have.
        twins: partners whose cases others may be waiting for (`same_as`).
        feeds: (partner, feed) of which every case is due.
        waiting: partners of which some cases wait for a twin.
        declared: (partner, feed) whose cases can be derived now.
    """

    ids: list[pl.Series] = field(default_factory=list)
    everywhere: bool = False
    rosters: bool = False
    twins: set[str] = field(default_factory=set)
    feeds: set[tuple[str, str]] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    declared: set[tuple[str, str]] = field(default_factory=set)

    @property
    def keys(self) -> pl.Series:
        """All issue ids, once."""
        none = pl.Series("key", [], dtype=pl.String)
        return pl.concat([none, *self.ids]).unique()


def declared_feeds(house: House) -> set[tuple[str, str]]:
    """(partner, feed) of every feed that is declared now."""
    return {
        (partner.id, feed.name)
        for partner in house.city.partners.values()
        for feed in partner.feeds
    }


def open_work(house: House) -> Work:
    """Link work that can be done now; what waits for a declaration stays noted."""
    declared = declared_feeds(house)
    return [
        (number, kind)
        for number, kind in house.ledger.link_work()
        if kind != WHOLE or _feed(house.ledger.batch(number)) in declared
    ]


def keep_due(house: House, feeds: Iterable[tuple[str, str]]) -> None:
    """Note that every case of some undeclared feeds is due once they are declared."""
    for partner, feed in sorted(feeds):
        newest = house.ledger.batches(partner, feed, limit=1)
        if newest:
            house.ledger.ask_for_link(newest[0].number, WHOLE)


def what_is_due(house: House, work: Work) -> Due:
    """Cases that the merges of some batches touched."""
    due = Due(declared=declared_feeds(house))
    for number, kind in work:
        batch = house.ledger.batch(number)
        if kind == WHOLE:
            due.feeds.add(_feed(batch))
            due.twins.add(batch.partner)
            continue
        rows = house.plans.heights(batch.id)
        for name in Rosters._fields:
            changed = any(rows.get(f"{name}.{side}") for side in ("rows", "drop"))
            due.rosters |= changed
            due.everywhere |= changed and name in ROSTERS
        if "issue.index" in rows:
            due.ids += [
                frame["hub_id"].alias("key")
                for frame in house.plans.pieces(batch.id, "issue.index")
            ]
            due.twins.add(batch.partner)
        for name in tables.BY_ISSUE:
            if f"{name}.index" in rows:
                due.ids.append(_parents(house, batch, name))
    due.waiting = _waiting_partners(house, due)
    return due


def due_files(house: House, due: Due, keys: pl.Series) -> list[DataFile]:
    """Files of the partitions with due cases."""
    files = tables.core_table(house.lake, dataset(ISSUE)).files()
    if due.everywhere:
        return files
    known = house.keys.lookup(ISSUE, keys).select("partner", "month").unique()
    wanted = set(known.rows())
    partners = due.waiting | {partner for partner, _ in due.feeds}
    return [
        file
        for file in files
        if (file.partition["partner"], file.partition["month"]) in wanted
        or file.partition["partner"] in partners
    ]


def due_rows(frame: pl.DataFrame, due: Due, keys: pl.Series) -> pl.Series:
    """Which rows of a frame are due, whether or not they can be derived now."""
    if due.everywhere:
        return pl.Series("due", [True]).new_from_index(0, len(frame))
    wanted = pl.col("issue_id").is_in(keys.implode())
    if due.feeds:
        wanted = wanted | _of(due.feeds)
    if due.waiting:
        twin = pl.col("evidence").struct.field("same_as").is_not_null()
        waits = pl.col("partner").is_in(sorted(due.waiting))
        wanted = wanted | (waits & twin & pl.col("duplicate_of_id").is_null())
    return frame.select(wanted.alias("due"))["due"]


def derivable(
    frame: pl.DataFrame, due: Due, wanted: pl.Series
) -> tuple[pl.Series, set[tuple[str, str]]]:
    """Of the due rows those of declared feeds, and the feeds of the others."""
    can = frame.select(_of(due.declared))["partner"]
    left = frame.filter(wanted & ~can).select(FEED).unique().rows()
    return wanted & can, set(left)


def _of(feeds: Iterable[tuple[str, str]]) -> pl.Expr:
    """Whether a row is of one of some feeds; neither name holds a slash."""
    named = pl.Series([f"{partner}/{feed}" for partner, feed in feeds], dtype=pl.String)
    return pl.concat_str(*FEED, separator="/").is_in(named.implode())


def _feed(batch: Batch) -> tuple[str, str]:
    return batch.partner, batch.feed


def _parents(house: House, batch: Batch, name: str) -> pl.Series:
    """The cases of a batch's events, handlings or reviews, each once.

    A deletion names no case; its key's earlier observations do.
    """
    none = pl.Series("key", [], dtype=pl.String)
    drops = house.plans.pieces(batch.id, f"{name}.drop")
    found, lost = none, [none, *(frame["key"] for frame in drops)]
    table = tables.staged_table(house.lake, batch.partner, dataset(name))
    files = table.files(partitions=[{"batch_id": batch.id}])
    for told in table.scan(files, columns=["key", "issue_id"]):
        named = told.select(key="issue_id").drop_nulls().unique()
        named = named.filter(~pl.col("key").is_in(found.implode()))
        found = pl.concat([found, compact(named)["key"]])
        lost.append(compact(told.filter(pl.col("issue_id").is_null()))["key"])
    nameless = pl.concat(lost).unique()
    if len(nameless):
        for frame in table.scan(columns=["key", "issue_id"]):
            mine = frame.filter(pl.col("key").is_in(nameless.implode()))
            earlier = mine["issue_id"].drop_nulls().alias("key")
            found = pl.concat([found, earlier]).unique()
    return found


def _waiting_partners(house: House, due: Due) -> set[str]:
    """Partners with a feed whose cases may have a twin at a touched partner."""
    return {
        partner.id
        for partner in house.city.partners.values()
        for feed in partner.feeds
        if feed.same_as and feed.same_as.partner in due.twins
    }
