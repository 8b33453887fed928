"""A month's facts: which files are opened, and which rows come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.metric_frames import april

from hub.flow import issue_facts, shelves, tables
from hub.flow.house import House, open_house
from hub.flow.issue_facts import lay_loop_facts, read_neighbours
from hub.flow.metric_rows import Facts
from hub.metrics.issue_loop.facts import LoopFacts
from hub.schemas import dataset
from hub.settings import Settings
from hub.storage.lake import LakeTable

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
PINNED = (
    *("review", "handling", "issue_event", "assignment", "area", "time_limit"),
    *("division", "assessment_unit", "assessment_unit_member", "work_calendar"),
)
MARCH, MAY = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 5, 5, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = open_house(Settings(home=tmp_path, city="wuhan"))
    yield made
    made.control.close()


def put(house: House, name: str, month: str, *rows: Mapping[str, Any]) -> int:
    """Add one file with these rows; the table's new version."""
    ds = dataset(name)
    table = tables.core_table(house.lake, ds)
    columns = tables.core_columns(ds)
    frame = pl.DataFrame(list(rows), schema=columns, strict=False)
    place = {name: "one" if name == "partner" else month for name in table_keys(table)}
    frame = frame.with_columns(pl.lit(v).alias(k) for k, v in place.items())
    return table.commit("test", table.number("test") + 1, add=table.write(frame, place))


def table_keys(table: LakeTable) -> Sequence[str]:
    return ("partner", "month") if "month" in table.columns else ("partner",)


def facts_of(house: House) -> LoopFacts:
    """Facts of April, which are few."""
    folder = house.settings.home / "aside"
    (read,) = lay_loop_facts(house, ["2026-04"], folder).pieces()
    found = read()
    assert not folder.exists()
    return found


def issue(name: str, **values: Any) -> dict[str, Any]:
    """A closed case of April."""
    return {
        "issue_id": name,
        "source_channel_code": "LZZ",
        "stage_code": "CLOSED",
        "chief_assignment_id": "p1",
        "reported_at": april(10),
        "evidence": {"main": ["CLOSED"], "end": [], "complete": True},
        **values,
    }


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Partitions whose files were read, in order."""
    seen: list[str] = []
    scan = LakeTable.scan

    def watch(self: LakeTable, files: Any = None, *rest: Any) -> Any:
        seen.extend(
            f"{self.name}/{file.partition['month']}"
            for file in files or ()
            if "month" in file.partition
        )
        return scan(self, files, *rest)

    monkeypatch.setattr(LakeTable, "scan", watch)
    return seen


def test_a_month_takes_the_cases_that_any_basis_puts_there(house: House) -> None:
    put(
        house,
        "issue",
        "2026-03",
        issue("due", reported_at=MARCH, deadline_at=april(2)),
        issue("bundle", reported_at=MARCH, bundle_deadline_at=april(2)),
        issue("instead", reported_at=MARCH, dispatched_at=april(2)),
        issue("closed", reported_at=MARCH, closed_at=april(2)),
        issue("gone", reported_at=april(2), deleted_at=MAY),
        issue("elsewhere", reported_at=MARCH, deadline_at=MAY, dispatched_at=april(2)),
    )
    put(house, "issue", "2026-04", issue("reported"))
    put(house, "assignment", "", {"assignment_id": "p1", "person_id": "chief"})

    found = facts_of(house).issues

    names = ["bundle", "closed", "due", "instead", "reported"]
    assert sorted(found["issue_id"]) == names
    assert found["chief_person_id"].to_list() == ["chief"] * 5
    assert found["closed_at_source"].to_list() == [True] * 5
    assert found["events_complete"].to_list() == [True] * 5


def test_only_partitions_with_a_case_of_the_month_are_read(
    house: House, opened: list[str]
) -> None:
    put(house, "issue", "2026-01", issue("old", reported_at=datetime(2026, 1, 5)))  # noqa: DTZ001
    # Its bounds reach over April, but no case lies there.
    put(
        house,
        "issue",
        "2026-02",
        issue("early", reported_at=datetime(2026, 2, 5)),  # noqa: DTZ001
        issue("late", reported_at=datetime(2026, 2, 5), closed_at=MAY),  # noqa: DTZ001
        issue("soon", reported_at=datetime(2026, 2, 5), closed_at=MARCH),  # noqa: DTZ001
    )
    put(house, "issue", "2026-04", issue("mine"))
    for month in ("2026-01", "2026-02", "2026-04"):
        put(house, "issue_event", month, event("x"), event("mine"))

    found = facts_of(house)

    assert found.events["issue_id"].to_list() == ["mine"]
    assert "core/issue/2026-01" not in opened
    assert opened.count("core/issue/2026-02") == 1
    assert [name for name in opened if "event" in name] == ["core/issue_event/2026-04"]


def event(case: str, **values: Any) -> dict[str, Any]:
    return {
        "event_id": f"e-{case}",
        "issue_id": case,
        "event_seq": 1,
        "action_code": "REWORK",
        "happened_at": april(12),
        **values,
    }


def test_children_that_are_gone_or_say_nothing_new_are_left_out(house: House) -> None:
    put(house, "issue", "2026-04", issue("mine"))
    put(
        house,
        "issue_event",
        "2026-04",
        event("mine"),
        event("mine", deleted_at=MAY),
        event("mine", action_code="SUBMIT"),
        event("other"),
    )

    found = facts_of(house)

    assert len(found.events) == 1
    assert len(found.reviews) == len(found.handlings) == 0


def test_what_was_reported_shortly_before_is_near_in_time(house: House) -> None:
    put(
        house,
        "issue",
        "2026-03",
        issue("week", reported_at=datetime(2026, 3, 26, tzinfo=UTC)),
        issue("month", reported_at=datetime(2026, 3, 2, tzinfo=UTC)),
    )
    put(house, "issue", "2026-04", issue("mine", reported_at=april(1)))

    found = facts_of(house)
    near = read_neighbours(house, found.issues["reported_at"], None)

    assert sorted(near["issue_id"]) == ["mine", "week"]
    assert found.issues["issue_id"].to_list() == ["mine"]


def test_a_pinned_version_does_not_see_what_came_later(house: House) -> None:
    pinned = dict.fromkeys(PINNED, -1)
    pinned["issue"] = put(house, "issue", "2026-04", issue("first"))
    put(house, "issue", "2026-04", issue("second"))
    put(house, "issue_event", "2026-04", event("first"))

    now = Facts(house).loop(["2026-04"], AS_OF).whole()
    then = Facts(house, pinned).loop(["2026-04"], AS_OF).whole()

    assert dict(now.select("issue_id", "rework_count").iter_rows()) == {
        "first": 1,
        "second": 0,
    }
    assert then["issue_id"].to_list() == ["first"]
    assert then["rework_count"].to_list() == [0]


def test_an_empty_lake_has_no_cases(house: House) -> None:
    assert Facts(house).loop(["2026-04"], AS_OF).whole().is_empty()


def test_limits_by_rule_and_shift_minutes_of_a_pinned_release(house: House) -> None:
    rule = {
        "time_limit_id": "t1",
        "category_system_code": "S",
        "category_kind_code": "MATTER",
        "category_code": "1",
        "step_code": "ACCEPT",
        "limit_value": 2,
        "limit_type_code": "WORK_HOUR",
        "limit_minutes": 120,
        "valid_from_on": date(2021, 1, 1),
    }
    own = {"category_system_code": "S", "category_kind_code": "MATTER"}
    pinned = dict.fromkeys(PINNED, -1)
    pinned["time_limit"] = put(house, "time_limit", "", rule)
    pinned["work_calendar"] = put(
        house, "work_calendar", "", *house.city.work_calendar(2026).to_dicts()
    )
    # Friday 10 April at noon: the shifts go on from 14:00.
    pinned["issue"] = put(
        house,
        "issue",
        "2026-04",
        issue("in", category_code="1", accepted_at=april(10, 16), **own),
        issue("late", category_code="1", accepted_at=april(10, 17), **own),
        issue("free", category_code="2", accepted_at=april(13, 9), **own),
    )

    found = Facts(house, pinned).loop(["2026-04"], AS_OF).whole().sort("issue_id")

    names = ("issue_id", "accept_in_limit", "accept_without_limit")
    assert found.select(*names, "accept_shift_minutes").rows() == [
        ("free", False, True, 300),
        ("in", True, False, 120),
        ("late", False, False, 180),
    ]
    assert Facts(house).loop(["2026-04"], AS_OF).whole()["accept_in_limit"].sum() == 0


def test_many_cases_wait_on_disk_and_end_in_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch, opened: list[str]
) -> None:
    names = [f"{nth:032x}" if nth % 2 else f"f{nth:031x}" for nth in range(20)]
    # Two at the same place and time: one repeats the other, on whichever shelf.
    near = {"lon": 114.3, "lat": 30.6, "category_code": "1", "category_kind_code": "M"}
    own = {**near, "category_system_code": "S", "coord_quality_code": "OK"}
    told = (issue(name, **(own if n < 2 else {})) for n, name in enumerate(names))
    put(house, "issue", "2026-04", *told)
    put(house, "issue_event", "2026-04", *(event(name) for name in names[::3]))
    few = Facts(house)
    whole = few.loop(["2026-04"], AS_OF).whole()
    handlings = few.handlings(["2026-04"], AS_OF)
    opened.clear()
    monkeypatch.setattr(shelves, "HELD", 0)
    monkeypatch.setattr(issue_facts, "HELD", 0)

    many = Facts(house)
    found = many.loop(["2026-04"], AS_OF).whole()

    assert found.equals(whole)
    assert found["issue_id"].to_list() == sorted(names)
    assert found["near_duplicate"].sum() == whole["near_duplicate"].sum()
    assert found["similar_earlier"].sum() == 1
    assert found["rework_count"].sum() == len(names[::3])
    assert many.handlings(["2026-04"], AS_OF).equals(handlings)
    # However many pieces there are, a file is read once; cases twice, for what is near.
    assert opened.count("core/issue_event/2026-04") == 1
    assert opened.count("core/issue/2026-04") == 2
