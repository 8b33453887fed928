"""What has to go: the granted view against what the receiver has.

What lives here: the difference per piece of the keys, cut into parcels that wait in the
control database. What does not: reading the view (`view`), sending (`run`). A row is in
one unsettled parcel at most: while it may have arrived, nothing newer overtakes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from hub.connectors.outward import size_of
from hub.errors import BatchRefused
from hub.flow.house import House
from hub.pipeline.digest import sha256
from hub.sharing.outward.granted import Granted
from hub.sharing.outward.view import GrantedView
from hub.sharing.outward.written import KEY_LENGTH, marked
from hub.storage.control import write
from hub.storage.outward import Parcels
from hub.storage.outward_rows import count_rows, held_rows, pending_changes
from hub.storage.releases import Release

FEW = 10  # withdrawals that no share bounds
CHANGE = ("key", "op", "digest")
# A key that several rows share names none of them.
IS_HELD = (pl.col("held").list.len() > 0) | ~pl.col("key").is_unique()
KEPT = ("parcel", "key", "op", "digest", "told", "payload")


@dataclass
class Planned:
    """Rows by what becomes of them.

    Attributes:
        inserted, updated, withdrawn: in parcels that wait now.
        unchanged: the receiver has them as they are.
        held: no value for a code, a gap in the key, or a key that several rows share.
        own: the newest word about them is the receiver's own.
        blocked: an earlier parcel with them is not settled.
    """

    inserted: int = 0
    updated: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    held: int = 0
    own: int = 0
    blocked: int = 0


def plan_changes(
    house: House,
    granted: Granted,
    release: Release,
    view: GrantedView,
    *,
    any_share: bool = False,
) -> Planned:
    """Put everything that has to go into parcels that wait.

    Args:
        house: the hub.
        granted: what may go.
        release: that the view was read from.
        view: what the receiver may have.
        any_share: withdraw whatever share of the rows it is.

    Raises:
        BatchRefused: more would be withdrawn than the declaration allows; nothing
            waits then.
    """
    engine, parcels = house.control.engine, Parcels(house.control.engine)
    planned, at = Planned(), house.now()
    known = count_rows(engine, granted.id)
    with write(engine) as connection:
        parcels.drop_waiting(connection, granted.id)
    for digits in view.pieces:
        changes, stale = _changes(house, granted, view.piece(digits), digits, planned)
        with write(engine) as connection:
            parcels.supersede(connection, granted.id, stale)
            first = parcels.next_number(connection, granted.id)
            full = marked(granted, _numbered(granted, changes, first), at=at)
            parcels.add(
                connection,
                _parcels(granted, release, full, at),
                full.select(pl.lit(granted.id).alias("delivery"), *KEPT),
            )
    share = granted.delivery.max_withdrawn_share
    if planned.withdrawn > max(FEW, share * known) and not any_share:
        with write(engine) as connection:
            parcels.drop_waiting(connection, granted.id)
        raise BatchRefused(
            f"withdraw rows that {granted.delivery.consumer} has",
            seen=f"{planned.withdrawn} of {known} rows are no longer shown to it, more "
            f"than max_withdrawn_share ({share:g}) allows",
            next_step="Look at filter, grant and release; `hub delivery run` withdraws "
            "them all the same with --any-share.",
            partner=granted.partner.id,
            feed=granted.delivery.name,
        )
    return planned


def _changes(
    house: House, granted: Granted, view: pl.DataFrame, digits: str, planned: Planned
) -> tuple[pl.DataFrame, list[int]]:
    """What has to go of a piece, and parcels whose rows are not what they were."""
    engine = house.control.engine
    had = held_rows(engine, granted.id, digits)
    pending = pending_changes(engine, granted.id, digits)
    sorted_out = view.with_columns(is_held=IS_HELD)
    sound = sorted_out.filter(~pl.col("is_held") & ~pl.col("is_own"))
    known = had.select("key", pl.col("digest").alias("had"))
    moved = sound.join(known, on="key", how="left").filter(
        pl.col("had").is_null() | (pl.col("had") != pl.col("digest"))
    )
    op = pl.when(pl.col("had").is_null()).then(pl.lit("insert"))
    new = moved.select(
        "key", op.otherwise(pl.lit("update")).alias("op"), "digest", "told", "payload"
    )
    gone = had.join(view, on="key", how="anti").select(
        "key",
        pl.lit("withdraw").alias("op"),
        pl.lit("").alias("digest"),
        "told",
        pl.lit(None, dtype=pl.String).alias("payload"),
    )
    wanted = pl.concat([new, gone]) if granted.delivery.withdrawals else new
    sure = pending.filter(pl.col("is_sure"))
    locked = pending.filter(~pl.col("is_sure"))
    blocked = wanted.join(locked, on="key", how="semi")
    stale = sure.join(wanted, on=CHANGE, how="anti")
    due = wanted.join(locked, on="key", how="anti").join(sure, on=CHANGE, how="anti")
    for name in ("insert", "update", "withdraw"):
        count = int((due["op"] == name).sum())
        field = {"insert": "inserted", "update": "updated"}.get(name, "withdrawn")
        setattr(planned, field, getattr(planned, field) + count)
    planned.unchanged += len(sound) - len(moved)
    planned.held += int(sorted_out["is_held"].sum())
    planned.own += int(sorted_out.filter(~pl.col("is_held"))["is_own"].sum())
    planned.blocked += len(blocked)
    return due.sort("key"), stale["parcel"].unique().to_list()


def _numbered(granted: Granted, due: pl.DataFrame, first: int) -> pl.DataFrame:
    """The changes, each with the number of the parcel that it goes in."""
    size = size_of(granted.partner, granted.delivery)
    number = first + pl.int_range(pl.len(), dtype=pl.Int64) // size
    return due.with_columns(parcel=number)


def _parcels(
    granted: Granted, release: Release, rows: pl.DataFrame, at: datetime
) -> pl.DataFrame:
    """One row per parcel, as it is kept."""
    all_keys = pl.col("own_key").sort().str.join("")
    return (
        rows.group_by("parcel", maintain_order=True)
        .agg(
            pl.when(pl.len() == 1)
            .then(all_keys)
            .otherwise(sha256(all_keys).str.slice(0, KEY_LENGTH))
            .alias("idempotency_key"),
            (pl.col("op") == "insert").sum().alias("inserted"),
            (pl.col("op") == "update").sum().alias("updated"),
            (pl.col("op") == "withdraw").sum().alias("withdrawn"),
        )
        .select(
            pl.lit(granted.id).alias("delivery"),
            pl.col("parcel").alias("number"),
            pl.lit("waiting").alias("state"),
            pl.lit(value=True).alias("is_sure"),
            pl.lit(release.id).alias("release"),
            pl.lit(granted.profile).alias("profile"),
            "idempotency_key",
            "inserted",
            "updated",
            "withdrawn",
            pl.lit(0).alias("attempts"),
            pl.lit(at).dt.convert_time_zone("UTC").alias("made_at"),
        )
    )
