"""The warehouse of a hub: what a release and its frozen months hold, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from support.closed_month import (
    LATE_CASES,
    MONTH,
    copied,
    deliver,
    later,
    plain_policy,
)
from support.databases import postgres_database

from hub.errors import MisuseError
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.house import House
from hub.flow.metric_tables import METRIC_COLUMNS, OTHER_COLUMNS, metric_table
from hub.flow.warehouse import load_warehouse, open_warehouse, standings
from hub.flow.warehouse_sources import REVISION, label


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as made:
        yield made


@pytest.fixture
def house(closed: Path, tmp_path: Path, url: str | None) -> House:
    return on(copied(closed, tmp_path), url)


def on(house: House, url: str | None) -> House:
    told = house.settings.model_copy(update={"warehouse_url": url})
    return replace(house, settings=told)


def query(house: House, text: str) -> list[tuple[object, ...]]:
    warehouse = open_warehouse(house)
    with warehouse.engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.text(text))]
    warehouse.close()
    return rows


def test_figures_stand_as_the_lake_has_them(house: House) -> None:
    load_warehouse(house)

    lake = metric_table(house, "figure").read()
    wanted = lake.filter(pl.col("level") == "unit", pl.col("period") == MONTH).select(
        "metric", "unit_code", "numerator", "denominator"
    )
    found = query(
        house,
        "SELECT metric, unit_code, numerator, denominator FROM metric_figure "
        f"WHERE level = 'unit' AND period = '{MONTH}'",
    )
    assert sorted(found) == sorted(wanted.rows())
    assert query(house, "SELECT count(*) FROM metric_figure") == [(lake.height,)]


def test_no_data_is_null_and_never_zero(house: House) -> None:
    load_warehouse(house)

    told = query(
        house,
        "SELECT count(*) FROM metric_figure WHERE denominator = 0 "
        "AND value_share IS NOT NULL",
    )

    assert told == [(0,)]


def test_the_same_load_again_changes_nothing(house: House) -> None:
    load_warehouse(house)
    before = standings(house)

    (again,) = load_warehouse(house)

    assert [(one.written, one.removed) for one in again.tables] == [
        (0, 0) for _ in again.tables
    ]
    assert all(one.kept for one in again.tables if one.rows)
    assert standings(house) == before


def test_frozen_months_stay_when_facts_arrive_late(
    frozen: House, tmp_path: Path, url: str | None
) -> None:
    load_warehouse(on(frozen, url))
    there = on(later(tmp_path), url)
    deliver(there, there.now(), LATE_CASES)

    release, revision = load_warehouse(there)

    assert (release.source, revision.source) == ("r000002", f"{MONTH}/1")
    assert [one.written for one in revision.tables] == [0, 0, 0]
    assert {one.table for one in revision.tables} == {
        "assessment_revision",
        "assessment_score",
        "assessment_score_item",
    }


def test_each_revision_is_told_with_who_and_why(
    house: House, tmp_path: Path, url: str | None
) -> None:
    freeze_month(house, MONTH, policies=[plain_policy()], author="甲", approver="乙")
    load_warehouse(house)
    there = on(later(tmp_path), url)
    deliver(there, there.now(), LATE_CASES)
    revise_month(there, MONTH, reason="补报", author="丙")

    load_warehouse(there)

    columns = (
        "revision, is_current, author, approver, revision_reason, release, policies"
    )
    told = query(there, f"SELECT {columns} FROM assessment_revision ORDER BY revision")
    assert [tuple(row) for row in told] == [
        ("1", 0, "甲", "乙", "first freeze 首次冻结", "r000001", "plain v1"),
        ("2", 1, "丙", None, "补报", "r000002", "plain v1"),
    ]


def test_an_older_release_can_be_loaded(
    house: House, tmp_path: Path, url: str | None
) -> None:
    load_warehouse(house)
    first = query(house, "SELECT row_id, numerator FROM metric_figure ORDER BY row_id")
    there = on(later(tmp_path), url)
    deliver(there, there.now(), LATE_CASES)
    load_warehouse(there)

    load_warehouse(there, "r000001")

    text = "SELECT row_id, numerator FROM metric_figure ORDER BY row_id"
    assert query(there, text) == first


def test_an_unknown_release_is_refused(house: House) -> None:
    with pytest.raises(MisuseError, match="hub release list"):
        load_warehouse(house, "r999999")


def test_every_column_of_the_metric_tables_has_a_chinese_comment() -> None:
    loaded = ("figure", "beside", "issue_loop", "exception")
    columns = METRIC_COLUMNS | OTHER_COLUMNS | {"revision": dict(REVISION)}
    names = {column for name in (*loaded, "revision") for column in columns[name]}

    assert not {name for name in names if label(name) == name}


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("verify_in_limit", "按时核实"),
        ("check_without_limit", "核查无时限"),
        ("first_response_minutes", "首次响应时长（自然时间，分钟）"),
        ("whole_shift_minutes", "全程时长（工作时间，分钟）"),
        ("suspended_minutes", "已挂账分钟数"),
        ("need_dispatch", "应派遣"),
        ("colour", "colour"),
    ],
)
def test_steps_and_spans_are_named_by_their_parts(column: str, words: str) -> None:
    assert label(column) == words
