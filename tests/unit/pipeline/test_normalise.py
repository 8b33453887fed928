"""Rows as sent become facts: unfolding, keys, versions, codes, references."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from support.small_city import write_city

from hub.partners.loader import load_city
from hub.pipeline.columns import Context
from hub.pipeline.digest import TOMBSTONE
from hub.pipeline.normalise import ROW, Facts, read_facts

LANDED = datetime(2026, 10, 1, 17, tzinfo=UTC)
AS_OF = datetime(2026, 10, 1, 16, tzinfo=UTC)
HEAD = """
[partner]
id = "one"
title = "一"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "rest"
base_url = "http://127.0.0.1:9"

[[feed]]
name = "rows"
"""
PEOPLE = (
    HEAD
    + """
dataset = "person"
mode = "snapshot"
key = ["id"]
changed = "changed"
deletes = { kind = "marker", field = "op", values = ["D"] }

[feed.read]
path = "/"

[feed.columns]
person_name = "name"
employment_code = { field = "job", codes = "job" }
is_active = "active"
mobile = "phone"
org_id = { field = "org", ref = "org" }

[feed.codes.job]
"执法" = "ENFORCEMENT"
"协管" = "ASSISTANT"
"""
)
Reader = Callable[..., Facts]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def one(text: str, rows: list[dict[str, object]], emit: int = 0) -> Facts:
        city = load_city(write_city(tmp_path / "city", one=text))
        assert not city.broken, city.broken
        partner = city.partners["one"]
        feed = partner.feeds[0]
        ctx = Context(
            partner=partner,
            feed=feed,
            batch_id="b00000001",
            landed_at=LANDED,
            as_of=AS_OF,
            city_zone=city.timezone,
            bbox=city.bbox,
        )
        frame = pl.DataFrame(rows).with_row_index(ROW).cast({ROW: pl.Int64})
        return read_facts(frame, feed.emits[emit], ctx)

    return one


def person(**more: object) -> dict[str, object]:
    given: dict[str, object] = {
        "id": "7",
        "name": " 张三 ",
        "job": "执法",
        "active": "是",
        "phone": "１３８ 1234 5678",
        "org": "o1",
        "changed": "2026-10-01 12:00:00",
        "op": "U",
    }
    return {**given, **more}


def findings(facts: Facts) -> set[tuple[str, str]]:
    return set(facts.findings.select("column", "rule").rows())


def test_a_row_becomes_a_fact_in_canonical_form(read: Reader) -> None:
    facts = read(PEOPLE, [person()])

    row = facts.frame.row(0, named=True)
    assert row["person_name"] == "张三"
    assert row["employment_code"] == "ENFORCEMENT"
    assert row["mobile"] == "13812345678"
    assert row["is_active"] is True
    assert (row["partner"], row["source_id"]) == ("one", "7")
    assert row["key"] == row["person_id"]
    assert row["version_at"] == datetime(2026, 10, 1, 4, tzinfo=UTC)
    assert findings(facts) == set()


def test_a_row_without_a_change_time_has_the_day_of_its_delivery(read: Reader) -> None:
    facts = read(PEOPLE, [person(changed="")])

    row = facts.frame.row(0, named=True)
    assert (row["version_at"], row["source_updated_at"]) == (AS_OF, None)
    # 16:00 UTC is midnight of the second of October in Wuhan.
    assert row["valid_from_on"] == row["from_on"] == date(2026, 10, 2)
    assert row["dated"] is False


def test_a_change_time_may_be_a_number_of_milliseconds(read: Reader) -> None:
    text = PEOPLE.replace("deletes", 'changed_format = "epoch_ms"\ndeletes')

    facts = read(text, [person(changed="1790827200123")])

    assert facts.frame["version_at"].to_list() == [
        datetime(2026, 10, 1, 4, 0, 0, 123000, tzinfo=UTC)
    ]


def test_an_unreadable_change_time_keeps_the_row_out(read: Reader) -> None:
    facts = read(PEOPLE, [person(changed="gestern")])

    assert ("source_updated_at", "P03") in facts.findings.select(
        "column", "rule"
    ).rows()


def test_the_first_day_nobody_delivered_is_not_in_the_digest(read: Reader) -> None:
    one, two = (
        person(changed="2026-10-01 12:00:00"),
        person(changed="2026-10-03 12:00:00"),
    )

    digests = read(PEOPLE, [one, two]).frame["row_digest"]

    assert digests[0] == digests[1]


def test_a_marked_row_is_a_tombstone_that_needs_only_its_key(read: Reader) -> None:
    gone = person(op="D", name="", job="没有", active="?")

    facts = read(PEOPLE, [gone])

    assert facts.frame["row_digest"].to_list() == [TOMBSTONE]
    assert findings(facts) == set()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (person(job="保洁"), ("employment_code", "P06")),
        (person(active="也许"), ("is_active", "P05")),
        (person(id=""), ("source_id", "P07")),
        (person(id="1.23457E+17"), ("source_id", "P08")),
        (person(name="张\ufffd"), ("person_name", "P21")),
    ],
)
def test_bad_cells_are_findings_never_values(
    read: Reader, row: dict[str, object], found: tuple[str, str]
) -> None:
    assert findings(read(PEOPLE, [row])) == {found}


def test_lists_unfold_into_facts_with_keys_of_their_own(read: Reader) -> None:
    text = (
        HEAD
        + """
key = ["id"]
[feed.read]
path = "/"
[[feed.emit]]
dataset = "review"
explode = "checks"
part = { field = "no" }
[feed.emit.columns]
issue_id = { field = "../id", ref = "issue" }
attempt_seq = "no"
review_kind_code = { value = "CHECK" }
done_at = "at"
media_count = { value = 0 }
"""
    )
    checks = [{"no": "1", "at": "2026-10-01 10:00:00"}, {"no": "2", "at": "bad"}]
    rows: list[dict[str, object]] = [{"id": "c1", "checks": checks}]

    facts = read(text, [*rows, {"id": "c2", "checks": []}])

    assert facts.frame["source_id"].to_list() == ["c1#1", "c1#2"]
    assert facts.frame[ROW].to_list() == [0, 0]
    assert facts.frame["issue_id"].n_unique() == 1
    assert findings(facts) == {("done_at", "P03")}


def test_conditions_choose_rows_and_expressions_make_values(read: Reader) -> None:
    text = (
        HEAD
        + """
key = ["id"]
[feed.read]
path = "/"
[[feed.emit]]
dataset = "org"
when = "kind = 'office'"
[feed.emit.columns]
org_name = { sql = "COALESCE(full, brief)" }
org_level_code = { value = "STREET" }
org_kind_code = { value = "STREET" }
"""
    )
    rows: list[dict[str, object]] = [
        {"id": "1", "kind": "office", "full": None, "brief": "一街"},
        {"id": "2", "kind": "shop", "full": "x", "brief": "y"},
    ]

    facts = read(text, rows)

    assert facts.frame.select("source_id", "org_name").rows() == [("1", "一街")]


def test_constants_are_read_like_cells(read: Reader) -> None:
    text = (
        HEAD
        + """
key = ["id"]
dataset = "assignment"
[feed.read]
path = "/"
[feed.columns]
person_id = { field = "id", ref = "person" }
role_code = { value = "LEADER" }
target_kind_code = { value = "STREET" }
target_id = "street"
is_primary = { value = true }
start_on = { value = "2026-09-01" }
"""
    )
    facts = read(text, [{"id": "1", "street": "420102001"}])

    row = facts.frame.row(0, named=True)
    assert (row["start_on"], row["is_primary"]) == (date(2026, 9, 1), True)
