"""What two releases do not share: rows added, changed and gone.

What lives here: the count by dataset and, for datasets that have a place, by
assessment unit. Rows are told apart by their keys and their content; of each only
key, digest and place are in memory. What does not: what a unit is (`hub.metrics`).
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from hub.errors import MisuseError
from hub.flow.house import House
from hub.flow.published import METRICS, OUTSIDE, published, published_rows
from hub.metrics.levels import LEVELS, Places, existing_codes, place_rows
from hub.metrics.units import last_days
from hub.pipeline.digest import row_digest
from hub.schemas import Dataset, dataset
from hub.storage.releases import Pinned, Release

PLACE = ("area_id", "street_code", "district_code")
UNITS = {one.name: str(one.column) for one in LEVELS if one.unit_level is not None}
KINDS = ("added", "changed", "gone")


@dataclass(frozen=True)
class Difference:
    """Rows of one dataset that two releases do not share."""

    added: int
    changed: int
    gone: int


@dataclass(frozen=True)
class UnitDifference(Difference):
    """The same of one assessment unit; None: the rows that lie in no unit."""

    unit_code: str | None


def differences(house: House, old: Release, new: Release) -> dict[str, Difference]:
    """Rows added, changed and gone between two releases, by dataset."""
    return {
        name: _counted(_moved(house, before, after))
        for name, before, after in _pairs(old, new)
    }


def unit_differences(
    house: House, old: Release, new: Release, level: str = "unit"
) -> dict[str, list[UnitDifference]]:
    """The same by assessment unit, for the datasets whose rows have a place.

    A row counts where it lies in the release that has it: one that is gone where it
    lay in the old one, any other where it lies in the new one, each by the units of
    that release on the last day of the month in which the new one was published. So
    the units add up to the dataset. An area goes before its street, the street
    before the district (metrics §8).

    Args:
        house: the hub.
        old, new: the releases.
        level: `unit` or `street_unit`.

    Raises:
        MisuseError: no such level.
    """
    if level not in UNITS:
        raise MisuseError(
            "count what differs by unit",
            seen=f"{level!r} is no level of assessment units",
            next_step=f"Use one of {', '.join(UNITS)}.",
        )
    zone = ZoneInfo(house.city.timezone)
    days = last_days([new.published_at.astimezone(zone).strftime("%Y-%m")])
    sides = [(_places(house, one), _areas(house, one)) for one in (old, new)]
    found = {}
    for name, before, after in _pairs(old, new):
        if not set(PLACE) & set(dataset(name).polars_schema()):
            continue
        moved = _moved(house, before, after)
        units = [
            _units(
                moved.filter((pl.col("kind") == "gone") == is_old), *side, days, level
            )
            for is_old, side in zip((True, False), sides, strict=True)
        ]
        counts = (
            pl.concat(units)
            .group_by("unit_code")
            .agg((pl.col("kind") == kind).sum().alias(kind) for kind in KINDS)
            .sort("unit_code", nulls_last=True)
        )
        columns = counts.select(*KINDS, "unit_code").get_columns()
        found[name] = [UnitDifference(*values) for values in zip(*columns, strict=True)]
    return found


def _pairs(old: Release, new: Release) -> list[tuple[str, Pinned, Pinned]]:
    before = {one.dataset: one for one in old.datasets}
    return [
        (one.dataset, before[one.dataset], one)
        for one in new.datasets
        if one.dataset in before and one.dataset not in METRICS
    ]


def _moved(house: House, old: Pinned, new: Pinned) -> pl.DataFrame:
    """Rows that differ: kind, and the place where each of them counts."""
    ds = dataset(new.dataset)
    if old.digest == new.digest:
        return _keyed(house, ds, -1).select(pl.lit("").alias("kind"), *PLACE)
    one, other = (_keyed(house, ds, pinned.version) for pinned in (old, new))
    gone = one.join(other, on="key", how="anti").with_columns(kind=pl.lit("gone"))
    added = other.join(one, on="key", how="anti").with_columns(kind=pl.lit("added"))
    both = other.join(one.select("key", old="digest"), on="key")
    changed = both.filter(pl.col("digest") != pl.col("old")).with_columns(
        kind=pl.lit("changed")
    )
    return pl.concat(frame.select("kind", *PLACE) for frame in (added, changed, gone))


def _counted(moved: pl.DataFrame) -> Difference:
    counts = [int((moved["kind"] == kind).sum()) for kind in KINDS]
    return Difference(*counts)


def _keyed(house: House, ds: Dataset, version: int) -> pl.DataFrame:
    """Key, digest and place of the rows of a dataset; version -1: there are none."""
    schema = ds.polars_schema()
    content = [column for column in schema if column not in OUTSIDE]
    key = pl.concat_str(
        [pl.col(column).cast(pl.String) for column in ds.key], separator="|"
    )
    place = [
        pl.col(name) if name in schema else pl.lit(None, dtype=pl.String).alias(name)
        for name in PLACE
    ]
    empty = pl.DataFrame(schema=dict.fromkeys(("key", "digest", *PLACE), pl.String))
    if version < 0:
        return empty
    frames = (
        frame.select(
            key.alias("key"), row_digest(schema, content).alias("digest"), *place
        )
        for frame in published_rows(house, ds, version=version)
    )
    return pl.concat([empty, *frames])


def _places(house: House, release: Release) -> Places:
    units, members, divisions = (
        _roster(house, release, name)
        for name in ("assessment_unit", "assessment_unit_member", "division")
    )
    return Places(units, members, divisions, house.city.successor_table)


def _areas(house: House, release: Release) -> pl.DataFrame:
    """Each area with its street; of several versions the latest speaks."""
    return (
        _roster(house, release, "area")
        .sort("valid_from_on")
        .unique("area_id", keep="last")
        .select("area_id", street_of_area="street_code")
    )


def _roster(house: House, release: Release, name: str) -> pl.DataFrame:
    ds = dataset(name)
    versions = {one.dataset: one.version for one in release.datasets}
    if versions.get(name, -1) < 0:
        return pl.DataFrame(schema=ds.polars_schema())
    return published(house, ds, version=versions[name])


def _units(
    rows: pl.DataFrame,
    places: Places,
    areas: pl.DataFrame,
    days: pl.DataFrame,
    level: str,
) -> pl.DataFrame:
    """Rows with the unit that they lie in: kind, unit_code."""
    streets = places.parents("STREET", "street_code", "district_of_street")
    whole = (
        rows.join(areas, on="area_id", how="left")
        .with_columns(pl.coalesce("street_code", "street_of_area").alias("street_code"))
        .join(streets, on="street_code", how="left")
        .with_columns(
            pl.coalesce("district_code", "district_of_street").alias("district_code")
        )
        .join(days.select("period"), how="cross")
        .select("period", "kind", *PLACE)
    )
    placed = place_rows(whole, places, existing_codes(places, days), days)
    return placed.select("kind", pl.col(UNITS[level]).alias("unit_code"))
