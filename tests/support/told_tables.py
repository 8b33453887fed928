"""What somebody can compute who sees figures with cells left out.

What lives here: a reader who knows every sum and the meaning of the notes, and looks
for other tables that would look the same. It shares no code with the hub. What does
not: the hub's own choice of what to hide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Name = tuple[str, ...]
Range = tuple[int, int]
COUNTS = ("numerator", "denominator")
MOST = 1_000  # more than any count of the tests


class Reader:
    """Ranges of all counts, and the sums between them: signed counts that make 0."""

    def __init__(self, told: Iterable[Mapping[str, Any]], least: int) -> None:
        self.ranges: dict[Name, Range] = {}
        self.least = least
        self.hidden: list[Name] = []
        rows = list(told)
        self._read(rows)
        self.sums = list(_sums(list(self.ranges), rows))
        self._of: dict[Name, list[int]] = {name: [] for name in self.ranges}
        for nth, terms in enumerate(self.sums):
            for name, _ in terms:
                self._of[name].append(nth)
        self._left = 0
        assert self._narrow(self.ranges, range(len(self.sums)))

    def _read(self, rows: list[Mapping[str, Any]]) -> None:
        small = f"<{self.least}"
        for row in rows:
            for kind in COUNTS:
                name, note = (kind, *place(row)), row[f"{kind}_note"]
                if note is None:
                    self.ranges[name] = (row[kind], row[kind])
                    continue
                assert row[kind] is None
                self.hidden.append(name)
                self.ranges[name] = (1, self.least - 1) if note == small else (0, MOST)
            self.ranges["rest", *place(row)] = (0, MOST)

    def known(self, names: Iterable[Name], truth: Mapping[Name, int]) -> list[Name]:
        """Counts that are the same in every table that looks the same."""
        found = []
        open_ones = list(names)
        while open_ones:
            name = open_ones.pop()
            other = self._other(name, truth)
            if other is None:
                found.append(name)
                continue
            open_ones = [one for one in open_ones if other[one] == truth[one]]
        return found

    def _other(self, name: Name, truth: Mapping[Name, int]) -> dict[Name, int] | None:
        """A table with another value here that looks the same."""
        for value in _near(self.ranges[name], truth[name]):
            if value == truth[name]:
                continue
            self._left = 3_000
            tried = self._with(self.ranges, name, value)
            table = self._search(tried, truth) if tried else None
            if table is not None:
                return table
        return None

    def _search(
        self, ranges: dict[Name, Range], truth: Mapping[Name, int]
    ) -> dict[Name, int] | None:
        self._left -= 1
        assert self._left > 0, "the reader gave up"
        wide = [name for name, (low, high) in ranges.items() if low < high]
        if not wide:
            return {name: low for name, (low, _) in ranges.items()}
        name = min(wide, key=lambda one: ranges[one][1] - ranges[one][0])
        for value in _near(ranges[name], truth[name]):
            tried = self._with(ranges, name, value)
            table = self._search(tried, truth) if tried else None
            if table is not None:
                return table
        return None

    def _with(
        self, ranges: dict[Name, Range], name: Name, value: int
    ) -> dict[Name, Range] | None:
        tried = {**ranges, name: (value, value)}
        return tried if self._narrow(tried, self._of[name]) else None

    def _narrow(self, ranges: dict[Name, Range], todo: Iterable[int]) -> bool:
        """Narrow to what follows from the sums; False where nothing is left."""
        queue = list(todo)
        while queue:
            terms = self.sums[queue.pop()]
            ends = [_times(ranges[name], sign) for name, sign in terms]
            low_sum, high_sum = (
                sum(low for low, _ in ends),
                sum(high for _, high in ends),
            )
            for (name, sign), (low, high) in zip(terms, ends, strict=True):
                least, most = _times((high - high_sum, low - low_sum), sign)
                old = ranges[name]
                new = (max(old[0], least), min(old[1], most))
                if new[0] > new[1]:
                    return False
                if new != old:
                    ranges[name] = new
                    queue += self._of[name]
        return True


def place(row: Mapping[str, Any]) -> Name:
    """Where a figure stands, as text throughout."""
    return tuple(row[name] or "" for name in ("level", "unit_code", "by", "by_code"))


def _times(bounds: Range, sign: int) -> Range:
    return bounds if sign > 0 else (-bounds[1], -bounds[0])


def _near(bounds: Range, value: int) -> Iterator[int]:
    """All values of a range, those nearest to one first."""
    low, high = bounds
    for distance in range(max(abs(high - value), abs(value - low)) + 1):
        for one in sorted({value - distance, value + distance}):
            if low <= one <= high:
                yield one


def _sums(
    names: list[Name], rows: list[Mapping[str, Any]]
) -> Iterator[list[tuple[Name, int]]]:
    for row in rows:
        here = place(row)
        yield [
            (("numerator", *here), 1),
            (("rest", *here), 1),
            (("denominator", *here), -1),
        ]
    breakdowns = sorted({name[3] for name in names} - {""})
    for whole in names:
        kind, level, unit, by, code = whole
        parts = (
            [
                [
                    one
                    for one in names
                    if one[0] == kind and one[1] != "city" and one[3:] == (by, code)
                ]
            ]
            if level == "city"
            else []
        )
        if not by:
            parts += [
                [one for one in names if one[:4] == (kind, level, unit, breakdown)]
                for breakdown in breakdowns
            ]
        for some in parts:
            if some:
                yield [*((one, 1) for one in some), (whole, -1)]
