"""Losses that limit each other, and rules that are applied day by day."""

from __future__ import annotations

import pytest
from support.score_frames import (
    HEAD,
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
from hub.scoring import score

PAIR = """
[total]
full = 30
[[cap]]
item = "this"
not_above = "that"
[[dimension]]
id = "only"
title_zh = "唯一"
title_en = "only"
full = 30
weight = 1
[[dimension.item]]
id = "this"
title_zh = "此"
title_en = "this"
value = { metric = "m" }
rule = { kind = "deduction", base = 10, each = 1 }
[[dimension.item]]
id = "that"
title_zh = "彼"
title_en = "that"
value = { metric = "n" }
rule = { kind = "deduction", base = 20, each = 0.5 }
"""
DAILY = one_item(
    '{ kind = "deduction", each = 1, cap = 2 }', full="0", more='every = "day"'
)


@pytest.mark.parametrize(
    ("this", "that", "points"),
    [
        (7, 8, "6.000"),  # 7 lost, the other 4: 4 off
        (3, 8, "7.000"),  # 3 lost, the other 4: 3 off
        (4, 8, "6.000"),
        (5, 0, "10.000"),  # the other lost nothing
    ],
)
def test_a_loss_is_not_above_another(this: int, that: int, points: str) -> None:
    found = run(PAIR, figure("m", "A", this, 99), figure("n", "A", that, 99))

    assert item_points(found, "A", "this") == points
    assert item_points(found, "A", "that") == f"{20 - that / 2:.3f}"


def test_a_cap_says_what_it_did() -> None:
    found = run(PAIR, figure("m", "A", 7, 99), figure("n", "A", 8, 99))

    ((zh, en),) = found.items.filter(unit_code="A", item="this").select(
        "note_zh", "note_en"
    ).rows()  # fmt: skip
    assert "扣分以 that 的 4 为限" in zh
    assert "no more off than the 4 of that" in en


def test_a_loss_without_its_counterpart_keeps_the_unit_out() -> None:
    found = run(PAIR, figure("m", "A", 7, 99), figure("n", "B", 8, 99))

    assert item_points(found, "A", "this") == "3.000"
    assert total(found, "A") == (None, None, "NO_DENOMINATOR:that")


def test_a_cap_of_a_day_holds_each_day() -> None:
    rows = [
        figure("m", "A", 3, 9, period="2026-10-01"),
        figure("m", "A", 1, 9, period="2026-10-02"),
        figure("m", "A", 0, 0, period="2026-10-03"),
        figure("m", "A", 9, 9, period="2026-11-01"),
        figure("m", "A", 9, 9),
    ]

    # min(3, 2) + min(1, 2), the third without data, the rest of other periods
    assert item_points(run(DAILY, *rows), "A") == "-3.000"
    mean = DAILY.replace('every = "day"', 'every = "day"\ndays = "mean"')
    assert item_points(run(mean, *rows), "A") == "-1.500"
    assert item_points(run(DAILY, *rows), "B") is None


def test_entries_of_days_are_judged_day_by_day_or_added_up() -> None:
    text = one_item(
        '{ kind = "deduction", each = 1, cap = 2 }',
        full="0",
        value='{ input = "late" }',
        more='every = "day"',
    )
    entries = [
        entry("late", "A", "3", period="2026-10-01"),
        entry("late", "A", "1", period="2026-10-02"),
        entry("late", "A", "5", period="2026-11-01"),
    ]

    by_day = run(text, entries=entries)
    at_once = run(text.replace('every = "day"', ""), entries=entries)

    assert item_points(by_day, "A") == "-3.000"
    assert item_points(at_once, "A") == "-2.000"


def test_a_policy_of_days_scores_one_day() -> None:
    text = one_item('{ kind = "rate", weight = 100 }')
    daily = policy(text, HEAD + 'period = "day"\n')
    rows = figures(figure("m", "A", 1, 2, period="2026-10-05"), figure("m", "A", 1, 1))

    found = score(rows, inputs(), units("A"), daily, "2026-10-05", "DISTRICT_UNIT")

    assert total(found, "A") == ("50.000", 1, None)
    with pytest.raises(MisuseError, match="is no day"):
        score(rows, inputs(), units("A"), daily, MONTH, "DISTRICT_UNIT")
