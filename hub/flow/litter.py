"""Files in the lake that nobody can ever read: what a kill or a conflict left behind.

What lives here: finding and removing files that no version of any table names. What
does not: old versions (releases and frozen months rest on them), rows past their
retention (`hub.flow.erasure`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from hub.flow import tables
from hub.flow.house import House
from hub.flow.published import METRICS, table_of
from hub.schemas import DATASETS, dataset
from hub.storage.batches import UNFINISHED
from hub.storage.lake import LakeTable

# Longer than any batch, merge or reading takes; whoever writes now is far younger.
OLD = timedelta(days=7)


class Cleared(NamedTuple):
    """What was removed."""

    files: int = 0
    bytes: int = 0


def clear_litter(house: House, older_than: timedelta = OLD) -> Cleared:
    """Remove old files that no version of a table names.

    Nothing while a batch is between landing and its end: what it has written may be
    named by the commit that is still to come.
    """
    if house.ledger.batches(state=UNFINISHED, limit=1):
        return Cleared()
    before = house.now() - older_than
    files = size = 0
    for table in every_table(house):
        for path in table.litter(before):
            size += path.stat().st_size
            files += 1
            path.unlink()
    return Cleared(files, size)


def every_table(house: House) -> Iterator[LakeTable]:
    """The tables of the lake, as the city's declarations name them."""
    lake = house.lake
    yield from (tables.core_table(lake, ds) for ds in DATASETS.values())
    yield from (table_of(house, name) for name in METRICS)
    yield tables.issue_finding_table(lake)
    yield tables.roster_finding_table(lake)
    yield tables.deadline_basis_table(lake)
    for partner in house.city.partners.values():
        yield tables.finding_table(lake, partner.id)
        names = {emit.dataset for feed in partner.feeds for emit in feed.emits}
        for name in sorted(names):
            yield tables.staged_table(lake, partner.id, dataset(name))
        for feed in partner.feeds:
            yield tables.quarantine_table(lake, partner.id, feed.name)
