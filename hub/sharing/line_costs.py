"""What hiding each count of one column costs, kept while more of them are hidden.

What lives here: costs that are worked out once and then only for the counts just
hidden; a column of thousands of small counts would else take the square of its length.
What does not: which counts are hidden (`protection`), what a cost is (`hidden_counts`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hub.sharing.hidden_counts import Kind, Pair, Table


class LineCosts:
    """Costs of a table of one column; whoever hides counts in it does so by `hide`."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[tuple[Kind, bool, bool], NDArray[np.float64]] = {}

    def of(self, kind: Kind, *, up: bool, relaxed: bool) -> NDArray[np.float64]:
        """Cost by row, as `Table.cost` tells it."""
        key = kind, up, relaxed
        if key not in self._known:
            cost = self._table.cost(kind, up=up, relaxed=relaxed)
            self._known[key] = cost[:, 0]
        return self._known[key]

    def cheapest(
        self, kind: Kind, *, up: bool, relaxed: bool, but: int
    ) -> tuple[int, float]:
        """The first cheapest row but one, and its cost; ∞ where there is none."""
        cost = self.of(kind, up=up, relaxed=relaxed)
        own, cost[but] = cost[but], np.inf
        row = int(cost.argmin())
        price = float(cost[row])
        cost[but] = own
        return row, price

    def hide(self, pair: Pair) -> None:
        """Hide both counts of a pair."""
        ends = (pair.more, 0, True), (pair.less, 0, False)
        if not self._table.hide(pair.kind, *ends):
            return
        rows = [pair.more, pair.less]
        for (kind, up, relaxed), cost in self._known.items():
            at = (rows, [0, 0])
            cost[rows] = self._table.cost(kind, up=up, relaxed=relaxed, at=at)
