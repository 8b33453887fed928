"""A code that has ended becomes that of its one successor, on the day of the row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from hub.partners.spec import Column, Emit
from hub.partners.succession import SUCCESSOR, Succession
from hub.pipeline.cells import Cells
from hub.pipeline.successors import carry_over
from hub.schemas import dataset

OLD, NEW, SPLIT = "420104001201", "420104001001", "420104001202"
CHANGE = date(2026, 7, 1)
DIVISIONS = pl.DataFrame(
    [
        (OLD, date(2000, 1, 1), CHANGE),
        (SPLIT, date(2000, 1, 1), CHANGE),
        (NEW, date(2000, 1, 1), None),
        ("420104001002", CHANGE, None),
    ],
    schema={
        "division_code": pl.String,
        "valid_from_on": pl.Date,
        "valid_to_on": pl.Date,
    },
    orient="row",
)
ROWS = [
    (OLD, NEW, CHANGE, None),
    (SPLIT, NEW, CHANGE, None),
    (SPLIT, "420104001002", CHANGE, None),
]
SUCCESSION = Succession(DIVISIONS, pl.DataFrame(ROWS, schema=SUCCESSOR, orient="row"))
# Midnight of 1 July in Wuhan, and the second before.
JULY = datetime(2026, 6, 30, 16, tzinfo=UTC)
JUNE = datetime(2026, 6, 30, 15, 59, 59, tzinfo=UTC)


def carried(name: str, columns: dict[str, Any], **made: Any) -> dict[str, Cells]:
    emit = Emit(dataset=name, columns=columns)
    return carry_over(
        pl.DataFrame(made),
        dataset(name),
        emit,
        succession=SUCCESSION,
        zone="Asia/Shanghai",
    )


def faults(cells: Cells) -> list[bool]:
    ((rule, rows),) = cells.faults
    assert rule == "F27"
    return rows.to_list()


def test_the_day_of_the_report_decides() -> None:
    found = carried(
        "issue",
        {"community_code": Column(field="x"), "street_code": Column(field="y")},
        community_code=[OLD, OLD, SPLIT, NEW, None, "420104001999"],
        street_code=["420104001"] * 6,
        reported_at=[JUNE, JULY, JULY, JULY, JULY, None],
        version_at=[JULY] * 6,
    )

    assert set(found) == {"community_code"}
    codes = found["community_code"]
    assert codes.values.to_list() == [OLD, NEW, SPLIT, NEW, None, "420104001999"]
    assert faults(codes) == [False, True, False, False, False, False]


def test_a_list_names_the_successor_once_and_keeps_its_order() -> None:
    found = carried(
        "area",
        {"community_codes": Column(field="x")},
        community_codes=[[OLD, SPLIT, NEW], [NEW, OLD], [SPLIT], [], None, [NEW, NEW]],
        version_at=[JULY] * 6,
    )["community_codes"]

    assert found.values.to_list() == [
        [NEW, SPLIT],
        [NEW],
        [SPLIT],
        [],
        None,
        [NEW, NEW],
    ]
    assert faults(found) == [True, True, False, False, False, False]


def test_a_row_with_days_of_its_own_is_asked_on_its_first_day() -> None:
    found = carried(
        "area",
        {"community_codes": Column(field="x"), "valid_from_on": Column(field="since")},
        community_codes=[[OLD], [OLD]],
        valid_from_on=[date(2026, 6, 30), CHANGE],
        version_at=[JULY] * 2,
    )["community_codes"]

    assert found.values.to_list() == [[OLD], [NEW]]


def test_a_name_is_left_to_those_who_look_names_up() -> None:
    by_name = Column(field="x", ref="division", by="division_name")

    found = carried(
        "issue",
        {"community_code": by_name},
        community_code=[OLD],
        reported_at=[JULY],
        version_at=[JULY],
    )

    assert found == {}
