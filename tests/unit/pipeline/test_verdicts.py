from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.valid_rows import LANDED, NOON, TODAY, spoil, valid_rows

from hub.pipeline.validate import find_failures
from hub.pipeline.verdicts import row_rules
from hub.schemas import DATASETS
from hub.schemas.norms import Norms
from hub.schemas.rules import RULES

# dataset, cells that are changed, column and rule of the one finding that follows.
SPOILED: list[tuple[str, dict[str, object], str, str]] = [
    ("person", {"person_name": ""}, "person_name", "P11"),
    ("person", {"person_name": "名" * 51}, "person_name", "P11"),
    ("handling", {"attempt_seq": 0}, "attempt_seq", "P12"),
    ("review", {"attempt_seq": -1}, "attempt_seq", "P12"),
    ("time_limit", {"limit_value": 0}, "limit_value", "P12"),
    ("issue", {"rework_count": -1}, "rework_count", "P12"),
    ("issue", {"lon": float("nan")}, "lon", "P12"),
    ("issue", {"lat": float("inf")}, "lat", "P12"),
    ("issue", {"coord_sys_code": None}, "coord_sys_code", "P01"),
    ("issue", {"coord_sys_code": None, "lon": None}, "coord_sys_code", "P01"),
    ("issue", {"std_method_code": None}, "std_method_code", "P01"),
    ("service_object", {"signed_on": None}, "signed_on", "P01"),
    ("patrol", {"status_code": "MISSED", "planned_on": None}, "planned_on", "P01"),
    ("patrol", {"status_code": "DONE", "started_at": None}, "started_at", "P01"),
    ("category_map", {"to_kind_code": None}, "to_kind_code", "P01"),
    ("work_calendar", {"shifts": None}, "shifts", "P01"),
    (
        "institution_doc",
        {"item_code": "J10", "period_month": None},
        "period_month",
        "P01",
    ),
    ("institution_doc", {"period_month": "2026-13"}, "period_month", "P03"),
    ("work_calendar", {"shifts": "8:00-12:00"}, "shifts", "P03"),
    ("assignment", {"end_on": TODAY}, "end_on", "K12"),
    ("area", {"valid_to_on": TODAY}, "valid_to_on", "K12"),
    ("patrol", {"ended_at": NOON}, "ended_at", "K12"),
    ("issue", {"closed_at": NOON - timedelta(1)}, "closed_at", "K13"),
    ("issue", {"close_deadline_at": NOON + timedelta(401)}, "close_deadline_at", "K15"),
    ("org", {"uscc_id": "91350100M000100Y44"}, "uscc_id", "K20"),
    ("issue", {"category_code": "0610"}, "category_code", "P10"),
    ("category_map", {"from_code": "06010"}, "from_code", "P10"),
    ("issue", {"category_system_code": "LOCAL-"}, "category_system_code", "P02"),
    ("issue", {"stage_code": "REWORK"}, "stage_code", "P02"),
    ("issue", {"media": [{"usage_code": "?"}]}, "media", "P02"),
    ("area", {"community_codes": ["420104001001", "1"]}, "community_codes", "P10"),
    ("assignment", {"target_kind_code": "ORG"}, "target_kind_code", "P26"),
    ("work_calendar", {"day_kind_code": "HOLIDAY"}, "is_workday", "P26"),
    ("time_limit", {"source_text": "2工作时"}, "limit_type_code", "P26"),
    ("issue", {"source_updated_at": NOON + timedelta(9)}, "source_updated_at", "K14"),
]
KEPT: list[tuple[str, dict[str, object]]] = [
    ("person", {"person_name": "𬭳" * 50}),
    ("review", {"attempt_seq": 0}),
    ("issue", {"lon": 38_532_000.5}),
    ("issue", {"lon": None, "lat": None, "coord_sys_code": None}),
    ("issue", {"category_system_code": "LOCAL-platform", "category_code": "a-1"}),
    ("issue", {"source_deadline_at": NOON + timedelta(400)}),
    ("issue", {"suspended_until_at": NOON + timedelta(4000)}),
    ("issue", {"closed_at": NOON, "accepted_at": None}),
    ("issue", {"media": [{"usage_code": None}]}),
    ("issue", {"media": []}),
    ("issue_event", {"stage_code": "REWORK"}),
    ("service_object", {"is_three_guarantee_signed": None, "signed_on": None}),
    ("patrol", {"status_code": "DONE", "planned_on": None}),
    ("patrol", {"status_code": "PLANNED", "started_at": None, "ended_at": None}),
    ("division", {"level_code": "CITY", "parent_code": None}),
    ("category_map", {"to_kind_code": None, "to_code": None}),
    ("institution_doc", {"item_code": "J01", "period_month": None}),
    ("assignment", {"end_on": None}),
    ("assignment", {"role_code": "LEADER", "target_kind_code": "STREET"}),
    ("org", {"uscc_id": None}),
    ("time_limit", {"source_text": "2紧急工作时"}),
]


@pytest.mark.parametrize(("name", "cells", "column", "rule"), SPOILED)
def test_each_broken_claim_is_one_finding(
    name: str, cells: dict[str, object], column: str, rule: str
) -> None:
    frame = valid_rows(DATASETS[name])
    for cell, value in cells.items():
        frame = spoil(frame, cell, value)

    assert find_failures(DATASETS[name], frame).rows() == [(11, column, rule)]


@pytest.mark.parametrize(("name", "cells"), KEPT)
def test_what_looks_odd_and_is_allowed_has_no_finding(
    name: str, cells: dict[str, object]
) -> None:
    frame = valid_rows(DATASETS[name])
    for cell, value in cells.items():
        frame = spoil(frame, cell, value)

    assert find_failures(DATASETS[name], frame).rows() == []


@pytest.mark.parametrize(
    ("kind", "code", "fits"),
    [
        ("STREET", "420104099", True),
        ("STREET", "420104100", False),
        ("TOWN", "420117100", True),
        ("TOWNSHIP_LIKE", "420111460", True),
        ("TOWNSHIP_LIKE", "420111300", False),
        ("RESIDENTS_COMMITTEE", "420104001001", True),
        ("VILLAGE_COMMITTEE", "420104001001", False),
        ("STREET", "0255", True),
    ],
)
def test_kind_of_a_division_agrees_with_its_number(
    kind: str, code: str, fits: bool
) -> None:
    frame = spoil(valid_rows(DATASETS["division"]), "kind_code", kind)
    frame = spoil(frame, "division_code", code)

    failures = find_failures(DATASETS["division"], frame, norms=Norms(formats={}))

    assert (failures.height == 0) is fits


def test_a_city_brings_its_own_formats_and_tolerances() -> None:
    abroad = Norms(
        formats={"district_code": "^[A-Z]{2}$"},
        clock_tolerance=timedelta(days=2),
        deadline_reach=timedelta(days=1),
    )
    frame = valid_rows(DATASETS["issue"]).with_columns(
        district_code=pl.lit("BK"),
        street_code=pl.lit("5"),
        closed_at=pl.lit(LANDED + timedelta(days=1), pl.Datetime("us", "UTC")),
    )
    frame = spoil(frame, "close_deadline_at", NOON + timedelta(days=2))

    failures = find_failures(DATASETS["issue"], frame, norms=abroad)

    assert failures.rows() == [(11, "close_deadline_at", "K15")]


def test_every_row_rule_reads_columns_of_its_dataset_and_has_an_entry() -> None:
    for ds in DATASETS.values():
        names = set(ds.polars_schema())
        for rule in row_rules(ds, Norms()):
            assert rule.reads <= names, (ds.name, rule.column, rule.rule)
            assert rule.column in names
            assert rule.rule in RULES


CHAIN = [
    "reported_at",
    "accepted_at",
    "registered_at",
    "dispatched_at",
    "received_at",
    "handled_at",
    "checked_at",
    "closed_at",
]
instants = st.one_of(
    st.none(), st.integers(0, 5).map(lambda hours: NOON - timedelta(hours=hours))
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(*[instants] * len(CHAIN)), min_size=1, max_size=60))
def test_only_the_first_break_of_order_is_named(
    rows: list[tuple[datetime, ...]],
) -> None:
    frame = valid_rows(DATASETS["issue"], len(rows)).with_columns(
        pl.Series(name, [row[i] for row in rows], dtype=pl.Datetime("us", "UTC"))
        for i, name in enumerate(CHAIN)
    )

    failures = find_failures(DATASETS["issue"], frame).filter(pl.col("rule") == "K13")

    assert set(failures.select("row", "column").iter_rows()) == {
        (10 + number, name)
        for number, row in enumerate(rows)
        if (name := first_break(row)) is not None
    }


def first_break(row: tuple[datetime | None, ...]) -> str | None:
    """The slow reading of K13: walk along, remember the last time seen."""
    last: datetime | None = None
    for name, value in zip(CHAIN, row, strict=True):
        if value is not None and last is not None and value < last:
            return name
        last = value or last
    return None


days = st.one_of(st.none(), st.dates(date(2026, 9, 26), date(2026, 9, 30)))
hours = st.one_of(
    st.none(),
    st.integers(-3, 3).map(lambda h: LANDED + timedelta(hours=h)),
    st.just(datetime(1970, 1, 1, tzinfo=UTC)),
)
patrols = st.tuples(
    st.sampled_from(["PLANNED", "DONE", "MISSED", "??", None]),
    days,
    hours,
    hours,
    st.sampled_from([None, -1, 0, 7]),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(patrols, min_size=1, max_size=60))
def test_findings_of_a_patrol_are_those_of_the_slow_reading(
    rows: list[tuple[object, ...]],
) -> None:
    ds = DATASETS["patrol"]
    names = [
        "status_code",
        "planned_on",
        "started_at",
        "ended_at",
        "shop_visited_count",
    ]
    frame = valid_rows(ds, len(rows)).with_columns(
        pl.Series(name, [row[i] for row in rows], dtype=ds.column(name).dtype)
        for i, name in enumerate(names)
    )

    failures = set(find_failures(ds, frame).iter_rows())

    assert failures == {
        (10 + number, *finding)
        for number, row in enumerate(rows)
        for finding in slow_patrol(*row)
    }


def slow_patrol(status, planned, started, ended, shops):  # type: ignore[no-untyped-def]
    """Rules of model §3.12, K12 and K14, one row at a time."""
    if status is None:
        yield ("status_code", "P01")
    elif status == "??":
        yield ("status_code", "P02")
    if status not in (None, "DONE") and planned is None:
        yield ("planned_on", "P01")
    if status == "DONE" and started is None:
        yield ("started_at", "P01")
    if started and ended and ended <= started:
        yield ("ended_at", "K12")
    latest = LANDED + timedelta(minutes=10)
    for name, value in (("started_at", started), ("ended_at", ended)):
        if value and not datetime(1980, 1, 1, tzinfo=UTC) <= value <= latest:
            yield (name, "K14")
    if shops is not None and shops < 0:
        yield ("shop_visited_count", "P12")
