"""Which counts must stay hidden so that no sum gives a hidden one away.

What lives here: tables of counts as arrays, and secondary suppression (sharing §8).
What does not: figures as frames and what is shown in place of a value (`small_cells`).

A hidden count is safe if another table exists that shows the same: the same sums, the
same shown counts, and each hidden count still zero, small or not small as it is. Such
a table differs by one along a closed way over hidden counts, +1 and -1 in turn, so
every sum stays. A count on no such way is computed by subtraction, even where each row
and column has two hidden ones; hence ways are looked for and not numbers of stars.

Each count comes with a part of it (closed of all cases). There are three ways to
differ: the part against the rest, the part with the whole, the rest with the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.sharing.ways import Cell, Yes, closed_up, on_rectangle, route

Whole = NDArray[np.int64]
Kind = Literal["within", "part", "rest"]
OF_PART: tuple[Kind, ...] = ("within", "part")
OF_WHOLE: tuple[Kind, ...] = ("rest", "part")


@dataclass
class Table:
    """Counts by row and column; one column only where there is no breakdown.

    Attributes:
        part, whole: the counts, 0 ≤ part ≤ whole.
        told: which cells there are; others are known to hold nothing.
        least: a count from 1 to `least` - 1 is small.
        hides_part, hides_whole: what is hidden.
        free_part, free_whole: whether all of it is, zeros too, without a word on size.
    """

    part: Whole
    whole: Whole
    told: Yes
    least: int
    hides_part: Yes
    hides_whole: Yes
    free_part: bool = False
    free_whole: bool = False

    def hidden(self, kind: Kind) -> Yes:
        """Cells that may differ in this way."""
        if kind == "within":
            return self.hides_part
        if kind == "rest":
            return self.hides_whole
        return self.hides_part & self.hides_whole

    def slack(self, kind: Kind) -> tuple[Yes, Yes]:
        """Where one more, and where one less, would show the same if hidden."""
        free = {
            "within": self.free_part,
            "rest": self.free_whole,
            "part": self.free_part and self.free_whole,
        }[kind]
        rest = self.whole - self.part
        steps = {"within": (1, -1, 0), "part": (1, 0, 1), "rest": (0, 1, 1)}[kind]
        counts = (self.part, rest, self.whole)

        def alike(sign: int) -> Yes:
            same = self.told.copy()
            for count, step in zip(counts, steps, strict=True):
                if step:
                    same &= self._alike(count, sign * step, free=free)
            return same

        return alike(1), alike(-1)

    def arcs(self, kind: Kind) -> tuple[Yes, Yes]:
        """Hidden cells that may grow, and those that may shrink."""
        up, down = self.slack(kind)
        hidden = self.hidden(kind)
        return up & hidden, down & hidden

    def hide(self, kind: Kind, rows: list[int], columns: list[int]) -> None:
        """Hide cells so that they may differ in this way."""
        if kind != "rest":
            self.hides_part[rows, columns] = True
        if kind != "within":
            self.hides_whole[rows, columns] = True

    def cost(self, kind: Kind, *, up: bool) -> NDArray[np.float64]:
        """What hiding a cell costs: its count; nothing if hidden, ∞ without slack."""
        fit = self.slack(kind)[0 if up else 1]
        price = np.where(self.hidden(kind), 0.0, self.whole + 1.0)
        return np.where(fit, price, np.inf)

    def _alike(self, count: Whole, step: int, *, free: bool) -> Yes:
        other = count + step
        if free:
            return other >= 0
        return (other >= 0) & (self._size(other) == self._size(count))

    def _size(self, count: Whole) -> Whole:
        return np.where(count == 0, 0, np.where(count < self.least, 1, 2))


class Pair(NamedTuple):
    """Two totals of which one may be one more while the other is one less."""

    kind: Kind
    more: int
    less: int


def first_hidden(part: Whole, whole: Whole, least: int) -> tuple[Yes, Yes]:
    """Small counts: of the part or the rest, which hide the part; of the whole."""
    rest = whole - part
    small = [(count > 0) & (count < least) for count in (part, rest, whole)]
    return small[0] | small[1], small[2]


def protect_line(table: Table, *, parts: bool) -> list[Pair]:
    """Hide more of one column until nothing hidden follows from its sum.

    Args:
        table: one column of counts; its sum is taken as known.
        parts: whether the parts are counts of their own.

    Returns:
        For each hidden count the pair that keeps it safe; breakdowns must follow it.
    """
    pairs: list[Pair] = []
    for kinds in _stages(parts=parts):
        found, single = _paired(table, kinds)
        if single:
            _withhold(table, kinds)
            found, single = _paired(table, kinds)
            _show_the_certain(table, kinds, single)
        pairs += found
    return pairs


def _stages(*, parts: bool) -> tuple[tuple[Kind, ...], ...]:
    """Wholes first, then parts; the ways in which each may differ."""
    return (OF_WHOLE, OF_PART) if parts else (("rest",),)


def _asked(table: Table, kinds: tuple[Kind, ...]) -> Yes:
    """What is hidden of the counts that a stage looks after; a view."""
    return table.hides_part if kinds == OF_PART else table.hides_whole


def _paired(table: Table, kinds: tuple[Kind, ...]) -> tuple[list[Pair], list[Cell]]:
    """The cheapest pair for each hidden count, and those that have none."""
    pairs: dict[Pair, None] = {}
    single: list[Cell] = []
    for row in np.flatnonzero(_asked(table, kinds)[:, 0]).tolist():
        options = [
            option
            for kind in kinds
            if table.hidden(kind)[row, 0]
            for option in _partners(table, kind, row)
        ]
        if not options:
            single.append((row, 0))
            continue
        _, pair = min(options)
        table.hide(pair.kind, [pair.more, pair.less], [0, 0])
        pairs[pair] = None
    return list(pairs), single


def _partners(table: Table, kind: Kind, row: int) -> list[tuple[float, Pair]]:
    """The cheapest partner of a count for growing, and for shrinking."""
    found = []
    for up in (True, False):
        price = table.cost(kind, up=not up)[:, 0]
        price[row] = np.inf
        other = int(price.argmin())
        if np.isfinite(table.cost(kind, up=up)[row, 0] + price[other]):
            ends = (row, other) if up else (other, row)
            found.append((float(price[other]), Pair(kind, *ends)))
    return found


def protect_table(
    table: Table, rows: list[Pair], columns: list[Pair], *, parts: bool
) -> None:
    """Hide more of a breakdown until no sum of a row or column gives a count away.

    Args:
        table: counts by row and column; the sums of both are taken as known, but for
            hidden ones.
        rows, columns: the pairs of hidden sums.
        parts: whether the parts are counts of their own.
    """
    for kinds in _stages(parts=parts):
        safe = _led(table, rows, columns, kinds)
        if safe is None or not _closed(table, kinds, safe):
            _withhold(table, kinds)
            safe = _led(table, rows, columns, kinds)
            if safe is None:
                safe = np.zeros(table.whole.shape, dtype=np.bool_)
            left = _unsafe(table, kinds, safe)
            _show_the_certain(table, kinds, list(zip(*np.nonzero(left), strict=True)))


def _turned(table: Table) -> Table:
    """The same table, rows as columns; what is hidden is shared."""
    return Table(
        table.part.T, table.whole.T, table.told.T, table.least,
        table.hides_part.T, table.hides_whole.T, table.free_part, table.free_whole,
    )  # fmt: skip


def _led(
    table: Table, rows: list[Pair], columns: list[Pair], kinds: tuple[Kind, ...]
) -> Yes | None:
    """Cells on ways that carry hidden sums' pairs; None where a pair has no way."""
    safe = np.zeros(table.whole.shape, dtype=np.bool_)
    for view, pairs, seen in (
        (table, rows, safe),
        (_turned(table), columns, safe.T),
    ):
        for pair in (one for one in pairs if one.kind in kinds):
            way = route(*view.arcs(pair.kind), pair.more, pair.less)
            if way is None:
                _open_way(view, pair)
                way = route(*view.arcs(pair.kind), pair.more, pair.less)
            if way is None:
                return None
            seen[tuple(np.array(way).T)] = True
    return safe


def _open_way(table: Table, pair: Pair) -> None:
    """Hide the cheapest cells that let one unit go from one row to another."""
    up, down = table.cost(pair.kind, up=True), table.cost(pair.kind, up=False)
    direct = up[pair.more] + down[pair.less]
    column = int(direct.argmin())
    if np.isfinite(direct[column]):
        table.hide(pair.kind, [pair.more, pair.less], [column, column])
        return
    first, second = up[pair.more] + down, up + down[pair.less]
    by_row = first.min(axis=1) + second.min(axis=1)
    by_row[[pair.more, pair.less]] = np.inf
    row = int(by_row.argmin())
    if np.isfinite(by_row[row]):
        one, two = int(first[row].argmin()), int(second[row].argmin())
        rows = [pair.more, row, row, pair.less]
        table.hide(pair.kind, rows, [one, one, two, two])


def _unsafe(table: Table, kinds: tuple[Kind, ...], safe: Yes) -> Yes:
    """Hidden counts that are on no closed way."""
    left = _asked(table, kinds) & ~safe
    for kind in kinds:
        up, down = table.arcs(kind)
        left &= ~closed_up(up, down, left)
        left &= ~closed_up(down, up, left)
    return left


def _closed(table: Table, kinds: tuple[Kind, ...], safe: Yes) -> bool:
    """Hide cheapest rectangles until all is safe; False where none is to be had."""
    left = _unsafe(table, kinds, safe)
    while left.any():
        row, column = (int(one[0]) for one in np.nonzero(left))
        if not _add_rectangle(table, kinds, row, column):
            return False
        for kind in kinds:
            up, down = table.arcs(kind)
            left &= ~on_rectangle(up, down) & ~on_rectangle(down, up)
    return True


def _add_rectangle(
    table: Table, kinds: tuple[Kind, ...], row: int, column: int
) -> bool:
    best: tuple[float, Kind, int, int] | None = None
    for kind in kinds:
        if not table.hidden(kind)[row, column]:
            continue
        up, down = table.cost(kind, up=True), table.cost(kind, up=False)
        for same, other in ((up, down), (down, up)):
            price = same[row, column] + same + other[row][None, :]
            price = price + other[:, column][:, None]
            price[row, :] = price[:, column] = np.inf
            at = int(price.argmin())
            k, c = divmod(at, price.shape[1])
            if np.isfinite(price[k, c]) and (best is None or price[k, c] < best[0]):
                best = (float(price[k, c]), kind, k, c)
    if best is None:
        return False
    _, kind, k, c = best
    table.hide(kind, [row, row, k, k], [column, c, column, c])
    return True


def _withhold(table: Table, kinds: tuple[Kind, ...]) -> None:
    """Hide all counts of a stage; without wholes the parts go too."""
    table.free_part = True
    table.hides_part |= table.told
    if kinds != OF_PART:
        table.free_whole = True
        table.hides_whole |= table.told


def _show_the_certain(
    table: Table, kinds: tuple[Kind, ...], certain: list[Cell]
) -> None:
    """Of counts withheld, show those that follow from shown sums, unless small."""
    part, whole = first_hidden(table.part, table.whole, table.least)
    small = part if kinds == OF_PART else whole
    for cell in certain:
        if not small[cell]:
            _asked(table, kinds)[cell] = False
