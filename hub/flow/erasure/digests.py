"""Row digests before and after an erasure, so that every table tells the same.

What lives here: the digests that the staged observations of some keys had and get.
They are kept beside the plans until the erasure is done: a run that was killed
between staged and core must still know them. What does not: applying them (`facts`).

Of several observations of a key at one instant the greatest digest wins. The new
digests are therefore dealt out in the order of the old ones: what won still wins.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.partners.spec import Partner
from hub.pipeline.algebra import is_tombstone
from hub.pipeline.erase import erase_facts
from hub.schemas import Dataset, dataset
from hub.storage.plans import PlanStore

DIGESTS: dict[str, pl.DataType] = {
    "key": pl.String(),
    "version_at": pl.Datetime("us", "UTC"),
    "old": pl.String(),
    "new": pl.String(),
}


def plan_store(house: House) -> PlanStore:
    """Where digests lie while an erasure runs."""
    return PlanStore(house.settings.home / "erasing")


def kept_digests(
    house: House, partner: Partner, erased: pl.DataFrame, name: str
) -> Mapping[str, pl.DataFrame]:
    """Digests by dataset; worked out once per erasure and partner, and kept.

    Args:
        house: the hub.
        partner: whose observations.
        erased: dataset, key, column.
        name: under which they are kept.
    """
    store = plan_store(house)
    kept = store.load(name)
    if kept is not None:
        return kept
    made = {
        str(one): _digests(house, partner, dataset(str(one)), own)
        for (one,), own in erased.partition_by("dataset", as_dict=True).items()
    }
    store.save(name, made)
    return made


def is_marked(house: House, name: str) -> bool:
    """Whether a step that must happen once has happened."""
    return plan_store(house).load(name) is not None


def mark(house: House, name: str) -> None:
    """Note durably that a step has happened."""
    plan_store(house).save(name, {"done": pl.DataFrame({"done": [True]})})


def filled_first_days(partner: Partner, name: str) -> pl.Expr:
    """True on staged rows whose first day was not delivered (trap T49)."""
    giving = [
        feed.name
        for feed in partner.feeds
        for emit in feed.emits
        if emit.dataset == name and "start_on" in emit.columns
    ]
    return ~pl.col("feed").is_in(giving)


def _digests(
    house: House, partner: Partner, ds: Dataset, erased: pl.DataFrame
) -> pl.DataFrame:
    table = tables.staged_table(house.lake, partner.id, ds)
    keys = erased["key"].unique()
    filled = filled_first_days(partner, ds.name)
    found = [pl.DataFrame(schema=DIGESTS)]
    for frame in table.scan():
        here = frame.filter(pl.col("key").is_in(keys.implode()) & ~is_tombstone())
        if len(here):
            left = erase_facts(here, ds, erased, filled=filled)
            told = here.select("key", "version_at", old="row_digest").with_columns(
                new=left["row_digest"]
            )
            found.append(told)
    return in_old_order(pl.concat(found).unique(["key", "version_at", "old"]))


def in_old_order(told: pl.DataFrame) -> pl.DataFrame:
    """New digests of one key and instant, dealt out in the order of the old ones."""
    return told.sort("key", "version_at", "old").with_columns(
        pl.col("new").sort().over("key", "version_at", mapping_strategy="group_to_rows")
    )
