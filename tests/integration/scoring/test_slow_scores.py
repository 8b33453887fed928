"""Rule kinds, rounding and ranks against the slow ones, on random numbers."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from support.slow import scoring as slow

from hub.scoring.ranking import ranked
from hub.scoring.rules.bands import Band, Bands
from hub.scoring.rules.base import Cell, Measure, Rule, rounded
from hub.scoring.rules.density import Density
from hub.scoring.rules.events import Bonus, Deduction, PerFull
from hub.scoring.rules.shares import Rate
from hub.scoring.spec import Ranking

# The printed examples of section 7.
PRINTED = [
    (slow.per_full(750, 200, Fraction(1, 10)), "-0.300"),
    (slow.per_full(250, 100, Fraction(1, 10)), "-0.200"),
    (
        slow.by_density(30, 10, Fraction(1, 100), Fraction("0.026"), Fraction("2.141")),
        "28.204",
    ),
    (
        slow.by_density(
            30, 100, Fraction(2, 1000), Fraction("0.026"), Fraction("2.141")
        ),
        "26.407",
    ),
    (Fraction("0.5") * 10, "5.000"),
]


@pytest.mark.parametrize(("value", "printed"), PRINTED)
def test_the_slow_rules_give_the_printed_results(value: Fraction, printed: str) -> None:
    assert str(slow.points(value)) == printed


def asked(rule: Rule, value: Fraction | int, *beside: Fraction) -> Decimal:
    told = rule.judge(Cell(Fraction(value), beside, None))
    assert told is not None
    return rounded(told.points, 3)


def drawn(draw: random.Random) -> Decimal:
    return Decimal(draw.randrange(1, 5000)).scaleb(-3)


@pytest.mark.parametrize("seed", range(200))
def test_every_rule_kind_agrees(seed: int) -> None:
    draw = random.Random(f"rules-{seed}")
    each, weight, cap = drawn(draw), drawn(draw) * 20, drawn(draw)
    count, whole = draw.randrange(1000), draw.randrange(1000, 2000)
    starts = sorted(draw.sample(range(1, 900), 3))
    steps: list[tuple[Any, Any]] = [(0, 90), *zip(starts, (75, 60, 40), strict=True)]
    bands = (
        Band(points=Decimal(90)),
        *(
            Band.model_validate({"from": start, "points": worth})
            for start, worth in steps[1:]
        ),
    )
    size, people = Fraction(drawn(draw)), Fraction(drawn(draw))

    pairs = {
        "rate": (
            asked(Rate(kind="rate", weight=weight), Fraction(count, whole)),
            slow.rate(count, whole, Fraction(weight)),
        ),
        "deduction": (
            asked(Deduction(kind="deduction", each=each, cap=cap), count),
            slow.per_event(count, Fraction(each), Fraction(cap)),
        ),
        "per_full": (
            asked(PerFull(kind="per_full", each=each, size=Decimal(100)), count),
            slow.per_full(count, 100, Fraction(each)),
        ),
        "bonus": (
            asked(Bonus(kind="bonus", each=each, cap=cap), count),
            slow.bonus(count, Fraction(each), Fraction(cap)),
        ),
        "bands": (
            asked(Bands(kind="bands", bands=bands), count),
            slow.bands(count, steps),
        ),
        "density": (
            asked(
                Density(
                    kind="density",
                    base=Decimal(30),
                    each=each,
                    divisors=(Measure(input="size"), Measure(input="people")),
                ),
                count,
                size,
                people,
            ),
            slow.by_density(30, count, Fraction(each), size, people),
        ),
    }

    unlike = {
        kind: (found, expected)
        for kind, (found, expected) in pairs.items()
        if expected is None or found != slow.points(Fraction(expected))
    }
    assert not unlike


@pytest.mark.parametrize("seed", range(50))
def test_ranks_agree_and_a_unit_without_points_has_none(seed: int) -> None:
    draw = random.Random(f"ranks-{seed}")
    totals = {
        f"u{n}": (
            draw.choice((None, "CENTRAL", "NEW")),
            draw.choice((None, *(Decimal(n).scaleb(-3) for n in (0, 1, 99500)))),
        )
        for n in range(draw.randint(1, 12))
    }
    frame = pl.DataFrame(
        {
            "period": "2026-04",
            "level": "DISTRICT_UNIT",
            "parent_unit_code": pl.Series([None] * len(totals), dtype=pl.String),
            "group_code": pl.Series([g for g, _ in totals.values()], dtype=pl.String),
            "unit_code": list(totals),
            "dimension": pl.Series([None] * len(totals), dtype=pl.String),
            "points": pl.Series(
                [points for _, points in totals.values()], dtype=pl.Decimal(12, 3)
            ),
            "not_ranked_reason": pl.Series([None] * len(totals), dtype=pl.String),
        }
    )

    found = ranked(frame, Ranking()).select("unit_code", "rank").rows()

    assert sorted(found) == [tuple(one) for one in slow.rank(totals)]
