"""The house as it was: tables, reference data and parameters of a release.

What lives here: a view of the hub in which every reader meets the past, so that a
month is computed again by the same code that computed it first: tables at pinned
versions, units, members, divisions and calendar out of the release instead of today's
files, parameters as they were written down, the clock at the instant of knowledge.
What does not: computing anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, get_type_hints

import polars as pl
from pydantic import TypeAdapter

from hub.flow import tables
from hub.flow.house import House
from hub.flow.published import PUBLISHED, published
from hub.partners.city import City
from hub.partners.reference import FILES
from hub.schemas import dataset
from hub.storage.ledger import Ledger
from hub.storage.pinned import PinnedLake
from hub.storage.releases import Release, Releases

# Parameters of a city that figures depend on; the rest is how rows come in, which
# the release holds as rows, or where files lie.
TERMS = (
    "timezone",
    "calendar",
    "month_start",
    "formats",
    "population",
    "roster",
    "action",
    "institution",
    "limits",
    "successors",
)
ADDED = ("successors",)  # since the first months were frozen
CALENDAR = "work_calendar"


@dataclass(frozen=True, eq=False, kw_only=True)
class PastCity(City):
    """A city whose work calendar is the one that was published."""

    days: pl.DataFrame = field(repr=False)

    def work_calendar(self, this_year: int) -> pl.DataFrame:
        """Dataset work_calendar as it was, whatever the year."""
        del this_year
        return self.days


class PastLedger(Ledger):
    """A ledger that knows of no delivery after an instant."""

    def newest_landing(self, until: datetime | None = None) -> datetime | None:
        """When the newest delivery landed that was known then."""
        known = self._clock()
        return super().newest_landing(known if until is None else min(known, until))


def terms_of(city: City) -> dict[str, Any]:
    """The city's parameters as JSON values."""
    hints = get_type_hints(City)
    return {
        name: TypeAdapter(hints[name]).dump_python(_plain(city, name), mode="json")
        for name in TERMS
    }


def _plain(city: City, name: str) -> Any:
    value = getattr(city, name)
    return dict(value) if isinstance(value, Mapping) else value


def known_by(house: House, release: Release) -> datetime:
    """Up to when a release knows: the newest landing before it was published.

    The newest release, where core still holds just that, also knows of every delivery
    since: they have changed nothing.
    """
    newest = Releases(house.control.engine).newest()
    is_newest = newest is not None and newest.number == release.number
    until = (
        None if is_newest and _is_untouched(house, release) else release.published_at
    )
    return house.ledger.newest_landing(until) or release.published_at


def _is_untouched(house: House, release: Release) -> bool:
    pinned = {one.dataset: one.version for one in release.datasets}
    return all(
        tables.core_table(house.lake, dataset(name)).version() == pinned.get(name, -1)
        for name in PUBLISHED
    )


def house_at(
    house: House,
    release: Release,
    *,
    as_of: datetime | None = None,
    terms: Mapping[str, Any] | None = None,
) -> House:
    """The house of a release, for reading.

    Args:
        house: the hub.
        release: what was published.
        as_of: instant of knowledge; that of the release where it is not given.
        terms: parameters as `terms_of` wrote them down; today's without.
    """
    instant = as_of or known_by(house, release)
    settings = house.settings.model_copy(update={"now": instant})
    versions = {one.table_name: one.version for one in release.datasets}
    there = replace(
        house,
        settings=settings,
        lake=PinnedLake(settings.lake_root, versions),
        ledger=PastLedger(house.control.engine, clock=settings.clock),
    )
    return replace(there, city=_past_city(there, terms or {}))


def _past_city(there: House, terms: Mapping[str, Any]) -> City:
    city = there.city
    hints = get_type_hints(City)
    told = {
        name: TypeAdapter(hints[name]).validate_python(value, strict=False)
        for name, value in terms.items()
        if name in TERMS
    }
    own = {one.name: getattr(city, one.name) for one in fields(City)}
    if terms:
        # What a month was frozen without knowing of, it was computed without.
        own |= {one.name: one.default for one in fields(City) if one.name in ADDED}
    references = {name: _as_it_was(there, name) for name in FILES}
    days = _as_it_was(there, CALENDAR)
    return PastCity(**(own | told | {"references": references}), days=days)


def _as_it_was(there: House, name: str) -> pl.DataFrame:
    """Reference data of the release, in the columns that the city gives it in."""
    now = (
        there.city.work_calendar(there.now().year)
        if name == CALENDAR
        else there.city.reference(name)
    )
    ds = dataset(name)
    key = [column for column in ds.key if column in now.columns]
    return published(there, ds, columns=list(now.columns)).sort(
        *key, *(name for name in ("valid_from_on",) if name in now.columns)
    )
