"""Cases as a foreign system holds them, and the city with its partner file.

The partner file is all that the hub learns of that system.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from support.small_city import write_city

from hub.flow import tables
from hub.flow.city_run import finish_run
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.settings import Settings
from hub.storage.batches import Batch

NOW = datetime(2026, 10, 3, tzinfo=UTC)
COUNT = 230
SITE = """
[partner]
id = "foreign"
title = "外部系统"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "rest"
base_url = "env:FOREIGN_URL"

[[feed]]
name = "cases"
dataset = "issue"
key = ["id"]
changed = "changed"
category_system = "GBT30428.2-2013"
ignore = ["note"]
{read}

[feed.columns]
case_no = "no"
description = "topic"
source_channel_code = {{ value = "XC" }}
category_kind_code = {{ value = "MATTER" }}
category_code = "category"
street_code = "street"
lon = "lon"
lat = "lat"
reported_at = "reported"
source_stage_id = {{ field = "state", codes = "stage" }}
media_count = {{ value = 0 }}

[feed.codes.stage]
new = "DISCOVERED"
done = "CLOSED"
"""


def cases() -> list[dict[str, object]]:
    """Rows with texts, numbers, nulls, and one state that no value table knows."""
    return [
        {
            "id": number,
            "no": f"C{number:05}",
            "topic": f"占道经营 {number} 号 “甲&乙”",
            "category": "0110",
            "street": "420102001",
            "lon": 114.3 + number / 10_000,
            "lat": 30.5,
            "reported": f"2026-09-{1 + number % 28:02} 08:{number % 60:02}:00",
            # Several cases share one second, as in every real system.
            "changed": f"2026-09-30 10:{number // 4:02}:00",
            "state": "lost" if number == 7 else ("new", "done")[number % 2],
            "note": None,
        }
        for number in range(1, COUNT + 1)
    ]


@contextmanager
def city(folder: Path, read: str, url: str) -> Iterator[House]:
    """A small city with this one partner, read as the text says."""
    write_city(folder / "city", foreign=SITE.format(read=read))
    yield open_house(
        Settings(
            home=folder / "home",
            city=str(folder / "city"),
            now=NOW,
            environment={"FOREIGN_URL": url},
        )
    )


def run(house: House) -> Batch:
    """Ask once, and publish."""
    assert not house.city.broken, list(map(str, house.city.broken.values()))
    (batch,) = run_partner(house, house.city.partners["foreign"], Window(None, NOW))
    finish_run(house)
    return batch


def assert_everything_arrived(house: House, batch: Batch) -> None:
    """Every case once, the one with the unknown state in quarantine."""
    assert (batch.accepted, batch.quarantined) == (COUNT - 1, 1)
    assert batch.received == COUNT + (batch.duplicate or 0)
    found = tables.core_table(house.lake, dataset("issue")).read()
    wanted = [row for row in cases() if row["state"] != "lost"]
    told = found.select("source_id", "case_no", "description", "lon").sort("case_no")
    assert told.rows() == [
        (str(row["id"]), row["no"], row["topic"], row["lon"]) for row in wanted
    ]
    assert found.filter(pl.col("stage_code") == "CLOSED").height == COUNT // 2 - 1
