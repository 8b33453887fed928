"""A district that delivers what others deliver already: areas and cases once more.

What lives here: the system `caidian_copy`, which is no part of the simulated city; a
test adds it to a copy of one and shows that no figure changes. It sends the roster's
areas of its district as its own, and the platform's cases there under keys and numbers
of its own, with the platform's number beside them. What does not: that city's other
systems; its own declaration comes with it (`DECLARATION`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from hub.demo.days import Span, day_of, told_at
from hub.demo.ground.attempts import platform_no
from hub.demo.ground.plan import rectangle_wkt
from hub.demo.systems.base import Line, Surroundings, as_sent, local
from hub.demo.systems.dropping import csv_bytes, drop
from hub.demo.systems.own import TIMES, surrounded
from hub.demo.told.expected import Keyless, Told

PARTNER, UNIT = "caidian_copy", "AU-420114"
DECLARATION = """
[partner]
id = "caidian_copy"
title = "蔡甸区 重复报送"
timezone = "Asia/Shanghai"
coordinates = "cgcs2000"

[source]
connector = "files"
folder = "env:HUB_DEMO_CAIDIAN_COPY_DIR"

[[feed]]
name = "areas"
dataset = "area"
mode = "snapshot"
key = ["no"]
as_of = { file = 'areas_(\\d{8})\\.csv$', format = "%Y%m%d" }
deletes = { kind = "snapshot" }
read = { files = "areas_*.csv" }

[feed.columns]
area_name = "name"
area_kind_code = { value = "COMMUNITY" }
status_code = { value = "ACTIVE" }
is_required = { value = true }
street_code = "street"
community_codes = { field = "community", split = "," }
valid_from_on = { value = "2026-01-01" }
boundary = "boundary"

[[feed]]
name = "cases"
dataset = "issue"
key = ["id"]
as_of = { file = 'cases_(\\d{8})\\.csv$', format = "%Y%m%d" }
deletes = { kind = "none" }
category_system = "GBT30428.2-2013"
same_as = { field = "city_no", ref = "issue", partner = "platform", by = "case_no" }
read = { files = "cases_*.csv" }

[feed.columns]
case_no = "id"
source_channel_code = "channel"
category_kind_code = "kind"
category_code = "category"
lon = "lon"
lat = "lat"
district_code = "district"
street_code = "street"
community_code = "community"
area_id = { field = "area", ref = "area" }
media_count = { value = 0 }
reported_at = "reported"
"""
DECLARATION += "".join(f'{column} = "{column}"\n' for column in TIMES.values())

AREAS = (
    Line("no", pl.col("area_no")),
    Line("name", pl.format("蔡甸{}", "community_name")),
    Line("street", pl.col("street_code")),
    Line("community", pl.col("community_code")),
    Line("boundary", rectangle_wkt()),
)
CASES = (
    Line("id", pl.format("CD{}", "number")),
    Line("city_no", pl.col("number")),
    Line("channel", pl.lit("LZZ")),
    Line("kind", pl.col("kind_code_right")),
    Line("category", pl.col("category_code")),
    Line("lon", pl.col("lon")),
    Line("lat", pl.col("lat")),
    Line("district", pl.col("district_code")),
    Line("street", pl.col("street_code")),
    Line("community", pl.col("community_code")),
    Line("area", pl.col("area_no")),
    Line("reported", local("created_at")),
    *(Line(column, local(at)) for at, column in TIMES.items()),
)


class Repeat:
    """The simulated drop folder of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._folder = Path()

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: files are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_CAIDIAN_COPY_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Drop areas and cases as they stand at the end of a day."""
        stamp = f"{day_of(day):%Y%m%d}"
        areas = self._around.plan.places.filter(unit_code=UNIT)
        tables = {
            "areas": as_sent(areas, AREAS),
            "cases": as_sent(self._cases(day), CASES),
        }
        for name, table in tables.items():
            drop(self._folder / f"{name}_{stamp}.csv", csv_bytes(table, "utf-8"))

    def window(self, day: int) -> Span | None:
        """Files that have not been taken are taken."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """Nothing: a test compares what becomes of everybody else."""
        return ()

    def keyless(self) -> Iterable[Keyless]:
        """Every row has its key."""
        return ()

    def _cases(self, day: int) -> pl.DataFrame:
        """The platform's cases of the district, as they stand."""
        known = self._around.happenings.platform.known(told_at(day))
        placed = surrounded(known, self._around, "old").with_columns(
            number=platform_no()
        )
        return placed.filter(unit_code=UNIT)
