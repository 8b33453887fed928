"""The units that are assessed: the city's own list and what partners deliver (R67).

What lives here: the city of an open hub, whose unit lists are those of its folder and
the delivered ones of core together, always as core holds them now. What does not:
keeping out what contradicts a list (`unit_conflicts`), writing core (`reference_data`
for the hub's rows, `merge` for a partner's).

Two lists never speak of one unit on one day, so together they need no precedence.
Street units that the hub makes itself give way: from the day on which a list names a
street unit for a street, none is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import NamedTuple

import polars as pl

from hub.flow import tables
from hub.partners.city import City
from hub.partners.reference import OWNER, UNIT_LISTS, street_units_of
from hub.pipeline.digest import content_digest, row_digests, sha256
from hub.schemas import dataset
from hub.storage.lake import Lake

Lists = Mapping[str, pl.DataFrame]
SPAN = ("valid_from_on", "valid_to_on")


class Read(NamedTuple):
    """The lists as of one version of each table."""

    versions: tuple[int, ...]
    lists: Lists
    digest: str


@dataclass(frozen=True, eq=False, kw_only=True)
class PresentCity(City):
    """A city with the unit lists that were delivered so far.

    Attributes:
        shipped: the city as its folder says it.
        lake: holds what was delivered.
    """

    shipped: City = field(repr=False)
    lake: Lake = field(repr=False)
    _read: list[Read] = field(default_factory=list, repr=False)

    def reference(self, dataset: str) -> pl.DataFrame:
        """As the city's; unit lists with what partners have delivered."""
        if dataset in UNIT_LISTS:
            return self._present().lists[dataset]
        return self.shipped.reference(dataset)

    def digest(self) -> str:
        """SHA-256 over the folder and what was delivered of unit lists."""
        return self._present().digest

    def _present(self) -> Read:
        opened = [tables.core_table(self.lake, dataset(name)) for name in UNIT_LISTS]
        versions = tuple(table.version() for table in opened)
        if not self._read or self._read[-1].versions != versions:
            told = {name: delivered(self, self.lake, name) for name in UNIT_LISTS}
            made = Read(
                versions, together(self.shipped, told), _digest(self.shipped, told)
            )
            self._read[:] = [made]
        return self._read[-1]


def present_city(city: City, lake: Lake) -> City:
    """The city of an open hub.

    Args:
        city: as its folder says it.
        lake: the hub's.
    """
    own = {one.name: getattr(city, one.name) for one in fields(City)}
    return PresentCity(**own, shipped=city, lake=lake)


def delivered(city: City, lake: Lake, name: str) -> pl.DataFrame:
    """What partners say of a unit list: its columns, `partner` and `source_id`."""
    columns = city.references[name].columns
    found = tables.core_table(lake, dataset(name)).read(
        columns=[*columns, "deleted_at"]
    )
    living = (pl.col("partner") != OWNER) & pl.col("deleted_at").is_null()
    return found.filter(living).select(columns).sort("partner", "source_id")


def together(city: City, told: Lists) -> Lists:
    """Both lists, and a street unit for each street that has none of its own.

    Args:
        city: as its folder says it.
        told: the delivered lists.
    """
    if not any(len(frame) for frame in told.values()):
        return {name: city.references[name] for name in UNIT_LISTS}
    own = {name: city.listed.get(name, city.references[name]) for name in UNIT_LISTS}
    listed = {name: pl.concat([own[name], told[name]]) for name in UNIT_LISTS}
    if not city.street_units:
        return listed
    named = _street_spans(listed["assessment_unit"], told)
    made = {name: city.references[name][len(own[name]) :] for name in UNIT_LISTS}
    more = street_units_of(
        {**told, "assessment_unit": listed["assessment_unit"]}
        | {"division": city.references["division"]}
    )
    return {
        name: pl.concat([listed[name], _until(made[name], named), more[name]])
        for name in UNIT_LISTS
    }


def _street(code: str = "unit_code") -> pl.Expr:
    return pl.col(code).str.strip_prefix("AU-").alias("street")


def _street_spans(units: pl.DataFrame, told: Lists) -> pl.DataFrame:
    """Days on which a delivered list names a street unit: street, first, until."""
    is_street = pl.col("level_code") == "STREET_UNIT"
    codes = units.filter(is_street)["unit_code"]
    members = told["assessment_unit_member"].filter(
        pl.col("member_kind_code") == "DIVISION",
        pl.col("unit_code").is_in(codes.implode()),
    )
    first, until = (pl.col(name) for name in SPAN)
    days = {"first": first, "until": until}
    return pl.concat(
        [
            told["assessment_unit"].filter(is_street).select(_street(), **days),
            members.select(_street("member_id"), **days),
        ]
    )


def _until(made: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """The made rows up to the day on which a list names the street's own unit."""
    begins = pl.col("valid_from_on")
    holds = (pl.col("first") <= begins) & (
        pl.col("until").is_null() | (pl.col("until") > begins)
    )
    numbered = made.with_row_index("nth")
    ends = (
        numbered.select("nth", "valid_from_on", _street())
        .join(named, on="street")
        .group_by("nth")
        .agg(
            taken=holds.any(),
            next=pl.col("first").filter(pl.col("first") > begins).min(),
        )
    )
    return (
        numbered.join(ends, on="nth", how="left", maintain_order="left")
        .filter(~pl.col("taken").fill_null(value=False))
        .with_columns(valid_to_on=pl.min_horizontal("valid_to_on", "next"))
        .select(made.columns)
    )


def _digest(city: City, told: Lists) -> str:
    """Waiting rows are tried again when it changes."""
    own = city.digest()
    if not any(len(frame) for frame in told.values()):
        return own
    said = [
        content_digest(row_digests(frame, frame.schema, frame.columns))
        for frame in (told[name] for name in UNIT_LISTS)
    ]
    return str(pl.select(sha256(pl.lit(":".join([own, *said])))).item())
