"""What cannot be a condition is refused in a sentence without its value."""

from __future__ import annotations

import pytest
from support.small_shelf import SCHEMA

from hub.errors import MisuseError
from hub.sharing.shelf import Order, read_condition, read_order

SECRET = "13812348000"


@pytest.mark.parametrize(
    ("column", "text", "seen"),
    [
        ("word", SECRET, "its operator is unknown"),
        ("word", f"near.{SECRET}", "its operator is unknown"),
        ("word", "is.nothing", "`is` does not know that word"),
        ("word", "is.true", "`is` does not know that word"),
        ("word", f"eq.{SECRET}\0", "its value holds a NUL"),
        ("word", "like." + "x" * 201, "its pattern is too long"),
        ("word", "in.(" + ",".join("x" * 501) + ")", "it has too many values"),
        ("count", f"eq.{SECRET}x", "its value is of another type"),
        ("count", "eq.9223372036854775808", "its value is of another type"),
        ("count", "eq.1_0", "its value is of another type"),
        ("amount", "eq.0.0001", "its value is of another type"),
        ("amount", "eq.NaN", "its value is of another type"),
        ("place", "eq.inf", "its value is of another type"),
        ("is_so", "eq.yes", "its value is of another type"),
        ("on", "eq.2026-02-30", "its value is of another type"),
        ("at", "eq.yesterday", "its value is of another type"),
        ("at", "eq.0001-01-01T00:00:00+14:00", "its value is of another type"),
        ("count", "like.1*", "`like` is for text"),
        ("tags", "eq.x", "lists have no order"),
    ],
)
def test_what_is_no_condition_is_refused(column, text, seen):
    with pytest.raises(MisuseError) as refused:
        read_condition("drawn", SCHEMA, column, text, zone="Asia/Shanghai")

    assert refused.value.seen == seen
    assert SECRET not in str(refused.value)


def test_a_day_begins_in_the_zone():
    one = read_condition("drawn", SCHEMA, "at", "eq.2026-10-01", zone="Asia/Shanghai")

    assert one.values[0].isoformat() == "2026-09-30T16:00:00+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01T08:00:00+08:00",
        "2026-10-01T08:00:00 08:00",  # its plus not escaped in the address
        "2026-10-01T08:00:00.5 08:00",
        "2026-10-01 00:00Z",
        "2026-10-01 08:00",
    ],
)
def test_an_instant_may_have_its_plus_bare(text):
    one = read_condition("drawn", SCHEMA, "at", f"gte.{text}", zone="Asia/Shanghai")

    assert one.values[0].isoformat().startswith("2026-10-01T00:00:00")


def test_quotes_keep_a_comma():
    one = read_condition("drawn", SCHEMA, "word", 'in.("a,b",c)', zone="UTC")

    assert one.values == ("a,b", "c")


def test_an_order_is_a_column_and_a_way():
    assert read_order(SCHEMA, "at.desc") == Order("at", down=True)
    assert read_order(SCHEMA, "at") == read_order(SCHEMA, "at.asc") == Order("at")
    for wrong in ("tags", "nothing.asc", "at.up", ""):
        with pytest.raises(MisuseError):
            read_order(SCHEMA, wrong)
