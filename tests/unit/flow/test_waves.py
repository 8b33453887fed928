"""Partners are asked in an order in which nothing has to wait."""

from __future__ import annotations

from pathlib import Path

from support.small_city import PLATFORM, ROSTER, write_city

from hub.flow.waves import predecessors, waits_for, waves
from hub.partners.loader import load_city

HANDLING = """
[partner]
id = "district"
title = "区"
timezone = "Asia/Shanghai"

[source]
connector = "rest"
base_url = "http://127.0.0.1:9"

[[feed]]
name = "handling"
dataset = "handling"
key = ["id"]

[feed.read]
path = "/"

[feed.columns]
issue_id = { field = "case", ref = "issue", partner = "platform" }
attempt_seq = "no"
org_id = { field = "org", ref = "org" }
media_count = { value = 0 }
"""


def test_who_hangs_on_anothers_rows_comes_after_him(tmp_path: Path) -> None:
    folder = write_city(
        tmp_path / "city", platform=PLATFORM, roster=ROSTER, district=HANDLING
    )
    city = load_city(folder)

    assert waits_for(city, city.partners["district"]) == {"platform"}
    assert waves(city, ["district", "roster", "platform"]) == [
        ["roster", "platform"],
        ["district"],
    ]


def test_a_partner_that_is_not_asked_holds_nobody_up(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "city", platform=PLATFORM, district=HANDLING)

    assert waves(load_city(folder), ["district"]) == [["district"]]


def test_partners_that_wait_for_each_other_are_asked_together(tmp_path: Path) -> None:
    other = HANDLING.replace('"district"', '"other"').replace(
        '"platform"', '"district"'
    )
    district = HANDLING.replace('"platform"', '"other"')
    folder = write_city(tmp_path / "city", district=district, other=other)

    assert waves(load_city(folder), ["other", "district"]) == [["other", "district"]]


def test_who_waits_for_one_partner_does_not_wait_for_its_group(
    tmp_path: Path,
) -> None:
    folder = write_city(
        tmp_path / "city", platform=PLATFORM, roster=ROSTER, district=HANDLING
    )
    city = load_city(folder)

    before = predecessors(city, ["district", "roster", "platform"])

    assert before == {
        "district": {"platform"},
        "roster": frozenset(),
        "platform": frozenset(),
    }


def test_nobody_waits_in_a_circle(tmp_path: Path) -> None:
    other = HANDLING.replace('"district"', '"other"').replace(
        '"platform"', '"district"'
    )
    mutual = HANDLING.replace('"platform"', '"other"')
    folder = write_city(
        tmp_path / "city", platform=PLATFORM, district=mutual, other=other
    )

    before = predecessors(load_city(folder), ["district", "other"])

    assert before == {"district": frozenset(), "other": frozenset()}
