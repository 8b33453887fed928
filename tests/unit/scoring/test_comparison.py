"""Who moves where between two scorings, and which items caused it."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
from support.score_frames import figure, one_item, run, units

from hub.scoring import compare

RULE = '{ kind = "rate", weight = 100 }'
BASE = one_item(RULE)
MORE = (
    '[[dimension.item]]\nid = "bonus"\ntitle_zh = "加"\ntitle_en = "bonus"\n'
    'value = { metric = "n" }\nrule = { kind = "bonus", each = 1, cap = 9 }\n'
)
HALF = BASE.replace("weight = 100", "weight = 50").replace("full = 100", "full = 50")
ROWS = [
    figure("m", "A", 9, 10),
    figure("m", "B", 8, 10),
    figure("m", "C", 0, 0),
    figure("n", "A", 0, 4),
    figure("n", "B", 4, 4),
    figure("n", "C", 4, 4),
]


def test_a_stricter_policy_moves_units_and_names_the_items() -> None:
    a = run(BASE, *ROWS)
    b = run(HALF + MORE.replace("each = 1", "each = 2"), *ROWS)

    found = compare(a, b).filter(pl.col("dimension").is_null())

    told = found.select(
        "unit_code", "points_a", "points_b", "points_change",
        "rank_a", "rank_b", "rank_change", "reason_b",
    ).rows()  # fmt: skip
    assert told == [
        ("B", Decimal(80), Decimal(48), Decimal(-32), 2, 1, 1, None),
        ("A", Decimal(90), Decimal(45), Decimal(-45), 1, 2, -1, None),
        ("C", None, None, None, None, None, None, "NO_DENOMINATOR:item"),
    ]
    causes = {row[0]: row[1] for row in found.select("unit_code", "causes").rows()}
    assert [(one["item"], one["points_change"]) for one in causes["A"]] == [
        ("item", Decimal(-45)),
        ("bonus", None),
    ]
    assert [(one["item"], one["points_b"]) for one in causes["B"]] == [
        ("item", Decimal(40)),
        ("bonus", Decimal(8)),
    ]


def test_the_same_twice_moves_nobody() -> None:
    a = run(BASE + MORE, *ROWS)

    found = compare(a, a)

    assert set(found["rank_change"].drop_nulls()) == {0}
    assert found["causes"].list.len().sum() == 0
    assert found.height == a.totals.height


def test_a_unit_of_one_side_only_is_listed() -> None:
    a = run(BASE, *ROWS, where=units("A", "B"))
    b = run(BASE, *ROWS, where=units("B"))

    found = compare(a, b).filter(pl.col("dimension").is_null(), unit_code="A")

    assert found.select("rank_a", "rank_b", "rank_change").rows() == [(1, None, None)]
    assert found["group_code"].to_list() == ["CENTRAL"]
