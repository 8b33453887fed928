"""Ways over the hidden cells of a table: +1 and -1 in turn, row and column in turn.

What lives here: whether cells lie on a closed way, and a way from one row to another.
From a row a way leaves by a cell that may grow to its column, from a column by a cell
that may shrink to its row. What does not: what may grow or shrink (`protection`).
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Yes = NDArray[np.bool_]
Cell = tuple[int, int]


def closed_up(up: Yes, down: Yes, asked: Yes) -> Yes:
    """Which of the cells asked for lie, growing, on a closed way.

    Rectangles are found for all cells at once; only what lies on none is walked.

    Args:
        up, down: rows × columns, whether a cell may grow, shrink.
        asked: the cells in question.
    """
    found = asked & on_rectangle(up, down)
    for row, column in zip(*np.nonzero(asked & up & ~found), strict=True):
        if found[row, column]:
            continue
        way = route(up, down, int(row), int(row), first=int(column))
        for one in (way or [])[::2]:
            found[one] = True
    return found & asked


def on_rectangle(up: Yes, down: Yes) -> Yes:
    """Which cells lie, growing, on a closed way of four: all counted at once."""
    u, d = up.astype(np.float64), down.astype(np.float64)
    both = u * d
    every = d @ u.T @ d
    same_row = both.sum(axis=1, keepdims=True) * d
    same_column = d * both.sum(axis=0, keepdims=True)
    count: NDArray[np.float64] = every - same_row - same_column + both * d
    return up & (count > 0)


def route(
    up: Yes, down: Yes, source: int, goal: int, *, first: int | None = None
) -> list[Cell] | None:
    """A shortest way from one row to another as its cells; None where there is none.

    Args:
        up, down: rows × columns, whether a cell may grow, shrink.
        source, goal: rows.
        first: the column by which the way must begin; it may then end where it began,
            by another column.
    """
    came_row: dict[int, int] = {}
    came_column: dict[int, int] = {}
    columns: deque[int] = deque()
    starts = np.flatnonzero(up[source]).tolist() if first is None else [first]
    for column in starts:
        came_column[column] = source
        columns.append(column)
    while columns:
        column = columns.popleft()
        origin = came_column[column]
        for row in np.flatnonzero(down[:, column]).tolist():
            if row == origin or row in came_row or (row == source and row != goal):
                continue
            came_row[row] = column
            if row == goal:
                return _traced(came_row, came_column, source, goal)
            for nxt in np.flatnonzero(up[row]).tolist():
                if nxt not in came_column:
                    came_column[nxt] = row
                    columns.append(nxt)
    return None


def _traced(
    came_row: dict[int, int], came_column: dict[int, int], source: int, goal: int
) -> list[Cell]:
    """The cells of a way, from its source on: growing and shrinking in turn."""
    cells: list[Cell] = []
    row = goal
    while True:
        column = came_row[row]
        cells.append((row, column))
        row = came_column[column]
        cells.append((row, column))
        if row == source:
            return cells[::-1]
