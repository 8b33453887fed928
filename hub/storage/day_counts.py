"""What a source counts of a day against what came of it, as it was last compared.

What lives here: one row per feed and day, and since when the source has counted more.
Numbers only. What does not: counting (`hub.flow.reconcile.day_counts`), judging what
is kept (`hub.alarms.short`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from hub.storage.control import insert
from hub.storage.desk import Desk
from hub.storage.tables import DAY_COUNT

_KEY = ("partner", "feed", "day")


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """One day of a feed.

    Attributes:
        day: a day on the partner's clock.
        counted: rows that the source counts.
        held: rows of that day that were let in.
        kept_out: rows that came and are in quarantine, or came twice.
    """

    day: date
    counted: int
    held: int
    kept_out: int

    @property
    def missing(self) -> int:
        """Rows that the source counts and that never came."""
        return max(0, self.counted - self.held - self.kept_out)


@dataclass(frozen=True, kw_only=True)
class KeptCount(DayCount):
    """A day as it was last compared; `short_since` since when rows are missing."""

    partner: str
    feed: str
    compared_at: datetime
    short_since: datetime | None


class DayCounts(Desk):
    """The comparisons of one control database."""

    def keep(
        self, partner: str, feed: str, days: Sequence[DayCount], *, at: datetime
    ) -> None:
        """Note a comparison in the place of the one before.

        A day that is short stays short since it was first found so, unless as many
        rows have come as were counted then: what is missing now is other rows.
        """
        if not days:
            return
        rows = [
            {
                "partner": partner,
                "feed": feed,
                "day": one.day,
                "counted": one.counted,
                "held": one.held,
                "kept_out": one.kept_out,
                "compared_at": at,
                "short_since": at if one.missing else None,
            }
            for one in days
        ]
        with self._writing(None) as connection:
            query = insert(connection, DAY_COUNT)
            fresh = query.excluded
            has_come = fresh.held + fresh.kept_out >= DAY_COUNT.c.counted
            is_new = fresh.short_since.is_(None) | has_come
            since = sa.case(
                (is_new, fresh.short_since),
                else_=sa.func.coalesce(DAY_COUNT.c.short_since, fresh.short_since),
            )
            told = {n: fresh[n] for n in ("counted", "held", "kept_out", "compared_at")}
            connection.execute(
                query.on_conflict_do_update(
                    index_elements=list(_KEY), set_=told | {"short_since": since}
                ),
                rows,
            )

    def short(
        self, partner: str | None = None, feed: str | None = None
    ) -> list[KeptCount]:
        """Days that are short, in order; of one feed, if named."""
        query = sa.select(DAY_COUNT).where(DAY_COUNT.c.short_since.is_not(None))
        return self._found(query, partner, feed)

    def known(self, partner: str, feed: str) -> list[KeptCount]:
        """Every day of a feed that was ever compared, in order."""
        return self._found(sa.select(DAY_COUNT), partner, feed)

    def _found(
        self,
        query: sa.Select[tuple[object, ...]],
        partner: str | None,
        feed: str | None,
    ) -> list[KeptCount]:
        if partner is not None:
            query = query.where(DAY_COUNT.c.partner == partner)
        if feed is not None:
            query = query.where(DAY_COUNT.c.feed == feed)
        query = query.order_by(*(DAY_COUNT.c[name] for name in _KEY))
        with self._reading(None) as connection:
            return [KeptCount(**row._mapping) for row in connection.execute(query)]
