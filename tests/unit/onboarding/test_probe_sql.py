"""A table is asked for its first rows, and not for all of them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from support.small_city import write_city

from hub.onboarding import probe
from hub.onboarding.probe import probe_feed
from hub.partners.loader import load_city
from hub.settings import Settings

DECLARED = """
[partner]
id = "books"
title = "东区"
timezone = "Asia/Shanghai"

[source]
connector = "sql"
url = "env:BOOKS"

[[feed]]
name = "checks"
dataset = "review"
key = ["id"]
changed = "changed"
read = { table = "checks" }

[feed.columns]
issue_id = { field = "case_id", ref = "issue" }
attempt_seq = { value = 1 }
review_kind_code = { value = "CHECK" }
result_code = { value = "PASS" }
done_at = "changed"
media_count = { value = 0 }
"""


def test_the_first_rows_of_a_table_are_enough(tmp_path: Path, monkeypatch) -> None:
    file = tmp_path / "books.db"
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE checks (id TEXT, case_id TEXT, changed TEXT)")
        base.executemany(
            "INSERT INTO checks VALUES (?, ?, '2026-01-01 08:00:00')",
            [(f"r{n}", f"c{n}") for n in range(40)],
        )
    base.close()
    city = load_city(write_city(tmp_path / "city", books=DECLARED))
    settings = Settings(
        home=tmp_path / "home",
        now=datetime(2026, 10, 1, tzinfo=UTC),
        environment={"BOOKS": f"sqlite:///{file}"},
    )
    monkeypatch.setattr(probe, "FEW", 7)
    partner = city.partners["books"]

    one = probe_feed(city, settings, partner, partner.feeds[0])

    # Nothing changed in the last days, so the table is asked without a window.
    assert one.error is None
    assert one.examined is not None
    assert (one.examined.rows, one.examined.accepted) == (7, 7)
    assert not one.examined.is_whole
    assert not (tmp_path / "home").exists()
