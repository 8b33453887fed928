"""Which counts must stay hidden so that no sum gives a hidden one away.

What lives here: secondary suppression (sharing §8) of a line of counts and of a
breakdown. What does not: figures as frames and what is shown in place of a value
(`small_cells`), the tables (`hidden_counts`), walking over them (`ways`).

A hidden count is safe if another table exists that shows the same: the same sums, the
same shown counts, and each hidden count still zero, small or not small as it is. Such
a table differs by one along a closed way over hidden counts, +1 and -1 in turn, so
every sum stays. A count on no such way is computed by subtraction, even where each row
and column has two hidden ones; hence ways are looked for and not numbers of stars.
"""

from __future__ import annotations

import numpy as np

from hub.sharing.hidden_counts import (
    OF_COUNT,
    OF_PART,
    OF_REST,
    OF_WHOLE,
    Kind,
    Pair,
    Table,
    first_hidden,
)
from hub.sharing.line_costs import LineCosts
from hub.sharing.ways import Cell, Yes, closed_up, on_rectangle, route

BY_PARTS = (OF_PART, OF_REST)


def protect_line(table: Table, *, parts: bool) -> list[Pair]:
    """Hide more of one column until nothing hidden follows from its sum.

    Args:
        table: one column of counts; its sum is taken as known.
        parts: whether the parts are counts of their own.

    Returns:
        For each hidden count the pair that keeps it safe; breakdowns must follow it.
    """
    pairs: dict[Pair, None] = {}
    for kinds in _stages(parts=parts):
        found, single = _paired(table, kinds)
        if single:
            _withhold(table, kinds)
            found, single = _paired(table, kinds)
            if kinds in BY_PARTS and _any_small(table, kinds, single):
                _withhold(table, OF_WHOLE)
            for shown in _shown_again(parts=parts):
                found, single = _paired(table, shown)
                _show_the_certain(table, shown, single)
                pairs |= dict.fromkeys(found)
            found, single = _paired(table, kinds)
        pairs |= dict.fromkeys(found)
    return list(pairs)


def _stages(*, parts: bool) -> tuple[tuple[Kind, ...], ...]:
    """Wholes first, then parts, then rests; the ways in which each may differ."""
    return (OF_WHOLE, OF_PART, OF_REST) if parts else (OF_COUNT,)


def _shown_again(*, parts: bool) -> tuple[tuple[Kind, ...], ...]:
    """The stages whose counts are looked through after all were withheld."""
    return (OF_WHOLE, OF_PART) if parts else (OF_COUNT,)


def _asked(table: Table, kinds: tuple[Kind, ...]) -> Yes:
    """The counts that a stage looks after; but for rests, a view of what is hidden."""
    if kinds == OF_REST:
        return (table.hides_part | table.hides_whole) & _small(table, kinds)
    return table.hides_part if kinds == OF_PART else table.hides_whole


def _paired(table: Table, kinds: tuple[Kind, ...]) -> tuple[list[Pair], list[Cell]]:
    """The cheapest pair for each hidden count, and those that have none."""
    pairs: dict[Pair, None] = {}
    single: list[Cell] = []
    costs = LineCosts(table)
    for row in np.flatnonzero(_asked(table, kinds)[:, 0]).tolist():
        usable = [kind for kind in kinds if table.hidden(kind, ([row], [0]))[0]]
        options = [one for kind in usable for one in _partners(costs, kind, row)]
        if not options:
            options = [
                one for kind in usable for one in _partners(costs, kind, row, True)
            ]
        if not options:
            single.append((row, 0))
            continue
        _, pair = min(options)
        costs.hide(pair)
        pairs[pair] = None
    return list(pairs), single


def _partners(
    costs: LineCosts, kind: Kind, row: int, relaxed: bool = False
) -> list[tuple[float, Pair]]:
    """The cheapest partner of a count for growing, and for shrinking."""
    found = []
    for up in (True, False):
        mine = float(costs.of(kind, up=up, relaxed=relaxed)[row])
        if not np.isfinite(mine):
            continue
        other, price = costs.cheapest(kind, up=not up, relaxed=relaxed, but=row)
        if np.isfinite(price):
            ends = (row, other) if up else (other, row)
            found.append((mine + price, Pair(kind, *ends)))
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
        safe, all_led = _led(table, rows, columns, kinds)
        if all_led and _closed(table, kinds, safe):
            continue
        _withhold(table, kinds)
        certain, all_led = _certain(table, rows, columns, kinds)
        if kinds in BY_PARTS and (not all_led or _any_small(table, kinds, certain)):
            # Where all of a code is the part, parts follow from shown wholes.
            _withhold(table, OF_WHOLE)
        looked = [
            (one, *_certain(table, rows, columns, one)) for one in _stages(parts=parts)
        ]
        # What is on no way may still differ with the sums: then nothing is shown.
        if all(led and not _any_small(table, one, some) for one, some, led in looked):
            for one in _shown_again(parts=parts):
                certain, _ = _certain(table, rows, columns, one)
                _show_the_certain(table, one, certain)


def _certain(
    table: Table, rows: list[Pair], columns: list[Pair], kinds: tuple[Kind, ...]
) -> tuple[list[Cell], bool]:
    """Hidden counts on no way found; whether each pair of sums has one."""
    safe, all_led = _led(table, rows, columns, kinds)
    where = np.nonzero(_unsafe(table, kinds, safe))
    return list(zip(*(one.tolist() for one in where), strict=True)), all_led


def _small(table: Table, kinds: tuple[Kind, ...]) -> Yes:
    """Counts of a stage that must not be known.

    A part that is not small may be, where a hidden whole keeps the rest from following.
    """
    part, whole = first_hidden(table.part, table.whole, table.least)
    if kinds == OF_REST:
        rest = table.whole - table.part
        return (rest > 0) & (rest < table.least)
    if kinds != OF_PART:
        return whole
    return part & ((table.part < table.least) | ~table.hides_whole)


def _any_small(table: Table, kinds: tuple[Kind, ...], cells: list[Cell]) -> bool:
    small = _small(table, kinds)
    return any(small[cell] for cell in cells)


def _turned(table: Table) -> Table:
    """The same table, rows as columns; what is hidden is shared."""
    return Table(
        table.part.T, table.whole.T, table.told.T, table.least,
        table.hides_part.T, table.hides_whole.T, table.free_part.T, table.free_whole.T,
    )  # fmt: skip


def _led(
    table: Table, rows: list[Pair], columns: list[Pair], kinds: tuple[Kind, ...]
) -> tuple[Yes, bool]:
    """Cells on ways that carry hidden sums' pairs; whether each pair has a way."""
    safe = np.zeros(table.whole.shape, dtype=np.bool_)
    all_led = True
    for view, pairs, seen in (
        (table, rows, safe),
        (_turned(table), columns, safe.T),
    ):
        for pair in (one for one in pairs if one.kind in kinds):
            way = route(*view.arcs(pair.kind), pair.more, pair.less)
            if way is None:
                _open_way(view, pair)
                way = route(*view.arcs(pair.kind), pair.more, pair.less)
            all_led &= way is not None
            if way is not None:
                seen[tuple(np.array(way).T)] = True
    return safe, all_led


def _open_way(table: Table, pair: Pair) -> None:
    """Hide the cheapest cells that let one unit go from one row to another."""
    kind, more, less = pair
    for relaxed in (False, True):
        up = table.cost(kind, up=True, relaxed=relaxed)
        down = table.cost(kind, up=False, relaxed=relaxed)
        direct = up[more] + down[less]
        column = int(direct.argmin())
        if np.isfinite(direct[column]):
            table.hide(kind, (more, column, True), (less, column, False))
            return
        first, second = up[more] + down, up + down[less]
        by_row = first.min(axis=1) + second.min(axis=1)
        by_row[[more, less]] = np.inf
        row = int(by_row.argmin())
        if np.isfinite(by_row[row]):
            one, two = int(first[row].argmin()), int(second[row].argmin())
            begin = (more, one, True), (row, one, False)
            table.hide(kind, *begin, (row, two, True), (less, two, False))
            return


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
        if not (
            _add_rectangle(table, kinds, row, column)
            or _add_rectangle(table, kinds, row, column, relaxed=True)
        ):
            return False
        for kind in kinds:
            up, down = table.arcs(kind)
            left &= ~on_rectangle(up, down) & ~on_rectangle(down, up)
    return True


def _add_rectangle(
    table: Table,
    kinds: tuple[Kind, ...],
    row: int,
    column: int,
    *,
    relaxed: bool = False,
) -> bool:
    best: tuple[float, Kind, bool, int, int] | None = None
    for kind in kinds:
        if not table.hidden(kind)[row, column]:
            continue
        up = table.cost(kind, up=True, relaxed=relaxed)
        down = table.cost(kind, up=False, relaxed=relaxed)
        for grows, same, other in ((True, up, down), (False, down, up)):
            price = same[row, column] + same + other[row][None, :]
            price = price + other[:, column][:, None]
            price[row, :] = price[:, column] = np.inf
            k, c = divmod(int(price.argmin()), price.shape[1])
            if np.isfinite(price[k, c]) and (best is None or price[k, c] < best[0]):
                best = (float(price[k, c]), kind, grows, k, c)
    if best is None:
        return False
    _, kind, grows, k, c = best
    table.hide(
        kind,
        (row, column, grows), (row, c, not grows),
        (k, c, grows), (k, column, not grows),
    )  # fmt: skip
    return True


def _withhold(table: Table, kinds: tuple[Kind, ...]) -> None:
    """Hide all counts of a stage; without wholes the parts go too."""
    table.free_part |= table.told
    table.hides_part |= table.told
    if kinds not in BY_PARTS:
        table.free_whole |= table.told
        table.hides_whole |= table.told


def _show_the_certain(
    table: Table, kinds: tuple[Kind, ...], certain: list[Cell]
) -> None:
    """Of counts withheld, show those that follow from shown sums; if small, none."""
    if _any_small(table, kinds, certain):
        return
    for cell in certain:
        _asked(table, kinds)[cell] = False
