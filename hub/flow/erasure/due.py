"""What the rules of retention would erase now, key by key.

What lives here: reading core for rows whose time is over, and staged and core for
those of them that still hold a value. What does not: erasing. A row that is only in
quarantine has no time that could be over; `hub retention erase` takes it by its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.partners.duties import Retention
from hub.schemas import Dataset, dataset
from hub.storage.erasures import Erasures
from hub.storage.lake import LakeTable

TOMBSTONE = ("dataset", "key", "column", "partner")


class Due(NamedTuple):
    """What one rule comes to.

    Attributes:
        rule: the rule.
        tombstones: dataset, key, column, partner of every value that is to go.
    """

    rule: Retention
    tombstones: pl.DataFrame

    @property
    def rows(self) -> int:
        """Rows that lose a value."""
        return self.tombstones["key"].n_unique()

    def counts(self) -> dict[str, int]:
        """Values to go, by column."""
        counted = self.tombstones.group_by("column").len().sort("column")
        return dict(counted.rows())


def find_due(house: House, rule: Retention) -> Due:
    """The values that a rule erases now and that are still somewhere."""
    ds = dataset(rule.dataset)
    assert ds.id_column is not None, ds.name
    before = _limit(house, rule)
    over = pl.concat(
        [
            pl.DataFrame(schema={"key": pl.String, "partner": pl.String}),
            *_over(house, ds, rule, before),
        ]
    ).unique()
    found = [pl.DataFrame(schema=dict.fromkeys(TOMBSTONE, pl.String))]
    for (partner,), own in over.partition_by("partner", as_dict=True).items():
        held = _held(house, ds, str(partner), own["key"], rule.columns)
        found.append(
            held.select(
                "key", "column", dataset=pl.lit(ds.name), partner=pl.lit(str(partner))
            ).select(TOMBSTONE)
        )
    told = pl.concat(found)
    known = Erasures(house.control.engine).lookup(ds.name, told["key"])
    return Due(rule, told.join(known, on=["key", "column"], how="anti"))


def _limit(house: House, rule: Retention) -> datetime:
    """What lies before this instant is over."""
    zone = house.city.timezone
    now = pl.Series([house.now()], dtype=pl.Datetime("us", "UTC"))
    local = now.dt.convert_time_zone(zone)
    moved = local.dt.offset_by(f"-{rule.months}mo").dt.offset_by(f"-{rule.days}d")
    limit = moved.dt.convert_time_zone("UTC").item()
    assert isinstance(limit, datetime)
    return limit


def _over(
    house: House, ds: Dataset, rule: Retention, before: datetime
) -> Iterator[pl.DataFrame]:
    """Keys of core whose time is over: key, partner."""
    table = tables.core_table(house.lake, ds)
    zone = ZoneInfo(house.city.timezone)
    days = [one.name for one in ds.columns if one.type == "date"]
    times = [
        pl.col(name).cast(pl.Datetime("us")).dt.replace_time_zone(str(zone))
        .dt.convert_time_zone("UTC")
        if name in days
        else pl.col(name)
        for name in rule.since
    ]  # fmt: skip
    for frame in table.scan(columns=[str(ds.id_column), "partner", *rule.since]):
        yield (
            frame.filter(pl.coalesce(times) < before)
            .select("partner", key=str(ds.id_column))
            .select("key", "partner")
        )


def _held(
    house: House, ds: Dataset, partner: str, keys: pl.Series, columns: tuple[str, ...]
) -> pl.DataFrame:
    """Which of these keys hold a value in which of the columns: key, column."""
    staged = tables.staged_table(house.lake, partner, ds)
    core = tables.core_table(house.lake, ds)
    found = [pl.DataFrame(schema={"key": pl.String, "column": pl.String})]
    mine = core.files(partitions=[{"partner": partner}])
    looked: list[tuple[LakeTable, str, object]] = [
        (staged, "key", staged.files()),
        (core, str(ds.id_column), mine),
    ]
    for table, key, files in looked:
        for frame in table.scan(files, [key, *columns]):  # type: ignore[arg-type]
            here = frame.filter(pl.col(key).is_in(keys.implode()))
            found += [
                here.filter(pl.col(name).is_not_null()).select(
                    key=key, column=pl.lit(name)
                )
                for name in columns
            ]
    return pl.concat(found).unique(maintain_order=True)
