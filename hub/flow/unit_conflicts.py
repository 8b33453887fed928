"""Rows of a delivered unit list that contradict a list, and so stay out (R67).

What lives here: units and memberships of a batch beside each other, the city's own
list and what core holds: two versions on one day (F25), a member of no unit (F24), a
member of two units of one level (F21). Figures decide rewards, so the list that is
there stays and what contradicts it waits, until a list has changed. What does not:
rules of single rows and members that nobody knows (`chunks`, `lost`), the lists
themselves (`unit_lists`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from hub.flow import tables
from hub.flow.absence import dated
from hub.flow.house import House
from hub.flow.lost import drop_rows
from hub.flow.outcome import FOUND, Split
from hub.flow.returned import brings_back
from hub.partners.reference import OWNER, UNIT_LISTS
from hub.partners.spec import Feed
from hub.pipeline.algebra import ORDER, is_tombstone
from hub.pipeline.digest import hub_id
from hub.schemas import dataset
from hub.storage.batches import Batch

UNIT, MEMBER = UNIT_LISTS
MEMBERSHIP = ("unit_code", "member_kind_code", "member_id")
FIRST, UNTIL = pl.col("valid_from_on"), pl.col("valid_to_on").fill_null(date.max)


class Sides(NamedTuple):
    """One unit list: what a batch says, and what stands beside it.

    Attributes:
        claims: row, key and the dataset's columns, the last word of each key.
        standing: the same without row, of lists that the batch leaves as they are.
        twins: row, key of observations that are one key and version, and differ.
    """

    claims: pl.DataFrame
    standing: pl.DataFrame
    twins: pl.DataFrame


def find_unit_conflicts(house: House, batch: Batch, feed: Feed, done: Split) -> None:
    """Keep out what contradicts a list; the findings say by which rule.

    Args:
        house: the hub.
        batch: the batch that is split.
        feed: its feed.
        done: its split so far; rows that stay out leave its files.
    """
    if not any(done.files.get(name) for name in UNIT_LISTS):
        return
    while True:
        units, members = (_sides(house, batch, feed, n, done) for n in UNIT_LISTS)
        found = _contradictions(house, units, members)
        if not len(found):
            break
        done.findings.append(found)
        drop_rows(house, batch, done, found["row"].unique())
    above = units.claims.filter(_unknown(house, units, "parent_unit_code"))
    warned = _told(above, UNIT, "parent_unit_code", "F24", severity="warn")
    known = done.found.select("row", "column", "rule")
    done.findings.append(warned.join(known, on=known.columns, how="anti"))


def _contradictions(house: House, units: Sides, members: Sides) -> pl.DataFrame:
    """Rows that stay out; memberships of two units only once nothing else is wrong."""
    orphans = members.claims.filter(_unknown(house, units, "unit_code"))
    found = pl.concat(
        [
            _told(units.twins, UNIT, "source_id", "F25"),
            _told(members.twins, MEMBER, "source_id", "F25"),
            _told(_overlaps(units, ["unit_code"]), UNIT, "valid_from_on", "F25"),
            _told(_overlaps(members, MEMBERSHIP), MEMBER, "valid_from_on", "F25"),
            _told(orphans, MEMBER, "unit_code", "F24"),
        ]
    )
    if len(found):
        return found.unique(maintain_order=True)
    levels = (
        pl.concat(side.select("unit_code", "level_code") for side in units[:2])
        .unique("unit_code", keep="last", maintain_order=True)
        .rename({"level_code": "level"})
    )
    levelled = members._replace(
        claims=members.claims.join(levels, on="unit_code"),
        standing=members.standing.join(levels, on="unit_code"),
    )
    twice = _overlaps(levelled, ["level", "member_kind_code", "member_id"], ties=False)
    return _told(twice, MEMBER, "member_id", "F21")


def _overlaps(side: Sides, group: Sequence[str], *, ties: bool = True) -> pl.DataFrame:
    """Claims that hold on a day on which another row of their group does.

    Of two claims the later one stays out, then the one of the greater unit; what
    stands is never the one.

    Args:
        side: the list.
        group: columns that are the same of both.
        ties: of claims that begin on one day none can be preferred.
    """
    spans = {"begins": FIRST, "ends": UNTIL}
    other = side.standing.select(*group, **spans)
    met = (
        side.claims.join(other, on=group)
        .filter((pl.col("ends") > FIRST) & (pl.col("begins") < UNTIL))
        .select("row", "key")
    )
    order = ["valid_from_on", "unit_code", "key"]
    before = UNTIL.cum_max().shift().over(group, order_by=order)
    is_late = (before > FIRST).fill_null(value=False)
    if ties:
        is_late |= pl.struct(*group, "valid_from_on").is_duplicated()
    return pl.concat([met, side.claims.filter(is_late).select("row", "key")]).unique()


def _unknown(house: House, units: Sides, column: str) -> pl.Expr:
    """Whether a column names a unit that is in no list."""
    made = house.city.references[UNIT].select("unit_code")
    known = pl.concat([made, *(side.select("unit_code") for side in units[:2])])
    return ~pl.col(column).is_in(known["unit_code"].unique().implode())


def _told(
    rows: pl.DataFrame, name: str, column: str, rule: str, severity: str = "reject"
) -> pl.DataFrame:
    told = {"dataset": name, "column": column, "rule": rule, "severity": severity}
    return rows.select(
        "row", "key", **{one: pl.lit(value) for one, value in told.items()}
    ).cast(pl.Schema(FOUND))


def _sides(house: House, batch: Batch, feed: Feed, name: str, done: Split) -> Sides:
    """What the batch says of a list beside what it leaves as it is."""
    ds = dataset(name)
    own = [column.name for column in ds.columns]
    table = tables.staged_table(house.lake, batch.partner, ds)
    told = table.read(
        files=done.files.get(name, []), columns=["row", "key", *ORDER, *own]
    )
    contents = pl.col("row_digest").n_unique().over("key", "version_at")
    twins = told.filter(~is_tombstone() & (contents > 1)).select("row", "key")
    last = told.sort(*ORDER, "row").unique("key", keep="last", maintain_order=True)
    core = _core(house, name, own)
    named = last.select("key", said_at="version_at", said="row_digest")
    both = core.join(named, on="key", how="left")
    at, said_at = pl.col("version_at"), pl.col("said_at")
    is_newer = (at > said_at) | (
        (at == said_at) & (pl.col("row_digest") > pl.col("said"))
    )
    kept = both.filter(
        pl.when(said_at.is_null())
        .then(~_goes(house, batch, feed, done, name))
        .otherwise(is_newer)
    )
    stale = kept.filter(said_at.is_not_null())["key"]
    claims = last.filter(~is_tombstone() & ~pl.col("key").is_in(stale.implode()))
    city = house.city.listed.get(name, house.city.references[name])
    standing = [city.select(own), kept.select(own)]
    return Sides(claims, pl.concat(standing), twins)


def _core(house: House, name: str, own: list[str]) -> pl.DataFrame:
    """Delivered rows that live in core, with their keys."""
    wanted = ["partner", "feed", "batch_id", "source_id", "deleted_at", *ORDER, *own]
    found = tables.core_table(house.lake, dataset(name)).read(columns=wanted)
    living = (pl.col("partner") != OWNER) & pl.col("deleted_at").is_null()
    key = hub_id(name, pl.col("partner"), pl.col("source_id"))
    return found.filter(living).with_columns(key=key)


def _goes(house: House, batch: Batch, feed: Feed, done: Split, name: str) -> pl.Expr:
    """Rows of core that the batch does not name, and takes out all the same."""
    mine = (pl.col("partner") == batch.partner) & (pl.col("feed") == batch.feed)
    if batch.kind == "replay":
        every = house.ledger.batches(batch.partner, batch.feed)
        kin = [one.id for one in every if batch.parent in (one.number, one.parent)]
        return mine & pl.col("batch_id").is_in(kin)
    is_whole = batch.kind == "delivery" and not brings_back(house, batch)
    if feed.deletes.kind != "snapshot" or not is_whole:
        return pl.lit(value=False)
    held = done.found.filter(pl.col("dataset") == name)["key"].drop_nulls()
    at = pl.lit(dated(batch), pl.Datetime("us", "UTC"))
    return mine & ~pl.col("key").is_in(held.implode()) & (pl.col("version_at") <= at)
