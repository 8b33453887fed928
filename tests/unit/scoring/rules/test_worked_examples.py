"""The worked examples of real rule books (metrics §7), and others made by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.score_frames import judged, rule

from hub.scoring.rules.base import Rule

HUNDRED = rule("density", base=30, each="0.01", divisors=[{"input": "size"}] * 2)


@pytest.mark.parametrize(
    ("given", "value", "beside", "points"),
    [
        # 750 over quota, 0.1 per full 200: three full lots.
        (rule("per_full", each="0.1", size=200), "750", (), "-0.300"),
        # 250 abandoned bicycles, 0.1 per full 100: two full lots.
        (rule("per_full", each="0.1", size=100), "250", (), "-0.200"),
        # 30 - 10 × 0.01 / (0.026 × 2.141) = 30 - 0.1 / 0.055666
        (HUNDRED, "10", ("0.026", "2.141"), "28.204"),
        # 30 - 100 × 0.002 / 0.055666
        (
            HUNDRED.model_copy(update={"each": Decimal("0.002")}),
            "100",
            ("0.026", "2.141"),
            "26.407",
        ),
        # (2 - 1.5 days) × 10
        (rule("distance", target=2, each=10), "1.5", (), "5.000"),
    ],
)
def test_an_example_of_a_rule_book(
    given: Rule, value: str, beside: tuple[str, ...], points: str
) -> None:
    assert judged(given, value, *beside) == points


@pytest.mark.parametrize(
    ("value", "points"),
    [("199", "0.000"), ("200", "-0.100"), ("399", "-0.100"), ("400", "-0.200")],
)
def test_a_lot_that_is_not_full_costs_nothing(value: str, points: str) -> None:
    assert judged(rule("per_full", each="0.1", size=200), value) == points


def test_lots_are_counted_above_the_quota() -> None:
    given = rule("per_full", base=5, each="0.1", size=200, quota=1000)

    assert judged(given, "1750") == "4.700"
    assert judged(given, "900") == "5.000"


def test_a_cap_of_lots_holds() -> None:
    given = rule("per_full", each="0.1", size=100, cap="0.25")

    assert judged(given, "250") == "-0.200"
    assert judged(given, "300") == "-0.250"


def test_a_rate_is_multiplied_exactly() -> None:
    # 2/3 × 60 = 40; 1/3 × 10 = 3.3333…
    assert judged(rule("rate", weight=60), "2/3") == "40.000"
    assert judged(rule("rate", weight=10, complement=True), "2/3") == "3.333"
    assert judged(rule("rate", weight=10), "2/3") == "6.667"


def test_a_distance_beyond_the_target_costs_points() -> None:
    assert judged(rule("distance", target=2, each=10), "2.25") == "-2.500"
    above = rule("distance", target="0.9", each=50, good="above")
    assert judged(above, "0.95") == "2.500"
    assert judged(above, "0.8") == "-5.000"


def test_a_deduction_stops_at_its_cap_and_spares_what_is_free() -> None:
    given = rule("deduction", base=10, each="0.5", free=2, cap=3)

    assert [judged(given, value) for value in ("0", "2", "3", "8", "9", "99")] == [
        "10.000", "10.000", "9.500", "7.000", "7.000", "7.000",
    ]  # fmt: skip


def test_a_deduction_without_a_cap_goes_below_zero() -> None:
    assert judged(rule("deduction", base=10, each=1), "13") == "-3.000"


def test_a_bonus_stops_at_its_cap() -> None:
    given = rule("bonus", each="0.5", cap=2)
    lots = rule("bonus", each=1, size=10, above=5, cap=3)

    assert [judged(given, value) for value in ("0", "3", "4", "5")] == [
        "0.000", "1.500", "2.000", "2.000",
    ]  # fmt: skip
    assert [judged(lots, value) for value in ("5", "14", "15", "35", "99")] == [
        "0.000", "0.000", "1.000", "3.000", "3.000",
    ]  # fmt: skip


def test_a_density_has_nothing_to_go_by_where_a_divisor_is_zero() -> None:
    assert judged(HUNDRED, "10", "0", "2") is None


def test_a_density_stops_at_its_cap() -> None:
    given = rule("density", base=30, each=1, divisors=[{"input": "size"}], cap=5)

    assert judged(given, "10", "4") == "27.500"
    assert judged(given, "10", "1") == "25.000"


def test_a_manual_adjustment_is_taken_as_it_is() -> None:
    assert judged(rule("manual"), "-5") == "-5.000"


def test_half_a_thousandth_is_rounded_away_from_zero() -> None:
    assert judged(rule("bonus", each="0.0005", cap=1), "1") == "0.001"
    assert judged(rule("deduction", each="0.0005"), "1") == "-0.001"
    assert judged(rule("deduction", each="0.000499"), "1") == "0.000"
