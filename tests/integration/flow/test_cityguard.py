"""A cityguard database, from its tables to cases, reviews and steps (dialect 2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.small_city import write_city

from hub.flow import tables
from hub.flow.city_run import finish_run
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.partners.loader import load_city
from hub.schemas import dataset
from hub.settings import Settings

NOW = datetime(2026, 10, 3, tzinfo=UTC)
MORNING = datetime(2026, 10, 2, tzinfo=UTC)
SITE = """
[partner]
id = "guard"
title = "东区 城市综合管理服务系统"
timezone = "Asia/Shanghai"
coordinates = "gcj02"

[source]
profile = "cityguard"
url = "env:GUARD_URL"

[[feed]]
name = "cases"
category_system = "GBT30428.2-2013"
omit = ["area_id", "handling_org_id"]
ignore = ["resp_grid_code", "handle_dept_code"]

[feed.codes.source_channel]
register = "HL45"
"""
COLUMNS = """
id INTEGER, case_code, case_status, source_type, case_type, minor_code, minor_name,
case_desc, address, longitude, latitude, district_code, street_code, community_code,
grid_code, resp_grid_code, handle_dept_code, report_time, accept_time, dispatch_time,
handle_receive_time, handle_finish_time, close_time, handle_deadline,
handle_time_limit, handle_time_value, handle_time_type, handle_timeout_exempt,
handle_count, extend_count, verify_result, verify_send_time, verify_time,
check_result, check_send_time, check_time, photo_count, update_time
"""
APPLIES = """
id INTEGER, case_id, apply_type, apply_status, apply_time, audit_time, old_deadline,
new_deadline, apply_reason, update_time
"""
PLAIN = {
    "source_type": "collector",
    "case_type": "event",
    "minor_code": "0110",
    "district_code": "420102",
    "street_code": "420102001",
    "report_time": "2026-10-01 08:00:00",
    "accept_time": "2026-10-01 08:20:00",
    "dispatch_time": "2026-10-01 08:30:00",
    "handle_time_limit": "2紧急工作时",
    "handle_count": 1,
    "photo_count": 2,
    "update_time": "2026-10-02 09:00:00",
}
VERIFIED = {
    "verify_result": "exist",
    "verify_send_time": "2026-10-01 08:05:00",
    "verify_time": "2026-10-01 08:15:00",
}
CHECKED = {
    "handle_finish_time": "2026-10-01 10:00:00",
    "check_send_time": "2026-10-01 10:05:00",
    "check_time": "2026-10-01 11:00:00",
}


def fill(path: Path, table: str, columns: str, rows: Iterable[dict[str, Any]]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE {table} ({columns})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            database.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",
                list(row.values()),
            )


def house_over(folder: Path, site: str = SITE) -> House:
    write_city(folder / "city", guard=site)
    return open_house(
        Settings(
            home=folder / "home",
            city=str(folder / "city"),
            now=NOW,
            environment={"GUARD_URL": f"sqlite:///{folder / 'guard.db'}"},
        )
    )


def core(house: House, name: str) -> pl.DataFrame:
    return tables.core_table(house.lake, dataset(name)).read().sort("source_id")


CASES = [
    {"id": 1, "case_status": "handling", **PLAIN, **VERIFIED},
    {
        "id": 2,
        "case_status": "forced_close",
        **PLAIN,
        **CHECKED,
        "check_result": "not_pass",
        "handle_count": 2,
        "close_time": "2026-10-01 12:00:00",
        "handle_timeout_exempt": 1,
    },
    {"id": 3, "case_status": "pending_review", **PLAIN},
    {"id": 4, "case_status": "checking", **PLAIN, **CHECKED, "source_type": "register"},
]
APPLIED = [
    {
        "id": 7,
        "case_id": 1,
        "apply_type": kind,
        "apply_status": status,
        "apply_time": "2026-10-01 09:00:00",
        "audit_time": "2026-10-01 09:30:00",
        "new_deadline": "2026-10-02 18:00:00",
        "update_time": "2026-10-01 09:30:00",
    }
    | {"id": number}
    for number, (kind, status) in enumerate(
        [("extend", "approved"), ("suspend", "rejected"), ("extend", "pending")]
    )
]


@pytest.fixture
def house(tmp_path: Path) -> House:
    fill(tmp_path / "guard.db", "case_info", COLUMNS, CASES)
    fill(tmp_path / "guard.db", "case_adjustment_apply", APPLIES, APPLIED)
    return house_over(tmp_path)


def test_a_site_needs_few_lines(tmp_path: Path) -> None:
    write_city(tmp_path / "city", guard=SITE)

    partner = load_city(tmp_path / "city").partners["guard"]

    assert [feed.name for feed in partner.feeds] == ["cases", "adjustments"]


def test_cases_come_with_their_states_and_times(house: House) -> None:
    cases, _ = run_partner(house, house.city.partners["guard"], Window())

    assert (cases.received, cases.accepted, cases.quarantined) == (4, 3, 1)
    issues = core(house, "issue")
    assert issues.select(
        "source_id", "source_channel_code", "close_type_code"
    ).rows() == [
        ("1", "XC", None),
        ("2", "XC", "FORCED"),
        ("4", "HL45", None),
    ]
    assert issues["accepted_at"].null_count() == 3
    assert issues["registered_at"][0] == datetime(2026, 10, 1, 0, 20, tzinfo=UTC)
    assert issues["has_appeal_exemption"].to_list() == [None, True, None]
    finish_run(house)
    linked = core(house, "issue")["stage_code"].to_list()
    assert linked == ["DISPATCHED", "CLOSED", "HANDLED"]


def test_a_state_that_nobody_listed_waits_in_quarantine(house: House) -> None:
    run_partner(house, house.city.partners["guard"], Window())

    found = tables.finding_table(house.lake, "guard").read()
    rejected = found.filter(pl.col("severity") == "reject")
    assert rejected.select("column", "rule").rows() == [("source_stage_id", "P06")]


def test_verification_and_check_are_reviews(house: House) -> None:
    run_partner(house, house.city.partners["guard"], Window())

    reviews = core(house, "review")
    assert reviews.select(
        "source_id", "review_kind_code", "attempt_seq", "result_code"
    ).rows() == [
        ("1#VERIFY", "VERIFY", 0, "PASS"),
        ("2|2#CHECK", "CHECK", 2, "FAIL"),
        ("4|1#CHECK", "CHECK", 1, None),
    ]


def test_only_granted_applications_are_steps(house: House) -> None:
    _, applied = run_partner(house, house.city.partners["guard"], Window())

    events = core(house, "issue_event")
    assert (applied.received, applied.accepted) == (3, 3)
    assert events.select("source_id", "action_code").rows() == [("0", "EXTEND")]
    assert events["deadline_at"][0] == datetime(2026, 10, 2, 10, tzinfo=UTC)


def test_live_and_history_are_read_as_one(tmp_path: Path) -> None:
    """T20: a case that moves to the history table is neither gone nor there twice."""
    path = tmp_path / "guard.db"
    fill(path, "case_info", COLUMNS, CASES[:1])
    fill(path, "case_info_his", COLUMNS, CASES[1:2])
    fill(path, "case_adjustment_apply", APPLIES, [])
    union = "SELECT * FROM case_info UNION ALL SELECT * FROM case_info_his"
    site = SITE.replace(
        "category_system", f'read = {{ query = "{union}" }}\ncategory_system'
    )
    house = house_over(tmp_path, site)

    (cases, _) = run_partner(house, house.city.partners["guard"], Window())
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO case_info_his SELECT * FROM case_info")
        database.execute(
            "UPDATE case_info_his SET case_status = 'closed', update_time = "
            "'2026-10-02 19:00:00', close_time = '2026-10-02 19:00:00' WHERE id = 1"
        )
    (again, _) = run_partner(house, house.city.partners["guard"], Window(MORNING, NOW))

    assert (cases.received, again.received) == (2, 3)
    issues = core(house, "issue")
    assert issues.select("source_id", "source_stage_id").rows() == [
        ("1", "closed"),
        ("2", "forced_close"),
    ]
    assert issues["deleted_at"].null_count() == 2
