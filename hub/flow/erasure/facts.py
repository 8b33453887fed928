"""Erasing from staged and core, at every version, and from the key index.

What lives here: what becomes of the rows of a file, and telling the control
database. Versions that releases and frozen months pin stay readable: their files are
written again without the values. What does not: files and logs
(`hub.storage.rewriting`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from hub.flow import tables
from hub.flow.erasure.digests import filled_first_days, is_marked, mark
from hub.flow.house import House
from hub.partners.spec import Partner
from hub.pipeline.algebra import is_tombstone, winners
from hub.pipeline.digest import TOMBSTONE, digested_columns, row_digest
from hub.pipeline.erase import emptied_rows, erase_columns, erase_facts, whole_keys
from hub.schemas import Dataset
from hub.storage.erasures import Erasures, Replaced
from hub.storage.holders import this_process
from hub.storage.lake import LakeTable
from hub.storage.rewriting import Changed


@dataclass(frozen=True)
class Own:
    """What is erased of one dataset of one partner.

    Attributes:
        dataset: the dataset.
        erased: key, column (`*` for the whole row).
        digests: row digests before and after (`digests.DIGESTS`).
    """

    dataset: Dataset
    erased: pl.DataFrame
    digests: pl.DataFrame


LEASE = timedelta(minutes=30)
PATIENCE = timedelta(minutes=10)


def erase_staged(house: House, partner: Partner, own: Own, step: str) -> int:
    """Take erased values out of `staged/<partner>/<dataset>`; how many rows.

    Digests are dealt out anew, which must happen once: `step` is the name under which
    it is noted.
    """
    if is_marked(house, step):
        return 0
    table = tables.staged_table(house.lake, partner.id, own.dataset)
    filled = filled_first_days(partner, own.dataset.name)
    keys = own.erased["key"].unique()
    count = 0

    def change(frame: pl.DataFrame) -> Changed | None:
        nonlocal count
        made = erase_facts(frame, own.dataset, own.erased, filled=filled)
        told = frame.select("key", "version_at", old="row_digest").join(
            own.digests,
            on=["key", "version_at", "old"],
            how="left",
            maintain_order="left",
        )["new"]
        digest = pl.when(is_tombstone()).then("row_digest").otherwise(pl.lit(told))
        made = made.with_columns(row_digest=pl.coalesce(digest, "row_digest"))
        if made.equals(frame):
            return None
        count += len(frame.filter(pl.col("key").is_in(keys.implode())))
        return made, 0

    _once(house, table, step, lambda: table.rewrite("key", keys, change))
    return count


def erase_core(house: House, partner: Partner, own: Own, number: int, step: str) -> int:
    """Take erased values out of `core/<dataset>` and the key index; how many rows."""
    key, table = str(own.dataset.id_column), tables.core_table(house.lake, own.dataset)
    erasures = Erasures(house.control.engine)
    keys = own.erased["key"].unique()
    count = 0

    def change(frame: pl.DataFrame) -> Changed | None:
        nonlocal count
        made = _core_rows(frame, own)
        if made.equals(frame):
            return None
        count += len(frame.filter(pl.col(key).is_in(keys.implode())))
        living = pl.col("deleted_at").is_null()
        return made, len(frame.filter(living)) - len(made.filter(living))

    def rewrite() -> None:
        table.rewrite(key, keys, change)

    def tell() -> None:
        told = [
            Replaced(one.path, one.successor, one.rows_gone)
            for one in table.rewriting()
        ]
        next_one = table.version() + 1
        erasures.record_files(number, table.name, told, version=next_one)

    with house.leases.hold(
        table.name, this_process(f"erasure {number}"), LEASE, patience=PATIENCE
    ):
        if not is_marked(house, step):
            version = _once(house, table, step, rewrite, tell)
            if version >= 0:
                house.ledger.acknowledge_version(table.name, version)
        _index(house, partner, own)
    return count


def _once(
    house: House,
    table: LakeTable,
    step: str,
    rewrite: Callable[[], object],
    tell: Callable[[], None] = lambda: None,
) -> int:
    """Rewrite a table, unless a killed run has; the version that it has then."""
    if not table.rewriting():
        rewrite()
    tell()
    version = table.settle()
    mark(house, step)
    table.sweep()
    table.forget()
    return version


def _core_rows(frame: pl.DataFrame, own: Own) -> pl.DataFrame:
    """Core rows without erased values; rows erased whole are kept as deleted.

    A deleted row with nothing but its key is left out of whatever is published, and
    the file keeps its rows: every version still adds up.
    """
    ds, erased, key = own.dataset, own.erased, str(own.dataset.id_column)
    emptied = emptied_rows(frame, erased, key=key)
    left = erase_columns(frame, erased, key=key)
    if "delivered" in frame.columns:
        left = _delivered(left, erased, key)
    known = own.digests.select("old", "new", **{key: pl.col("key")})
    told = frame.select(key, old="row_digest").join(
        known.unique([key, "old"]), on=[key, "old"], how="left", maintain_order="left"
    )["new"]
    # A version that a replay has replaced since has no observation any more.
    again = left.select(row_digest(dict(left.schema), digested_columns(ds))).to_series()
    alone = pl.when(pl.lit(emptied)).then(pl.lit(again)).otherwise("row_digest")
    left = left.with_columns(row_digest=pl.coalesce(pl.lit(told), alone))
    return _deleted(left, own)


def _deleted(left: pl.DataFrame, own: Own) -> pl.DataFrame:
    """Rows that are erased whole, with nothing left but key, place and dates."""
    key = str(own.dataset.id_column)
    gone = pl.col(key).is_in(whole_keys(own.erased).implode())
    content = [c.name for c in own.dataset.columns if c.name != key]
    content += [c for c in ("evidence", "delivered") if c in left.columns]
    return left.with_columns(
        *(
            pl.when(~gone).then(pl.col(name)).otherwise(pl.lit(None, kind)).alias(name)
            for name, kind in ((name, left.schema[name]) for name in content)
        ),
        row_digest=pl.when(gone).then(pl.lit(TOMBSTONE)).otherwise("row_digest"),
        deleted_at=pl.when(gone)
        .then(pl.coalesce("deleted_at", "version_at"))
        .otherwise("deleted_at"),
    )


def _delivered(left: pl.DataFrame, erased: pl.DataFrame, key: str) -> pl.DataFrame:
    """What `link` keeps of a case as delivered, emptied likewise."""
    inner = left["delivered"].struct.unnest().with_columns(left[key].alias("__key"))
    inner = erase_columns(inner, erased, key="__key").drop("__key")
    return left.with_columns(inner.to_struct("delivered"))


def _index(house: House, partner: Partner, own: Own) -> None:
    """Set the key index to what staged says now of the keys that it knows."""
    keys = own.erased["key"].unique()
    known = house.keys.lookup(own.dataset.name, keys)
    if known.is_empty():
        return
    table = tables.staged_table(house.lake, partner.id, own.dataset)
    columns = ["key", "version_at", "row_digest"]
    wanted = pl.col("key").is_in(known["hub_id"].implode())
    told = [frame.filter(wanted) for frame in table.scan(columns=columns)]
    states = winners(pl.concat([table.read([], columns), *told])).select(
        pl.col("row_digest").fill_null(""),
        "deleted_at",
        hub_id="key",
        version_at=pl.coalesce("version_at", "deleted_at"),
    )
    places = known.select("hub_id", "partner", "month")
    with house.ledger.transaction() as conn:
        house.keys.upsert(conn, own.dataset.name, states.join(places, on="hub_id"))
