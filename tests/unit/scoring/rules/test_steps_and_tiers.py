"""Bands and targets by class: edges belong to the upper step."""

from __future__ import annotations

import pytest
from support.score_frames import judged, rule

REGISTERED = rule(
    "bands",
    bands=[
        {"points": 100},
        {"from": 1, "points": 90},
        {"from": 3, "points": 75},
        {"from": 5, "points": 60},
        {"from": 7, "points": 40},
        {"from": 9, "points": 0},
    ],
)
# Four tiers by the number of shops.
SHOPS = rule(
    "target",
    weight=10,
    most_share=1,
    class_by={"input": "shops"},
    tiers=[
        {"target": 20},
        {"from": 100, "target": 40},
        {"from": 300, "target": 80},
        {"from": 600, "target": 120},
    ],
)


@pytest.mark.parametrize(
    ("count", "points"),
    list(enumerate((100, 90, 90, 75, 75, 60, 60, 40, 40, 0, 0))),
)
def test_a_count_falls_into_its_band(count: int, points: int) -> None:
    assert judged(REGISTERED, str(count)) == f"{points}.000"


def test_a_share_just_below_a_threshold_does_not_reach_it() -> None:
    given = rule("bands", bands=[{"points": 0}, {"from": "0.95", "points": 10}])

    assert judged(given, "94/100") == "0.000"
    assert judged(given, "949999999/1000000000") == "0.000"
    assert judged(given, "95/100") == "10.000"


@pytest.mark.parametrize(
    ("shops", "visited", "points"),
    [
        ("99", "10", "5.000"),
        ("100", "10", "2.500"),
        ("299", "40", "10.000"),
        ("300", "40", "5.000"),
        ("599", "81", "10.000"),
        ("600", "60", "5.000"),
        ("9999", "1", "0.083"),
    ],
)
def test_a_target_depends_on_the_tier(shops: str, visited: str, points: str) -> None:
    assert judged(SHOPS, visited, shops) == points


def test_a_surplus_earns_more_where_nothing_limits_it() -> None:
    free = SHOPS.model_copy(update={"most_share": None})

    assert judged(SHOPS, "30", "0") == "10.000"
    assert judged(free, "30", "0") == "15.000"


def test_tiers_may_go_by_the_group_of_the_unit() -> None:
    given = rule(
        "target",
        weight=6,
        tiers=[{"group": "CLASS_1", "target": 12}, {"group": "CLASS_2", "target": 9}],
    )

    assert judged(given, "6", group="CLASS_1") == "3.000"
    assert judged(given, "6", group="CLASS_2") == "4.000"
    assert judged(given, "6", group="CLASS_3") is None
    assert judged(given, "6", group=None) is None


@pytest.mark.parametrize(
    ("bands", "what"),
    [
        ([{"from": 0, "points": 1}], "does not begin with a step"),
        ([{"points": 1}, {"points": 2}], "has a later step without"),
        (
            [{"points": 1}, {"from": 2, "points": 2}, {"from": 2, "points": 3}],
            "is not in ascending order",
        ),
    ],
)
def test_bands_leave_no_gap(bands: list[dict[str, int]], what: str) -> None:
    (flaw,) = rule("bands", bands=bands).flaws()

    assert what in flaw.what


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        ({"tiers": [{"target": 1}]}, "do not all name a group"),
        (
            {"tiers": [{"group": "A", "target": 1}, {"group": "A", "target": 2}]},
            "name a group twice",
        ),
        (
            {"tiers": [{"group": "A", "target": 1}], "class_by": {"input": "size"}},
            "name groups beside `class_by`",
        ),
        (
            {"tiers": [{"from": 3, "target": 1}], "class_by": {"input": "size"}},
            "does not begin with a step",
        ),
    ],
)
def test_classes_are_told_in_one_way(parameters: dict[str, object], what: str) -> None:
    (flaw,) = rule("target", weight=1, **parameters).flaws()

    assert what in flaw.what
