"""What the hub's own deadlines rest on, and whether it is what it was.

What lives here: one digest of limits, working days and settings, kept beside the lake's
figures once cases were linked by it, so that a notice that comes (T30) or a limit that
changes gives every case its deadline anew. What does not: the deadlines
(`link_deadlines`).

A link run that is cut short keeps nothing; the next one does it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from hub.flow import tables
from hub.flow.house import House

APP = "link"
NONE = ""  # of a city that has no limits
DAYS = ("calendar_code", "day_on", "is_workday", "shifts", "is_final")


@dataclass(frozen=True)
class Basis:
    """Digest of what deadlines rest on now, and of what they rested on last time."""

    now: str
    before: str

    @property
    def has_changed(self) -> bool:
        """Whether cases must be given their deadlines anew."""
        return self.now != self.before


def read_basis(house: House) -> Basis:
    """Compare what there is with what cases were last linked by."""
    kept = tables.deadline_basis_table(house.lake).read()["digest"].to_list()
    return Basis(_digest(house), *(kept or [NONE]))


def keep_basis(house: House, basis: Basis, run: int) -> None:
    """Note that every case now has its deadline by this basis."""
    if not basis.has_changed:
        return
    table = tables.deadline_basis_table(house.lake)
    add = table.write(pl.DataFrame({"digest": [basis.now]}))
    table.commit(APP, run, add=add, remove=table.files())


def _digest(house: House) -> str:
    city = house.city
    limits = city.reference("time_limit")
    if not len(limits):
        return NONE
    days = city.work_calendar(house.now().year).select(DAYS).sort(DAYS)
    told = (
        city.limits.model_dump_json(),
        city.timezone,
        city.calendar,
        str(city.standard_category_system),
        limits.sort(limits.columns).write_csv(),
        days.write_csv(),
    )
    return sha256("\n".join(told).encode()).hexdigest()
