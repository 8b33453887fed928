"""The score sheet of one unit: every item judged, exactly and once.

What lives here: measures → rule → factor → clamp → rounding, day by day where an
item asks for it, and the notes that tell how points came about. What does not:
adding up (`totals`), caps between items (`caps`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from hub.scoring.inputs import Entries, Entry, summed
from hub.scoring.rules import RULES
from hub.scoring.rules.base import Cell, Measure, Told, rounded, shown
from hub.scoring.spec import Item, Policy
from hub.scoring.values import NOTHING, Value, Values

NO_DATA = ("无数据", "no data")


class Unit(NamedTuple):
    """A unit as of the last day of the period."""

    unit_code: str
    parent_unit_code: str | None
    group_code: str | None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One line of a score sheet; points are None where there is no data."""

    dimension: str | None
    item: str
    kind: str
    value: Value
    points: Decimal | None
    note_zh: str
    note_en: str

    def noted(self, points: Decimal, zh: str, en: str) -> Mark:
        """The mark with other points and the reason behind its note."""
        return replace(
            self,
            points=points,
            note_zh=f"{self.note_zh};{zh}",
            note_en=f"{self.note_en}; {en}",
        )


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What items are judged by.

    Attributes:
        figures: measure → its values by period and unit.
        entries: manual entries by item and unit.
        period: of the score.
    """

    figures: Mapping[Measure, Values]
    entries: Entries
    period: str

    def value(self, measure: Measure, unit: str, period: str) -> Value:
        """What a measure is worth; a month takes the entries of all its days."""
        if measure.input is None:
            return self.figures[measure].get((period, unit), NOTHING)
        held = [
            one
            for one in self.entries_of(measure, unit)
            if period in (self.period, one.period)
        ]
        amount = summed(held)
        if amount is not None:
            amount /= Fraction(measure.divide_by)
        return Value(None, None, amount)

    def entries_of(self, measure: Measure, unit: str) -> tuple[Entry, ...]:
        """The entries that a measure adds up."""
        return self.entries.get((measure.input or "", unit), ())

    def days(self, measure: Measure, unit: str) -> list[str]:
        """Days of the month that the measure has values for."""
        if measure.input is not None:
            named = {one.period for one in self.entries_of(measure, unit)}
        else:
            named = {day for day, of in self.figures[measure] if of == unit}
        return sorted(day for day in named if day.startswith(f"{self.period}-"))


def marks_of(policy: Policy, unit: Unit, sources: Sources) -> Iterator[Mark]:
    """Every item of a policy for one unit, in the order of the file."""
    for dimension in policy.dimensions:
        for item in dimension.items:
            judge = _by_day if item.every == "day" else _at_once
            value, told = judge(item, unit, sources)
            if told is not None:
                told = _clamped(item, _weighed(item, told))
                told = _answered(told, sources.entries_of(item.measure, unit.unit_code))
            yield Mark(
                dimension=dimension.id,
                item=item.id,
                kind=item.rule.kind,
                value=value,
                points=rounded(told.points, policy.decimals) if told else None,
                note_zh=told.note_zh if told else NO_DATA[0],
                note_en=told.note_en if told else NO_DATA[1],
            )


def _at_once(item: Item, unit: Unit, sources: Sources) -> tuple[Value, Told | None]:
    value = sources.value(item.measure, unit.unit_code, sources.period)
    return value, _judged(item, unit, sources, value, sources.period)


def _by_day(item: Item, unit: Unit, sources: Sources) -> tuple[Value, Told | None]:
    """The rule applied to each day with data; sums and means of exact points."""
    told = []
    for day in sources.days(item.measure, unit.unit_code):
        value = sources.value(item.measure, unit.unit_code, day)
        found = _judged(item, unit, sources, value, day)
        if found is not None:
            told.append(found.points)
    if not told:
        return NOTHING, None
    total, count = sum(told, Fraction(0)), len(told)
    if item.days == "mean":
        zh, en = f"{count} 天平均", f"mean of {count} days"
        return NOTHING, Told(total / count, zh, en)
    return NOTHING, Told(total, f"{count} 天合计", f"sum of {count} days")


def _judged(
    item: Item, unit: Unit, sources: Sources, value: Value, period: str
) -> Told | None:
    amount = value.amount
    if amount is None and isinstance(item.rule, RULES["manual"]):
        amount = Fraction(0)
    beside = [
        sources.value(one, unit.unit_code, period).amount for one in item.rule.measures
    ]
    known = tuple(one for one in beside if one is not None)
    if amount is None or len(known) < len(beside):
        return None
    return item.rule.judge(Cell(amount, known, unit.group_code))


def _weighed(item: Item, told: Told) -> Told:
    if item.factor == 1:
        return told
    by = shown(item.factor)
    return Told(
        told.points * Fraction(item.factor),
        f"({told.note_zh})× {by}",
        f"({told.note_en}) × {by}",
    )


def _clamped(item: Item, told: Told) -> Told:
    points, zh, en = clamp(told.points, item.least, item.most)
    if points == told.points:
        return told
    return Told(points, f"{told.note_zh};{zh}", f"{told.note_en}; {en}")


def clamp(
    points: Fraction, least: Decimal | None, most: Decimal | None
) -> tuple[Fraction, str, str]:
    """Points within limits, where there are limits, and which one held."""
    if least is not None and points < least:
        return Fraction(least), f"最低 {shown(least)} 分", f"at least {shown(least)}"
    if most is not None and points > most:
        return Fraction(most), f"最高 {shown(most)} 分", f"at most {shown(most)}"
    return points, "", ""


def _answered(told: Told, entries: tuple[Entry, ...]) -> Told:
    """The note with reason, author and approver of every entry behind it."""
    if not entries:
        return told
    return Told(
        told.points,
        ";".join([told.note_zh, *(one.note_zh for one in entries)]),
        "; ".join([told.note_en, *(one.note_en for one in entries)]),
    )
