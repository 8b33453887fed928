"""Standings of a group: order, moves, courses."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.bulletins import frame, small_month, total

from hub.bulletin.content import TOTAL_COLUMNS
from hub.bulletin.ranking import ranking


def test_a_course_has_every_month_since_the_first() -> None:
    month = small_month()
    lone = total("AU-A", "40.000", 1, period="2026-06")

    (group,) = ranking(replace(month, earlier=frame(TOTAL_COLUMNS, lone)))

    assert group.standings[0].course == (
        ("2026-06", Decimal("40.000")),
        ("2026-07", None),
        ("2026-08", None),
        ("2026-09", None),
        ("2026-10", Decimal("54.000")),
    )


def test_a_move_is_told_against_the_month_before_only() -> None:
    month = small_month()
    older = total("AU-A", "40.000", 3, period="2026-08")

    (group,) = ranking(replace(month, earlier=frame(TOTAL_COLUMNS, older)))

    assert [one.moved for one in group.standings] == [None] * 4


def test_january_looks_back_to_december() -> None:
    totals = frame(TOTAL_COLUMNS, total("AU-A", "1.000", 1, period="2027-01"))
    before = frame(TOTAL_COLUMNS, total("AU-A", "1.000", 4, period="2026-12"))
    month = small_month()
    january = replace(month, head=replace(month.head, period="2027-01"))

    (group,) = ranking(replace(january, totals=totals, earlier=before))

    assert group.standings[0].moved == 3


def test_streets_are_ranked_apart_by_district() -> None:
    month = small_month()

    groups = ranking(replace(month, parents={"AU-A": "X", "AU-B": "Y", "AU-C": "Y"}))

    assert [(one.parent, len(one.standings)) for one in groups] == [
        (None, 1),
        ("X", 1),
        ("Y", 2),
    ]


def test_a_unit_without_any_data_stands_last() -> None:
    rows = [
        total("AU-A", None, None, dimension="loop"),
        total("AU-B", "5.000", 1, dimension="loop"),
    ]

    (group,) = ranking(replace(small_month(), totals=frame(TOTAL_COLUMNS, *rows)))

    assert [one.unit_code for one in group.standings] == ["AU-B", "AU-A"]
    assert group.standings[0].places == {"loop": 1}
