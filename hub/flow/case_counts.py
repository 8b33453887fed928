"""What the cases of a batch are like, counted while they are in memory anyway.

What lives here: the few numbers per batch that alarms compare from day to day. They
are of rows as they came; a case that comes twice in a batch counts twice. Of a listing
that is pulled again day by day (`reach`) only what was reported in the window itself
counts: one new day among thirty known ones would not be seen. What does not: keeping
them (`hub.storage.ledger`), judging them (`hub.alarms`).
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from hub.flow.house import House
from hub.partners.spec import Feed
from hub.storage.batches import Batch, CaseCounts

HOURS = 24
DEADLINE = "source_deadline_at"


def window_begin(house: House, batch: Batch) -> datetime | None:
    """Begin of the window that a batch's rows were asked for; None without one."""
    own = batch if batch.parent is None else house.ledger.batch(batch.parent)
    return own.since


def counted(
    cases: pl.DataFrame,
    feed: Feed,
    zone: str,
    before: CaseCounts | None = None,
    since: datetime | None = None,
) -> CaseCounts:
    """The numbers of some cases, added to those of the ones before them.

    Args:
        cases: facts of dataset issue.
        feed: that brought them.
        zone: the city's.
        before: those of earlier chunks.
        since: begin of the batch's window.
    """
    window = feed.read.window
    if since is not None and window is not None and window.reach is not None:
        cases = cases.filter(pl.col("reported_at") >= since)
    local = cases["reported_at"].drop_nulls().dt.convert_time_zone(zone)
    found = local.dt.hour().cast(pl.Int64).value_counts()
    hours = dict(found.rows())
    emits = [one for one in feed.emits if one.dataset == "issue"]
    is_told = any(DEADLINE in one.columns for one in emits)
    empty = CaseCounts(0, (0,) * HOURS, 0 if is_told else None)
    rest = before or empty
    return CaseCounts(
        rest.cases + len(cases),
        tuple(rest.hours[n] + hours.get(n, 0) for n in range(HOURS)),
        (rest.without_deadline or 0) + cases[DEADLINE].null_count()
        if is_told
        else None,
    )
