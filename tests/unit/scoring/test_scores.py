"""Scores of units: no data is no zero, and nothing is limited that no rule limits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.score_frames import (
    MONTH,
    entry,
    figure,
    figures,
    inputs,
    item_points,
    one_item,
    policy,
    run,
    total,
    units,
)

from hub.errors import MisuseError
from hub.scoring import Variant, Vocabulary, score
from hub.scoring.engine import ITEMS

RATE = '{ kind = "rate", weight = 100 }'
EVENTS = '{ kind = "deduction", each = 1 }'
TWO = """
[[dimension]]
id = "xx"
title_zh = "甲"
title_en = "x"
%s
[[dimension.item]]
id = "aa"
title_zh = "甲"
title_en = "a"
value = { metric = "m" }
rule = { kind = "rate", weight = 100 }

[[dimension]]
id = "yy"
title_zh = "乙"
title_en = "y"
%s
[[dimension.item]]
id = "bb"
title_zh = "乙"
title_en = "b"
value = { metric = "n" }
rule = { kind = "rate", weight = 100 }
"""


def test_a_unit_without_denominator_is_listed_and_not_ranked() -> None:
    found = run(one_item(RATE), figure("m", "A", 0, 0), figure("m", "B", 0, 5))

    assert total(found, "A") == (None, None, "NO_DENOMINATOR:item")
    assert total(found, "B") == ("0.000", 1, None)
    assert total(found, "C") == (None, None, "NO_DENOMINATOR:item")
    notes = found.items.filter(unit_code="A").select("points", "value", "note_zh")
    assert notes.row(0) == (None, None, "无数据")


def test_what_lacks_data_is_left_out_where_it_only_takes_away() -> None:
    text = one_item(RATE) + (
        '[[dimension.item]]\nid = "events"\ntitle_zh = "件"\ntitle_en = "e"\n'
        f'value = {{ input = "events" }}\nrule = {EVENTS}\nmissing = "left_out"\n'
    )
    found = run(
        text,
        figure("m", "A", 1, 2),
        figure("m", "B", 1, 2),
        entries=[entry("events", "A", "3")],
    )

    assert total(found, "A") == ("47.000", 2, None)
    assert total(found, "B") == ("50.000", 1, None)
    assert item_points(found, "B", "events") is None


def test_dimensions_are_not_added_up_without_weights() -> None:
    found = run(TWO % ("", ""), figure("m", "A", 1, 2), figure("n", "A", 1, 4))

    assert total(found, "A", "xx") == ("50.000", 1, None)
    assert total(found, "A", "yy") == ("25.000", 1, None)
    assert total(found, "A") == (None, None, "WEIGHTS_NOT_CONFIGURED")


def test_weights_add_dimensions_up() -> None:
    found = run(
        TWO % ("weight = 0.3", "weight = 0.7"),
        figure("m", "A", 1, 3),
        figure("n", "A", 1, 7),
        figure("m", "B", 1, 1),
    )

    # 0.3 × 33.333 + 0.7 × 14.286 = 9.9999 + 10.0002
    assert total(found, "A") == ("20.000", 1, None)
    assert total(found, "B") == (None, None, "NO_DENOMINATOR:bb")


def test_a_dimension_that_does_not_count_keeps_nobody_out() -> None:
    found = run(TWO % ("weight = 1", "is_counted = false"), figure("m", "A", 1, 2),
                figure("n", "B", 1, 2))  # fmt: skip

    assert total(found, "A", "yy") == (None, None, "NO_DENOMINATOR:bb")
    assert total(found, "A") == ("50.000", 1, None)


def test_points_beyond_both_ends_are_not_clamped_by_themselves() -> None:
    rows = [figure("m", "A", 7, 7), figure("m", "B", 0, 7)]
    below = one_item(EVENTS, full="0", value='{ input = "item" }')
    above = one_item(RATE) + (
        '[[dimension.item]]\nid = "more"\ntitle_zh = "加"\ntitle_en = "more"\n'
        'value = { metric = "m", takes = "numerator" }\n'
        'rule = { kind = "bonus", each = 1, cap = 5 }\n'
    )

    assert total(run(below, entries=[entry("item", "A", "4")]), "A")[0] == "-4.000"
    assert total(run(above, *rows), "A")[0] == "105.000"
    assert total(run(above, *rows), "B")[0] == "0.000"


def test_an_item_is_clamped_where_its_rule_says_so() -> None:
    text = one_item(EVENTS, full="0", value='{ input = "item" }', more="least = -3")
    found = run(text, entries=[entry("item", "A", "4"), entry("item", "B", "2")])

    assert item_points(found, "A") == "-3.000"
    assert item_points(found, "B") == "-2.000"
    (note,) = found.items.filter(unit_code="A")["note_en"]
    assert "at least -3" in note


def test_what_a_clamp_of_a_dimension_gives_is_a_line_of_its_own() -> None:
    text = one_item(EVENTS, full="0", value='{ input = "item" }').replace(
        "weight = 1", "weight = 1\nleast = -1"
    )
    found = run(text, entries=[entry("item", "A", "4")])

    lines = found.items.filter(unit_code="A").select("item", "kind", "points")
    assert [(a, b, str(c)) for a, b, c in lines.rows()] == [
        ("item", "deduction", "-4.000"),
        ("clamp", "clamp", "3.000"),
    ]
    assert total(found, "A", "only") == ("-1.000", 1, None)


def test_a_factor_makes_a_part_of_a_score_of_hundred() -> None:
    found = run(one_item(RATE, full="20", more="factor = 0.2"), figure("m", "A", 1, 3))

    assert item_points(found, "A") == "6.667"


def test_a_value_may_be_divided() -> None:
    minutes = '{ metric = "m", takes = "number", divide_by = 1440 }'
    found = run(
        one_item('{ kind = "distance", target = 2, each = 10 }', full="20",
                 value=minutes),
        figure("m", "A", 0, 3, value_number=Decimal(2160)),
    )  # fmt: skip

    assert item_points(found, "A") == "5.000"


@pytest.mark.parametrize(
    ("takes", "points"),
    [("numerator", "3"), ("denominator", "8"), ("rest", "5"), ("share", "0.375")],
)
def test_an_item_says_what_it_takes_of_a_figure(takes: str, points: str) -> None:
    value = f'{{ metric = "m", takes = "{takes}" }}'
    rule = '{ kind = "bonus", each = 1, cap = 9 }'
    found = run(one_item(rule, full="0", value=value), figure("m", "A", 3, 8))

    assert float(item_points(found, "A") or 0) == float(points)


def test_two_items_may_look_at_one_metric_in_different_ways() -> None:
    text = one_item(RATE) + (
        '[[dimension.item]]\nid = "more"\ntitle_zh = "加"\ntitle_en = "more"\n'
        'value = { metric = "m" }\nrule = { kind = "bonus", each = 1, cap = 5 }\n'
    )
    found = run(text, figure("m", "A", 2, 4))

    assert item_points(found, "A") == "50.000"
    assert item_points(found, "A", "more") == "2.000"


def test_breakdowns_and_other_levels_are_not_looked_at() -> None:
    found = run(
        one_item(RATE),
        figure("m", "A", 1, 2),
        figure("m", "A", 9, 9, by="channel", by_code="WX"),
        figure("m", "A", 9, 9, level="district"),
    )

    assert item_points(found, "A") == "50.000"


def test_the_default_variant_is_the_one_of_the_registry() -> None:
    words = Vocabulary(
        {"m": Variant(("FLAGS-EG", "MD-1"), "due_in_period")},
        frozenset({"FLAGS-EG", "MD-1", "MD-2"}),
    )
    rows = figures(
        figure("m", "A", 1, 2, calibers=["MD-1", "FLAGS-EG"]),
        figure("m", "A", 1, 4, calibers=["FLAGS-EG", "MD-2"]),
        figure("m", "A", 1, 5, calibers=["FLAGS-EG", "MD-1"], basis="closed_in_period"),
    )
    other = '{ metric = "m", calibers = ["MD-2"] }'
    closed = '{ metric = "m", basis = "closed_in_period" }'

    points = [
        item_points(
            score(rows, inputs(), units("A"), policy(text), MONTH, "DISTRICT_UNIT",
                  vocabulary=words),
            "A",
        )
        for text in (
            one_item(RATE), one_item(RATE, value=other), one_item(RATE, value=closed)
        )
    ]  # fmt: skip

    assert points == ["50.000", "25.000", "20.000"]


def test_a_figure_that_fits_twice_is_refused() -> None:
    rows = [
        figure("m", "A", 1, 2, calibers=["MD-1"]),
        figure("m", "A", 1, 4, calibers=["MD-2"]),
    ]

    with pytest.raises(MisuseError, match="several figures m fit"):
        run(one_item(RATE), *rows)


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        (figure("other", "A", 1, 2), "the figure m was not computed"),
        (figure("m", "A", 1, 2, basis="x"), "has other calibers or basis"),
    ],
)
def test_a_figure_that_is_not_there_is_refused(row, seen: str) -> None:
    value = '{ metric = "m", basis = "due_in_period" }'

    with pytest.raises(MisuseError, match=seen):
        run(one_item(RATE, value=value), row)


@pytest.mark.parametrize(
    ("period", "level", "seen"),
    [
        ("2021-07", "DISTRICT_UNIT", "is valid from 2021-08-31 on"),
        ("2026-13", "DISTRICT_UNIT", "is no month"),
        ("2026-10-01", "DISTRICT_UNIT", "is no month"),
        ("2026-10", "STREET_UNIT", "is for DISTRICT_UNIT"),
    ],
)
def test_what_does_not_go_together_is_refused(
    period: str, level: str, seen: str
) -> None:
    rows = figures(figure("m", "A", 1, 2))

    with pytest.raises(MisuseError, match=seen):
        score(rows, inputs(), units("A"), policy(one_item(RATE)), period, level)


def test_a_level_without_units_is_refused() -> None:
    with pytest.raises(MisuseError, match="no unit of that level"):
        run(one_item(RATE), figure("m", "A", 1, 2), where=units(valid_to_on=None))


def test_the_items_have_the_shape_that_they_promise() -> None:
    found = run(one_item(RATE), figure("m", "A", 1, 3))

    assert found.items.schema == ITEMS
    (value,) = found.items.filter(unit_code="A")["value"]
    assert str(value) == "0.333333"
