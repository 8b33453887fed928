"""The eGova profile: states and trail steps mean what the product means."""

from __future__ import annotations

import polars as pl
import pytest

from hub.partners.merge import PROFILES
from hub.partners.toml_text import read_tables

GROUP = {
    **dict.fromkeys(("1", "2"), 1),
    **dict.fromkeys(("3", "4"), 2),
    **dict.fromkeys(("5", "6"), 3),
    **dict.fromkeys(("7", "8"), 4),
    **dict.fromkeys(("9", "10"), 5),
    **dict.fromkeys(("11", "13"), 6),
    **dict.fromkeys(("12", "14"), 7),
}


def expected_action(item: str, left: str, entered: str) -> str | None:
    """The dialect's table in words, worked out apart from the profile."""
    if item != "610":
        return {"800": "CLOSE", "810": "SUSPEND", "814": "CANCEL"}.get(item)
    a, b = GROUP[left], GROUP[entered]
    if a == b:
        return None
    if b < a:
        return "REWORK" if a >= 5 and b == 4 else "RETURN"
    upwards = {2: "ACCEPT", 3: "REGISTER", 4: "DISPATCH"}
    if b in upwards:
        return upwards[b]
    if a == 4:
        return "HANDLE"
    return {(5, 6): "CHECK_TASK", (6, 7): "CHECK_PASS"}.get((a, b))


@pytest.fixture(scope="module")
def emits() -> list[dict]:
    return read_tables(PROFILES / "egova.toml")["feed"][0]["emit"]


def test_every_step_of_the_trail_has_the_action_of_the_dialect(emits):
    column = emits[1]["columns"]["action_code"]
    table = emits[1]["codes"]["action"]
    steps = [(item, a, b) for item in ("610", "800", "810", "814", "999")
             for a in GROUP for b in GROUP]  # fmt: skip
    frame = pl.DataFrame(
        steps, schema=["itemId", "fromProperty", "toProperty"], orient="row"
    )

    keys = frame.select(pl.sql_expr(column["sql"]).alias("key"))["key"].to_list()

    found = [table.get(key) for key in keys]
    assert found == [expected_action(*step) for step in steps]


def test_a_property_that_nobody_knows_has_no_action(emits):
    column = emits[1]["columns"]["action_code"]
    frame = pl.DataFrame(
        {"itemId": ["610"], "fromProperty": ["7"], "toProperty": ["101"]}
    )

    key = frame.select(pl.sql_expr(column["sql"]).alias("key"))["key"][0]

    assert key == "610:7-8>101"
    assert key not in emits[1]["codes"]["action"]


def test_state_two_stays_unknown_and_overlays_tell_no_stage(emits):
    table = emits[0]["codes"]["stage"]

    assert sorted(table) == ["1", "3", "4", "5", "6", "7", "8", "9"]
    assert table["5"] == "HANDLED"
    assert (table["8"], table["9"]) == ("SUSPENDED", "ESCALATED")


def test_the_archive_time_of_the_system_comes_before_that_of_a_person(emits):
    sql = emits[0]["columns"]["closed_at"]["sql"]
    frame = pl.DataFrame(
        {
            "archiveTime": ["a", "", None, None],
            "humanArchiveTime": ["b", "b", "b", None],
        }
    )

    assert frame.select(pl.sql_expr(sql).alias("t"))["t"].to_list() == [
        "a",
        "b",
        "b",
        None,
    ]
