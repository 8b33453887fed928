"""The ledger in sums per feed, for whoever watches the hub rather than a batch.

What lives here: one grouping query per figure, so that a look costs the same however
many rows were ever delivered. Only batches that have ended for good are summed: their
counts never change, so no sum ever falls. What does not: single batches (`records`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from hub.storage.control import read
from hub.storage.records import FACTS, ROWS
from hub.storage.tables import (
    BATCH,
    BATCH_DATASET,
    RELEASE,
    RELEASE_DATASET,
    WATERMARK,
)

Found = Sequence[Mapping[str, Any]]
FEED = (BATCH.c.partner, BATCH.c.feed)
IS_DELIVERY = BATCH.c.kind == "delivery"


class Sums:
    """Sums over one control database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def batches(self) -> Found:
        """Per partner, feed, kind and state: how many, and their rows by outcome."""
        rows = [sa.func.sum(sa.func.coalesce(BATCH.c[n], 0)).label(n) for n in ROWS]
        by = (*FEED, BATCH.c.kind, BATCH.c.state)
        return self._all(
            sa.select(*by, sa.func.count().label("batches"), *rows)
            .group_by(*by)
            .order_by(*by)
        )

    def times(self) -> Found:
        """Per partner and feed: when it was last tried, and last taken in."""
        merged = sa.case((BATCH.c.state == "merged", BATCH.c.updated_at))
        return self._all(
            sa.select(
                *FEED,
                sa.func.max(BATCH.c.updated_at).label("tried"),
                sa.func.max(merged, type_=BATCH.c.updated_at.type).label("taken"),
            )
            .where(IS_DELIVERY)
            .group_by(*FEED)
            .order_by(*FEED)
        )

    def facts(self) -> Found:
        """Per partner, feed and dataset: what merged facts did to core."""
        by = (*FEED, BATCH_DATASET.c.dataset)
        sums = [sa.func.sum(BATCH_DATASET.c[n]).label(n) for n in FACTS]
        return self._all(
            sa.select(*by, *sums)
            .join(BATCH, BATCH.c.number == BATCH_DATASET.c.batch)
            .where(BATCH.c.state == "merged")
            .group_by(*by)
            .order_by(*by)
        )

    def watermarks(self) -> Found:
        """Up to when each feed was fetched."""
        return self._all(
            sa.select(
                WATERMARK.c.partner, WATERMARK.c.feed, WATERMARK.c.value
            ).order_by(WATERMARK.c.partner, WATERMARK.c.feed)
        )

    def releases(self) -> Mapping[str, Any]:
        """How many releases were ever published, and when the last one was."""
        (found,) = self._all(
            sa.select(
                sa.func.count().label("releases"),
                sa.func.max(RELEASE.c.published_at).label("last"),
            ).where(RELEASE.c.published_at.is_not(None))
        )
        return found

    def released(self) -> Found:
        """Rows per dataset of the newest release."""
        newest = sa.select(sa.func.max(RELEASE.c.number)).where(
            RELEASE.c.published_at.is_not(None)
        )
        return self._all(
            sa.select(RELEASE_DATASET.c.dataset, RELEASE_DATASET.c.rows)
            .where(RELEASE_DATASET.c.release == newest.scalar_subquery())
            .order_by(RELEASE_DATASET.c.dataset)
        )

    def _all(self, query: sa.Executable) -> Found:
        with read(self._engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
