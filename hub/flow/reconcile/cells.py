"""Which columns of two rows differ, without keeping what they say.

What lives here: one hash per digested column, and the names of those that differ
between the source's row and the hub's staged one. What does not: the row digest.
"""

from __future__ import annotations

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.partners.spec import Feed, Partner
from hub.pipeline.digest import canonical, digested_columns
from hub.schemas import dataset

MARK = "h:"
# Filled from the day a row was first seen where nobody delivers them (T49).
ASSUMED = ("valid_from_on", "start_on")


def compared_columns(feed: Feed, name: str) -> list[str]:
    """The columns whose content a partner decides."""
    given = {c for emit in feed.emits if emit.dataset == name for c in emit.columns}
    return [
        column
        for column in digested_columns(dataset(name))
        if column not in ASSUMED or column in given
    ]


def hashed(name: str, columns: list[str]) -> list[pl.Expr]:
    """One hash per column, of its canonical text."""
    kinds = tables.staged_columns(dataset(name))
    return [
        canonical(column, kinds[column]).hash().alias(MARK + column)
        for column in columns
    ]


def differing(
    house: House, partner: Partner, name: str, columns: list[str], rows: pl.DataFrame
) -> pl.DataFrame:
    """Names of the columns that differ: key, columns.

    Args:
        rows: key, hub_batch, hub_row and the hashes of the source's row.
    """
    empty = pl.DataFrame(schema={"key": pl.String, "columns": pl.List(pl.String)})
    if not len(rows):
        return empty
    table = tables.staged_table(house.lake, partner.id, dataset(name))
    batches = rows["hub_batch"].drop_nulls().unique().sort()
    files = table.files(partitions=[{"batch_id": one} for one in batches])
    wanted = rows.select("key", batch_id="hub_batch", row="hub_row")
    needed = list(dict.fromkeys(["key", "batch_id", "row", *columns]))
    found = [
        frame.join(wanted, on=["key", "batch_id", "row"], how="semi").select(
            "key", *hashed(name, columns)
        )
        for frame in table.scan(files, columns=needed)
    ]
    if not found:
        return empty
    held = pl.concat(found).unique("key", keep="first", maintain_order=True)
    paired = rows.join(held, on="key", suffix=":hub")
    apart = [
        pl.when(pl.col(MARK + c) != pl.col(f"{MARK}{c}:hub")).then(pl.lit(c))
        for c in columns
    ]
    return paired.select("key", columns=pl.concat_list(apart).list.drop_nulls())
