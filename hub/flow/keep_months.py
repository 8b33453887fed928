"""Metric tables as they should be: the months that differ are written again.

What lives here: comparing what is told of a month with what is kept of it, and the
commit; neither side is ever held whole, for a month may have a million cases. What does
not: what is told (`figures`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import timedelta

import polars as pl

from hub.flow.house import House
from hub.flow.metric_tables import frozen_mark, metric_table
from hub.storage.holders import this_process

APP = "figures"
LEASE = timedelta(minutes=30)
CONTENT = pl.exclude("as_of")  # the instant of computation makes no difference


def keep_months(
    house: House,
    name: str,
    told: Callable[[str], Iterable[pl.DataFrame]],
    months: Collection[str],
    frozen: Collection[str],
) -> int:
    """Make a metric table say exactly this; the same again changes nothing.

    Args:
        house: the hub.
        name: of the table.
        told: all rows that there are of a month, some after the other.
        months: those of which there may be rows.
        frozen: those that stay as they are.

    Returns:
        How many rows there are.
    """
    table = metric_table(house, name)
    count = 0
    add, remove = [], []
    held = {file.partition["period"] for file in table.files()}
    for month in sorted({*months, *held} - set(frozen)):
        if table.number(frozen_mark(month)) >= 0:  # frozen while this was computed
            continue
        files = table.files(partitions=[{"period": month}])
        if files and is_same(told(month), table.scan(files)):
            count += sum(file.rows for file in files)
            continue
        fresh = table.write_long(told(month), {"period": month})
        count += sum(file.rows for file in fresh)
        add += fresh
        remove += files
    if add or remove:
        with house.leases.hold(table.name, this_process(APP), LEASE):
            table.commit(APP, table.number(APP) + 1, add=add, remove=remove)
    return count


def is_same(told: Iterable[pl.DataFrame], kept: Iterable[pl.DataFrame]) -> bool:
    """Whether two runs of frames hold the same rows, but for their `as_of`."""
    others = iter(kept)
    rest = pl.DataFrame()
    for frame in told:
        at = 0
        while at < len(frame):
            if not len(rest):
                following = next(others, None)
                if following is None:
                    return False
                rest = following.select(frame.columns)
            size = min(len(frame) - at, len(rest))
            here, there = frame.slice(at, size), rest.head(size)
            if not here.select(CONTENT).equals(there.select(CONTENT)):
                return False
            at, rest = at + size, rest.slice(size)
    return not len(rest) and all(not len(one) for one in others)
