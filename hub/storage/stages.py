"""Sums of work: how often a stage ran, how long it took, what it asked of a partner.

What lives here: adding to the sums, from any number of processes at once, and reading
them. They survive restarts and only grow. What does not: measuring (`hub.flow.stages`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub.storage.control import insert, read, write
from hub.storage.stage_tables import STAGE_SUM

SUMS = ("times", "microseconds", "requests", "retries")
KEY = ("partner", "feed", "stage")


@dataclass(frozen=True)
class Work:
    """One stage, done once.

    Attributes:
        stage: fetch, split, merge, link, metric or release.
        microseconds: how long it took.
        requests: asked of the partner, every attempt counted.
        retries: of these, attempts after a first one.
    """

    stage: str
    microseconds: int
    requests: int = 0
    retries: int = 0


class Stages:
    """The sums of one control database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, partner: str, feed: str, done: Sequence[Work], at: datetime) -> None:
        """Add work to the sums; partner and feed are "" for the city's own stages."""
        rows = [_row(partner, feed, one, at) for one in done]
        if not rows:
            return
        with write(self._engine) as connection:
            for row in rows:
                query = insert(connection, STAGE_SUM).values(row)
                grown = {
                    name: STAGE_SUM.c[name] + query.excluded[name] for name in SUMS
                }
                last = {
                    name: query.excluded[name]
                    for name in ("last_microseconds", "last_at")
                }
                connection.execute(
                    query.on_conflict_do_update(
                        index_elements=[STAGE_SUM.c[name] for name in KEY],
                        set_=grown | last,
                    )
                )

    def all(self) -> list[dict[str, Any]]:
        """Every sum, in the order of its key."""
        order = [STAGE_SUM.c[name] for name in KEY]
        with read(self._engine) as connection:
            found = connection.execute(sa.select(STAGE_SUM).order_by(*order))
            return [dict(row) for row in found.mappings()]


def _row(partner: str, feed: str, done: Work, at: datetime) -> Mapping[str, object]:
    return {
        "partner": partner,
        "feed": feed,
        "times": 1,
        **asdict(done),
        "last_microseconds": done.microseconds,
        "last_at": at,
    }
