"""The figures of one metric at hand, small cells hidden once and then remembered.

What lives here: reading them from a shelf, working out what is hidden month by month
and one at a time, and no longer than a request may take. What does not: what is hidden
(`hub.sharing.protected_figures`), who asks (`metrics`).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

import polars as pl

from hub.sharing.api.problems import Refusal
from hub.sharing.asks import Allowed
from hub.sharing.protected_figures import as_allowed, hide_small_cells
from hub.sharing.shelf import Shelf

KEPT = 128  # months of metrics
Month = tuple[Shelf, str, str, int]


class Figures:
    """Figures of shelves; safe to use from many threads.

    Args:
        seconds: how long one request may wait for what is worked out.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known: OrderedDict[Month, pl.DataFrame] = OrderedDict()

    def of(
        self, shelf: Shelf, metric: str, period: str | None, allowed: Allowed
    ) -> pl.DataFrame:
        """The figures of a metric that may be seen, of one month or of all.

        Raises:
            Refusal: 503, not all months were worked out in time. Those that were are
                remembered, so that asking again comes to an end.
        """
        is_meant = pl.col("metric") == metric
        if period is not None:
            is_meant &= pl.col("period") == period
        every = list(shelf.schema)
        spans = [frame.filter(is_meant) for frame in shelf.spans(every)]
        found = pl.concat([shelf.take([], every), *spans])
        least = allowed.small_cells
        if least is None:
            return found.filter(allowed.rows.predicate())
        until = time.monotonic() + self._seconds
        months = found.partition_by("period", as_dict=True, maintain_order=True)
        hidden = [
            self._month(shelf, metric, str(month), least, rows, until)
            for (month,), rows in months.items()
        ]
        none = hide_small_cells(found.clear(), least)
        return as_allowed(found, pl.concat([none, *hidden]), allowed)

    def _month(
        self,
        shelf: Shelf,
        metric: str,
        month: str,
        least: int,
        rows: pl.DataFrame,
        until: float,
    ) -> pl.DataFrame:
        key = shelf, metric, month, least
        # One at a time: it is all work, and whoever waits may find it done.
        if not self._lock.acquire(timeout=max(0.0, until - time.monotonic())):
            raise _too_slow()
        try:
            known = self._known.pop(key, None)
            if known is None and time.monotonic() > until:
                raise _too_slow()
            made = hide_small_cells(rows, least) if known is None else known
            self._known[key] = made
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return made
        finally:
            self._lock.release()


def _too_slow() -> Refusal:
    said = "Hiding small cells took too long; ask for one period, or again."
    return Refusal(503, "too_slow", said, {"Retry-After": "30"})
