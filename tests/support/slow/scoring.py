"""Rule kinds and ranking (sections 7 and 9) in fractions: no rounding until the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

Number = Fraction | int


def points(value: Fraction) -> Decimal:
    """A score as it is carried: three decimals, half up (away from zero)."""
    thousandths = abs(value) * 1000
    whole = math.floor(thousandths + Fraction(1, 2))
    signed = -whole if value < 0 else whole
    return (Decimal(signed) / 1000).quantize(Decimal("0.001"))


def rate(numerator: int, denominator: int, weight: Number) -> Fraction | None:
    """Rate × weight; nothing of nothing has no points."""
    return None if denominator == 0 else Fraction(numerator, denominator) * weight


def bands(value: Number, steps: Sequence[tuple[Number, Number]]) -> Number:
    """Points of the last step (from, points) that the value reaches."""
    reached = [worth for begin, worth in steps if value >= begin]
    return reached[-1] if reached else Fraction(0)


def per_event(count: int, each: Number, cap: Number | None = None) -> Number:
    """A deduction per event, no more than the cap."""
    total = count * each
    return -total if cap is None else -min(total, cap)


def per_full(count: int, size: int, each: Number) -> Fraction:
    """So many points off for each full `size`."""
    return -Fraction(count // size) * each


def bonus(count: int, each: Number, cap: Number) -> Number:
    """Points on top, no more than the cap."""
    return min(count * each, cap)


def by_density(
    full: Number, count: int, factor: Fraction, size: Fraction, people: Fraction
) -> Fraction:
    """Full points less events per area and population."""
    return full - count * factor / (size * people)


def capped(own: Number, other: Number) -> Number:
    """Cap across items: this deduction is no greater than that one."""
    return max(own, other)


class Ranked(NamedTuple):
    """A unit with its place in its group; None where it has no denominator."""

    unit: str
    rank: int | None


def rank(totals: Mapping[str, tuple[Any, Decimal | None]]) -> list[Ranked]:
    """Ranks inside each group; equal scores share one."""
    found = []
    for unit, (group, total) in totals.items():
        if total is None:
            found.append(Ranked(unit, None))
            continue
        better = sum(
            other is not None and other > total
            for where, other in totals.values()
            if where == group
        )
        found.append(Ranked(unit, better + 1))
    return sorted(found)


class Chief(NamedTuple):
    """What the Ten Best ranking asks of a person; shares in the order of weights."""

    person: str
    shares: tuple[Fraction | None, ...]
    on_time_loop: Fraction | None
    cases: int
    disqualified: bool = False


def best(
    chiefs: Iterable[Chief], weights: Sequence[Number], exposure: int = 20
) -> dict[str, int]:
    """Places of those who may be ranked; ties by the closed loop, then by cases."""
    keyed = {
        one.person: (
            points(_weighted(one, weights)),
            one.on_time_loop or Fraction(0),
            one.cases,
        )
        for one in chiefs
        if one.cases >= exposure and not one.disqualified and None not in one.shares
    }
    return {
        person: 1 + sum(other > key for other in keyed.values())
        for person, key in keyed.items()
    }


def _weighted(chief: Chief, weights: Sequence[Number]) -> Fraction:
    pairs = zip(chief.shares, weights, strict=True)
    return sum((share * weight for share, weight in pairs), Fraction(0))


RULES: dict[str, Callable[..., Any]] = {
    "rate": rate,
    "bands": bands,
    "per_event": per_event,
    "per_full": per_full,
    "bonus": bonus,
    "by_density": by_density,
    "capped": capped,
}
