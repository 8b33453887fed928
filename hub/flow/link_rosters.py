"""Findings about the rosters as a whole, made anew when one of them changes.

What lives here: reading the rosters, the day that they speak of, and keeping what is
odd about them in `metric/roster_finding`. What does not: the rules
(`hub.pipeline.roster_rules`).
"""

from __future__ import annotations

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.pipeline.local_days import local_day
from hub.pipeline.roster_rules import FINDING, Rosters, roster_findings
from hub.schemas import dataset

APP = "link"


def retell_rosters(house: House, run: int) -> None:
    """Write the findings again, if they are others than before."""
    table = tables.roster_finding_table(house.lake)
    files = table.files()
    before = table.read(files=files).select(*FINDING)
    after = _found(house)
    if after.equals(before.sort(*FINDING)):
        return
    add = table.write(after) if len(after) else []
    table.commit(APP, run, add=add, remove=files)


def _found(house: House) -> pl.DataFrame:
    """The findings as of the last day of which a roster tells: no clock decides."""
    rosters = Rosters(*(_living(house, name) for name in Rosters._fields))
    told = [frame["version_at"].max() for frame in rosters]
    last = max((one for one in told if one is not None), default=None)
    if last is None:
        return pl.DataFrame(schema=FINDING)
    day = pl.select(local_day(pl.lit(last), house.city.timezone)).item()
    settings = house.city.roster
    return roster_findings(
        rosters,
        on=day,
        max_areas=settings.max_areas_per_chief,
        street_max_areas={one: settings.max_areas(one) for one in settings.streets},
    )


def _living(house: House, name: str) -> pl.DataFrame:
    frame = tables.core_table(house.lake, dataset(name)).read()
    return frame.filter(pl.col("deleted_at").is_null())
