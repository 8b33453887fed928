"""What a run has ended in, read from the lake for the comparison.

What lives here: published rows by partner, and keys and rows kept out for good. What
does not: judging them (`compare`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from hub.demo.told.compare import NAMED, Read, Refused
from hub.flow import tables
from hub.flow.house import House
from hub.schemas import DATASETS, dataset


def reader_of(house: House) -> Read:
    """Reads the published rows of one partner."""

    def read(name: str, partner: str, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        table = tables.core_table(house.lake, dataset(name))
        asked = list(dict.fromkeys([*columns, "deleted_at"]))
        files = table.files(partitions=[{"partner": partner}])
        for frame in table.scan(files, columns=asked):
            yield frame.filter(pl.col("deleted_at").is_null()).select(columns)

    return read


def read_refused(house: House, partners: Iterable[str]) -> Refused:
    """Keys and keyless rows that are out, of some partners."""

    def never_entered(name: str, some: pl.DataFrame) -> pl.DataFrame:
        """Those of some keys that core does not have."""
        ds = dataset(name)
        assert ds.id_column is not None
        for frame in tables.core_table(house.lake, ds).scan(columns=[ds.id_column]):
            ids = frame.select(key=ds.id_column)
            some = some.join(ids, on="key", how="anti", maintain_order="left")
        return some

    keys = [pl.DataFrame(schema=dict.fromkeys(NAMED, pl.String))]
    keyless = [
        pl.DataFrame(
            schema=dict.fromkeys(["partner", "feed", "rule", "text"], pl.String)
        )
    ]
    for partner in partners:
        named = ["dataset", "key", "rule"]
        found = tables.finding_table(house.lake, partner)
        is_out = (pl.col("severity") == "reject") & pl.col("key").is_not_null()
        rejected = pl.concat(
            [
                pl.DataFrame(schema=dict.fromkeys(named, pl.String)),
                *(
                    some.filter(is_out).select(named).unique()
                    for some in found.scan(columns=[*named, "severity"])
                ),
            ]
        ).unique()
        rejected = rejected.select(
            pl.lit(partner).alias("partner"), "dataset", "rule", "key"
        )
        for (name,), some in rejected.partition_by("dataset", as_dict=True).items():
            if name in DATASETS:
                keys.append(never_entered(str(name), some))
        for feed in house.city.partners[partner].feeds:
            table = tables.quarantine_table(house.lake, partner, feed.name)
            keyless += [
                _nameless(some, partner, feed.name)
                for some in table.scan(columns=["keys", "findings", "text"])
            ]
    return Refused(keys=pl.concat(keys), keyless=pl.concat(keyless).unique())


def read_turned_away(house: House, partner: str) -> dict[str, int]:
    """Feed → deliveries, by name, that were refused or could not be fetched."""
    names: dict[str, set[str]] = {}
    for batch in house.ledger.batches(partner):
        if batch.state in ("refused", "failed"):
            names.setdefault(batch.feed, set()).add(batch.name)
    return {feed: len(found) for feed, found in names.items()}


def _nameless(rows: pl.DataFrame, partner: str, feed: str) -> pl.DataFrame:
    """Quarantined rows of which no fact has a key, once per text and rule."""
    return (
        rows.filter(pl.col("keys").list.len() == 0)
        .explode("findings")
        .unnest("findings")
        .filter(pl.col("severity") == "reject")
        .select(
            pl.lit(partner).alias("partner"), pl.lit(feed).alias("feed"), "rule", "text"
        )
        .unique()
    )
