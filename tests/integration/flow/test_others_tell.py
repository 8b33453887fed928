"""Steps and reviews that one partner tells of another partner's cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from support.small_city import PLATFORM, sending, small_house

from hub.flow import tables
from hub.flow.city_run import finish_run
from hub.flow.house import House
from hub.flow.run import Window, run_partner
from hub.schemas import dataset

NOW = datetime(2026, 10, 9, tzinfo=UTC)
DISTRICT = PLATFORM.replace('id = "platform"', 'id = "district"')
CHIEFS = """
[partner]
id = "chiefs"
title = "路长制平台"
timezone = "Asia/Shanghai"

[source]
connector = "rest"
base_url = "http://127.0.0.1:9"
"""
FEED = """
[[feed]]
name = "{owner}_{what}"
dataset = "{dataset}"
key = ["id"]

[feed.read]
path = "/{owner}/{what}"

[feed.columns]
issue_id = {{ field = "case", ref = "issue", partner = "{owner}" }}
"""
LOOKS = """
attempt_seq = { value = 1 }
review_kind_code = { value = "RECHECK" }
done_at = "at"
result_code = "result"
media_count = { value = 0 }
"""
STEPS = """
action_code = "action"
happened_at = "at"
is_inferred = { value = false }
"""
CHIEFS += "".join(
    FEED.format(owner=owner, what=what, dataset=name) + columns
    for owner in ("platform", "district")
    for what, name, columns in (
        ("looks", "review", LOOKS),
        ("steps", "issue_event", STEPS),
    )
)
PARTNERS = {"platform": PLATFORM, "district": DISTRICT, "chiefs": CHIEFS}


def closed(key: str) -> dict[str, object]:
    return {
        "id": key,
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "state": "6",
        "reported": "2026-10-01 08:00:00",
        "changed": "2026-10-02 16:00:00",
        "op": "U",
        "closed": "2026-10-02 16:00:00",
        "trail": [
            {"step": "a", "action": "dispatch", "at": "2026-10-01 09:00:00"},
            {"step": "b", "action": "close", "at": "2026-10-02 16:00:00"},
        ],
    }


def look(key: str, case: str, at: str, result: str) -> dict[str, str]:
    return {"id": key, "case": case, "at": f"2026-10-{at}", "result": result}


def act(key: str, case: str, at: str, action: str) -> dict[str, str]:
    return {"id": key, "case": case, "at": f"2026-10-{at}", "action": action}


def take(house: House, partner: str, feed: str, rows: list[object]) -> None:
    day = NOW - timedelta(days=1)
    served = sending(house, {feed: [(day, rows)]})
    run_partner(served, house.city.partners[partner], Window())
    finish_run(house, figures=False)


def core(house: House, name: str) -> pl.DataFrame:
    return tables.core_table(house.lake, dataset(name)).read()


def stage(house: House, partner: str = "platform") -> str:
    mine = core(house, "issue").filter(pl.col("partner") == partner)
    return str(mine["stage_code"].item())


def test_a_failed_recheck_of_another_partner_reopens_and_a_later_one_settles(
    tmp_path: Path,
) -> None:
    house = small_house(tmp_path, NOW, **PARTNERS)
    take(house, "platform", "cases", [closed("1")])
    assert stage(house) == "CLOSED"

    failed = look("r1", "1", "03 09:00:00", "FAIL")
    take(house, "chiefs", "platform_looks", [failed])
    fallen = core(house, "issue")
    again = look("r2", "1", "04 09:00:00", "PASS")
    take(house, "chiefs", "platform_looks", [failed, again])

    assert fallen["stage_code"].to_list() == ["HANDLING"]
    assert fallen["closed_at"].to_list() == [None]
    assert stage(house) == "CHECKED"


DELIVERIES = (
    ("platform", "cases", [closed("1")]),
    ("district", "cases", [closed("1")]),
    ("chiefs", "platform_steps", [act("p", "1", "01 12:00:00", "SUPERVISE")]),
    ("chiefs", "district_steps", [act("d", "1", "03 12:00:00", "SUPERVISE")]),
)


ORDERS = [(0, 1, 2, 3), (2, 0, 3, 1), (3, 2, 1, 0), (1, 3, 0, 2)]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_steps_are_numbered_with_the_case_s_own_wherever_they_lie(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    house = small_house(tmp_path, NOW, **PARTNERS)

    for number in order:
        take(house, *DELIVERIES[number])
    # Whoever told of a case before it came tells of it again.
    for number in (2, 3):
        take(house, *DELIVERIES[number])

    events = core(house, "issue_event")
    numbered = {
        (partner, source): seq
        for partner, source, seq in events.select(
            "partner", "source_id", "event_seq"
        ).rows()
    }
    assert numbered == {
        ("platform", "1#a"): 1,
        ("chiefs", "p"): 2,
        ("platform", "1#b"): 3,
        ("district", "1#a"): 1,
        ("district", "1#b"): 2,
        ("chiefs", "d"): 3,
    }


def test_one_run_over_everybody_s_cases_loses_no_step(tmp_path: Path) -> None:
    house = small_house(tmp_path, NOW, **PARTNERS)
    for partner, feed, rows in DELIVERIES[:2]:
        take(house, partner, feed, rows)
    served = sending(
        house,
        {feed: [(NOW - timedelta(days=1), rows)] for _, feed, rows in DELIVERIES[2:]},
    )

    run_partner(served, house.city.partners["chiefs"], Window())
    finish_run(house, figures=False)

    events = core(house, "issue_event")
    assert len(events) == 6
    assert events["event_seq"].null_count() == 0
