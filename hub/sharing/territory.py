"""The codes that a row rule reaches: divisions, streets, units and areas of a city.

What lives here: going down from a district to its streets and communities, and from
an assessment unit to its members on a day. What does not: which column of a dataset
holds which of these codes (`placing`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from hub.storage.grants import RowRule

if TYPE_CHECKING:
    from hub.partners.city import City


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Codes that a rule reaches, sorted; `districts` only where it names districts.

    Attributes:
        divisions: every division at or below the places meant.
    """

    districts: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    divisions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Territory:
    """Divisions and assessment units of a city.

    Attributes:
        divisions: rows of division; a code keeps its streets over all its versions,
            so that a case of last year is still found.
        units, members: rows of assessment_unit and assessment_unit_member; those of
            the day of the ask count.
        zone: IANA zone of days.
    """

    divisions: pl.DataFrame
    units: pl.DataFrame
    members: pl.DataFrame
    zone: str

    @classmethod
    def of(cls, city: City) -> Territory:
        """The territory of a city, from its own reference data."""
        return cls(
            city.reference("division"),
            city.reference("assessment_unit"),
            city.reference("assessment_unit_member"),
            city.timezone,
        )

    def reach(self, rule: RowRule, own: tuple[str, ...], at: datetime) -> Reach:
        """Codes that a rule other than `all` reaches.

        Args:
            own: the consumer's own units, which `own` means.
            at: instant of the ask.
        """
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return _reach(self, rule, own if rule.kind == "own" else (), day)

    def known(self, level: str) -> frozenset[str]:
        """Codes of a division level, DISTRICT or STREET."""
        return frozenset(
            self.divisions.filter(pl.col("level_code") == level)["division_code"]
        )


# Every ask of a consumer means the same places all day.
@lru_cache(maxsize=256)
def _reach(
    territory: Territory, rule: RowRule, own: tuple[str, ...], day: date
) -> Reach:
    if rule.kind == "districts":
        below = _below(territory.divisions, "division_code", "parent_code", rule.codes)
        streets = below & territory.known("STREET")
        return _sorted(districts=rule.codes, streets=streets, divisions=below)
    if rule.kind == "streets":
        below = _below(territory.divisions, "division_code", "parent_code", rule.codes)
        return _sorted(streets=rule.codes, divisions=below)
    units = _below(_on(territory.units, day), "unit_code", "parent_unit_code", own)
    members = _on(territory.members, day).filter(pl.col("unit_code").is_in(units))
    of_kind = {
        kind: members.filter(pl.col("member_kind_code") == kind)["member_id"]
        for kind in ("DIVISION", "AREA")
    }
    below = _below(
        territory.divisions, "division_code", "parent_code", of_kind["DIVISION"]
    )
    streets = below & territory.known("STREET")
    return _sorted(streets=streets, divisions=below, units=units, areas=of_kind["AREA"])


def _sorted(**codes: Collection[str] | pl.Series) -> Reach:
    return Reach(**{name: tuple(sorted(set(found))) for name, found in codes.items()})


def _below(
    frame: pl.DataFrame, code: str, parent: str, codes: Collection[str] | pl.Series
) -> frozenset[str]:
    """Codes and all that stands under them."""
    found = frozenset(codes)
    while True:
        under = frame.filter(pl.col(parent).is_in(found))[code]
        more = found | frozenset(under)
        if more == found:
            return found
        found = more


def _on(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    begun = pl.col("valid_from_on") <= day
    return frame.filter(begun & (pl.col("valid_to_on") > day).fill_null(value=True))
