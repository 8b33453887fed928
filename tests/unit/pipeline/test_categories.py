"""A category finds its standard code by table, rule or name, and never by number."""

from __future__ import annotations

import polars as pl
import pytest

from hub.pipeline.categories import Mapped, map_categories

OLD, EVENTS, NEW = "CJT214-2007", "GBT30428.2-2013", "GBT47678.5-2026"
CATEGORIES = pl.DataFrame(
    [
        (NEW, "MATTER", "06001", "私搭乱建"),
        (NEW, "MATTER", "06002", "建(构)筑物外立面不洁"),
        (NEW, "MATTER", "06007", "沿街晾挂"),
        (NEW, "MATTER", "06010", "暴露垃圾"),
        (NEW, "MATTER", "06042", "乱堆乱放"),
        (NEW, "MATTER", "01001", "供水井盖异常"),
        (NEW, "COMPONENT", "01001", "供水井盖"),
        (NEW, "COMPONENT", "02001", "停车设施"),
        (EVENTS, "MATTER", "0101", "私搭乱建"),
        (EVENTS, "MATTER", "0107", "沿街晾挂"),
        (EVENTS, "MATTER", "0110", "暴露垃圾"),
        (EVENTS, "MATTER", "0198", "乱堆放"),
        (EVENTS, "MATTER", "0606", "其他"),
        (EVENTS, "COMPONENT", "0101", "上水井盖"),
        (OLD, "MATTER", "0102", "暴露垃圾"),
        (OLD, "MATTER", "0107", "乱堆物堆料"),
    ],
    schema=["system_code", "kind_code", "category_code", "category_name"],
    orient="row",
)
TABLE = pl.DataFrame(
    [
        (EVENTS, "MATTER", "0101", NEW, "MATTER", "06001", "EXACT"),
        (EVENTS, "MATTER", "0110", NEW, "MATTER", "06010", "EXACT"),
        (EVENTS, "MATTER", "0198", NEW, "MATTER", "06042", "NAME"),
        (EVENTS, "MATTER", "0606", NEW, None, None, "MANUAL"),
        (EVENTS, "MATTER", "0505", NEW, "MATTER", "06999", "MANUAL"),
        (EVENTS, "COMPONENT", "0101", NEW, "COMPONENT", "01001", "MANUAL"),
        (OLD, "MATTER", "0102", NEW, "MATTER", "06010", "EXACT"),
        (EVENTS, "MATTER", "0101", "OTHER", "MATTER", "1", "EXACT"),
    ],
    schema=[
        "from_system_code",
        "from_kind_code",
        "from_code",
        "to_system_code",
        "to_kind_code",
        "to_code",
        "method_code",
    ],
    orient="row",
)
ISSUE = [
    "issue_id",
    "category_system_code",
    "category_kind_code",
    "category_code",
    "category_name",
]
Row = tuple[str, str, str, str | None]


def run(*rows: Row) -> Mapped:
    issues = pl.DataFrame(
        [(f"i{number}", *row) for number, row in enumerate(rows)],
        schema=dict.fromkeys(ISSUE, pl.String),
        orient="row",
    )
    return map_categories(issues, TABLE, CATEGORIES, system=NEW)


NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("row", "expected", "rules"),
    [
        # the standard list itself
        ((NEW, "MATTER", "06010", None), ("MATTER", "06010", "EXACT"), []),
        ((NEW, "COMPONENT", "01001", "供水井盖"), ("COMPONENT", "01001", "EXACT"), []),
        ((NEW, "MATTER", "06085", "私设棋牌（自定义）"), NOTHING, []),
        # by table
        ((EVENTS, "MATTER", "0110", "暴露垃圾"), ("MATTER", "06010", "EXACT"), []),
        ((EVENTS, "MATTER", "0198", "乱堆放"), ("MATTER", "06042", "NAME"), []),
        (
            (EVENTS, "COMPONENT", "0101", None),
            ("COMPONENT", "01001", "MANUAL"),
            [],
        ),
        ((EVENTS, "MATTER", "0606", "其他"), NOTHING, []),
        # the table names what does not exist
        ((EVENTS, "MATTER", "0505", None), NOTHING, ["F08"]),
        # by the rule of five, only if its target exists
        ((EVENTS, "MATTER", "0107", "沿街晾挂"), ("MATTER", "06007", "RULE"), []),
        ((EVENTS, "MATTER", "0102", None), ("MATTER", "06002", "RULE"), []),
        ((EVENTS, "MATTER", "0103", None), NOTHING, []),
        ((EVENTS, "MATTER", "0510", None), NOTHING, []),
        ((EVENTS, "COMPONENT", "0110", None), NOTHING, []),
        # 2007: by name, never by the rule
        ((OLD, "MATTER", "0102", "暴露垃圾"), ("MATTER", "06010", "EXACT"), []),
        ((OLD, "MATTER", "0107", None), NOTHING, []),
        ((OLD, "MATTER", "0199", " 沿街晾挂"), ("MATTER", "06007", "EXACT"), []),
        # components: by name
        (
            (EVENTS, "COMPONENT", "0299", "停车设施"),
            ("COMPONENT", "02001", "EXACT"),
            [],
        ),
        ((EVENTS, "MATTER", "0599", "停车设施"), NOTHING, []),
        # full-width brackets are the same name
        (
            (OLD, "MATTER", "0150", "建（构）筑物外立面不洁"),
            ("MATTER", "06002", "EXACT"),
            [],
        ),
        # name against code: the name wins, both are kept
        (
            (EVENTS, "MATTER", "0110", "私搭乱建"),
            ("MATTER", "06001", "EXACT"),
            ["S02"],
        ),
        (
            (EVENTS, "MATTER", "0102", "暴露垃圾"),
            ("MATTER", "06010", "EXACT"),
            ["S02"],
        ),
        # a name that no list knows outweighs nothing
        (
            (EVENTS, "MATTER", "0110", "垃圾问题"),
            ("MATTER", "06010", "EXACT"),
            ["S02"],
        ),
        ((EVENTS, "MATTER", "0102", "本地叫法"), ("MATTER", "06002", "RULE"), []),
        (("LOCAL-x", "MATTER", "9", "暴露垃圾"), ("MATTER", "06010", "EXACT"), []),
        (("LOCAL-x", "MATTER", "9", "杂事"), NOTHING, []),
    ],
)
def test_a_category_finds_its_target(
    row: Row, expected: tuple[str | None, ...], rules: list[str]
) -> None:
    found = run(row)

    assert found.issues.row(0)[1:] == expected
    assert found.findings["rule"].to_list() == rules


def test_rows_keep_their_order_and_number() -> None:
    rows: list[Row] = [
        (EVENTS, "MATTER", "0110", None),
        (OLD, "MATTER", "0110", None),
        (EVENTS, "MATTER", "0110", "暴露垃圾"),
        (EVENTS, "MATTER", "0110", None),
    ]

    found = run(*rows).issues

    assert found["issue_id"].to_list() == ["i0", "i1", "i2", "i3"]
    assert found["std_category_code"].to_list() == ["06010", None, "06010", "06010"]


def test_a_city_without_a_standard_list_maps_nothing() -> None:
    issues = pl.DataFrame(
        [("i", EVENTS, "MATTER", "0110", "暴露垃圾")], schema=ISSUE, orient="row"
    )

    found = map_categories(issues, TABLE, CATEGORIES, system=None)

    assert found.issues.rows() == [("i", *NOTHING)]


def test_no_issues_map_to_nothing() -> None:
    assert run().issues.is_empty()
