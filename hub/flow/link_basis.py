"""What links rest on that nobody delivers, and whether it is what it was.

What lives here: one digest of limits, working days, settings and the table of
successors, kept beside the lake's figures once cases were linked by it, so that a
notice that comes (T30), a limit that changes or a community that is merged (T47) gives
every case its deadline and area anew. What does not: the deadlines (`link_deadlines`).

A link run that is cut short keeps nothing; the next one does it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.partners.city import City
from hub.partners.succession import SUCCESSOR

APP = "link"
NONE = ""  # of a city that has neither limits nor successors
SPAN = ("valid_from_on", "valid_to_on")
DAYS = ("calendar_code", "day_on", "is_workday", "shifts", "is_final")


@dataclass(frozen=True)
class Basis:
    """Digest of what links rest on now, and of what they rested on last time."""

    now: str
    before: str

    @property
    def has_changed(self) -> bool:
        """Whether every case must be linked anew."""
        return self.now != self.before


def read_basis(house: House) -> Basis:
    """Compare what there is with what cases were last linked by."""
    kept = tables.deadline_basis_table(house.lake).read()["digest"].to_list()
    return Basis(_digest(house), *(kept or [NONE]))


def keep_basis(house: House, basis: Basis, run: int) -> None:
    """Note that every case is now linked by this basis."""
    if not basis.has_changed:
        return
    table = tables.deadline_basis_table(house.lake)
    add = table.write(pl.DataFrame({"digest": [basis.now]}))
    table.commit(APP, run, add=add, remove=table.files())


def _digest(house: House) -> str:
    city = house.city
    told = [*_limits(house), *_successors(city)]
    return sha256("\n".join(told).encode()).hexdigest() if told else NONE


def _limits(house: House) -> tuple[str, ...]:
    city = house.city
    limits = city.reference("time_limit")
    if not len(limits):
        return ()
    days = city.work_calendar(house.now().year).select(DAYS).sort(DAYS)
    return (
        city.limits.model_dump_json(),
        city.timezone,
        city.calendar,
        str(city.standard_category_system),
        limits.sort(limits.columns).write_csv(),
        days.write_csv(),
    )


def _successors(city: City) -> tuple[str, ...]:
    if city.succession.is_empty:
        return ()
    # Who took over on a day hangs on the days of the divisions as well.
    days = city.reference("division").select("division_code", *SPAN)
    return (
        city.successor_table.sort(SUCCESSOR.keys()).write_csv(),
        days.sort(days.columns).write_csv(),
    )
