"""A small city whose east district sends its cases as messages."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from support.small_city import write_city

from hub.flow import tables
from hub.flow.house import House, open_house
from hub.schemas import dataset
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
EAST = """
[partner]
id = "east"
title = "东区 案件消息"
timezone = "Asia/Shanghai"

[source]
connector = "queue"
url = "env:EAST_BROKER"
limits = {{ attempts = 1, max_body_mb = 1 }}

[[feed]]
name = "cases"
dataset = "issue"
key = ["no"]
changed = "at"
category_system = "GBT30428.2-2013"

[feed.read]
queue = "{queue}"
max_messages = {most}
quiet_seconds = 0.3

[feed.columns]
case_no = "@message_id"
reported_at = "at"
description = "words"
address = "@headers.place"
source_channel_code = {{ value = "XC" }}
category_kind_code = {{ value = "MATTER" }}
category_code = {{ value = "0110" }}
media_count = {{ value = 0 }}
"""
# Documents whose type says what happened, and when stands on the message.
EAST_XML = (
    EAST.replace('key = ["no"]', 'key = ["@id"]')
    .replace(
        'changed = "at"',
        'changed = "@timestamp"\nchanged_format = "epoch_s"\n'
        'deletes = {{ kind = "marker", field = "@type", values = ["case.gone"] }}',
    )
    .replace("quiet", 'format = "xml"\nrecords = "cases.case"\nquiet')
)


def case(number: int, words: str = "first", **given: Any) -> dict[str, Any]:
    """One row as the east sends it."""
    return {"no": f"E{number}", "at": "2026-10-01 08:00:00", "words": words, **given}


def make_city(folder: Path, queue: str, *, most: int = 5_000, east: str = EAST) -> Path:
    """The city folder."""
    return write_city(folder, east=east.format(queue=queue, most=most))


def house_of(folder: Path, url: str) -> House:
    """The hub over the city in `folder`, with a home beside it."""
    return open_house(
        Settings(
            home=folder / "home",
            city=str(folder / "city"),
            now=NOW,
            environment={"EAST_BROKER": url},
        )
    )


def core(house: House) -> pl.DataFrame:
    """The cases in core, by their key."""
    return tables.core_table(house.lake, dataset("issue")).read().sort("source_id")


def quarantined(house: House) -> list[tuple[str, list[str]]]:
    """What was kept out, as sent, with its rules."""
    frame = tables.quarantine_table(house.lake, "east", "cases").read()
    rules = pl.col("findings").list.eval(pl.element().struct.field("rule"))
    return frame.sort("batch_id", "row").select("text", rules).rows()
