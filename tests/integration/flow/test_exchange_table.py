"""An exchange table with several marks for one key in one batch (dialect 3)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from support.small_city import write_city

from hub.flow import tables
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
PARTNER = """
[partner]
id = "front"
title = "西区 前置库"
timezone = "Asia/Shanghai"

[source]
connector = "sql"
url = "env:FRONT_URL"

[[feed]]
name = "cases"
dataset = "issue"
key = ["case_id"]
changed = "op_time"
deletes = { kind = "marker", field = "op_type", values = ["D"] }
category_system = "GBT30428.2-2013"
ignore = ["log_id", "flag", "batch_no"]

[feed.read]
table = "ex_cases"
keyset = ["log_id"]
window = { from = "op_time", to = "op_time", overlap = "1h" }

[feed.columns]
source_channel_code = { value = "XC" }
category_kind_code = { value = "MATTER" }
category_code = { value = "0110" }
reported_at = { value = "2026-10-01 08:00:00" }
description = "words"
media_count = { value = 0 }
"""
# log_id, op_type, op_time, case_id, words: as they lie in the table.
LOG = [
    (1, "I", "08:00:00", "A", "first"),
    (2, "U", "10:00:00", "A", "last"),
    (3, "U", "09:00:00", "A", "between"),
    (4, "I", "08:00:00", "B", "first"),
    (5, "D", "09:00:00", "B", None),
    (6, "D", "08:00:00", "C", None),
    (7, "I", "09:00:00", "C", "again"),
    (8, "U", "09:00:00", "D", "never inserted"),
    (9, "I", "09:00:00", "E", "same second"),
    (10, "D", "09:00:00", "E", None),
    (11, "D", "09:00:00", "F", None),
    (12, "U", "10:00:00", "A", "last"),
]


def run(folder: Path, log: list[tuple[int, str, str, str, str | None]]) -> House:
    path = folder / "front.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE ex_cases (log_id INTEGER PRIMARY KEY, op_type TEXT, op_time "
            "TEXT, batch_no TEXT, flag INTEGER, case_id TEXT, words TEXT)"
        )
        database.executemany(
            "INSERT INTO ex_cases VALUES (?, ?, '2026-10-01 ' || ?, '1', 0, ?, ?)", log
        )
    write_city(folder / "city", front=PARTNER)
    house = open_house(
        Settings(
            home=folder / "home",
            city=str(folder / "city"),
            now=NOW,
            environment={"FRONT_URL": f"sqlite:///{path}"},
        )
    )
    (batch,) = run_partner(house, house.city.partners["front"], Window())
    assert (batch.received, batch.quarantined) == (12, 0)
    return house


@pytest.mark.parametrize("turned", [False, True])
def test_the_last_mark_of_a_key_counts_in_whatever_order_they_lie(
    tmp_path: Path, turned: bool
) -> None:
    marks = [row[1:] for row in (reversed(LOG) if turned else LOG)]
    log = [(number, *mark) for number, mark in enumerate(marks)]

    house = run(tmp_path, log)

    rows = tables.core_table(house.lake, dataset("issue")).read().sort("source_id")
    there = rows.filter(pl.col("deleted_at").is_null())
    assert there.select("source_id", "description").rows() == [
        ("A", "last"),
        ("C", "again"),
        ("D", "never inserted"),
    ]
    gone = rows.filter(pl.col("deleted_at").is_not_null())
    assert {"B", "E"} <= set(gone["source_id"])
