"""The control database's table of work: how long each stage took, and what it asked.

What lives here: sums per partner, feed and stage that only grow, and the last time of
each. What does not: reading and writing (`stages`), counts of rows (`tables`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant
from hub.storage.tables import METADATA


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


STAGE_SUM = sa.Table(
    "stage_sum",
    METADATA,
    sa.Column("partner", sa.Text, primary_key=True, nullable=False),
    sa.Column("feed", sa.Text, primary_key=True, nullable=False),
    sa.Column("stage", sa.Text, primary_key=True, nullable=False),
    _count("times"),
    _count("microseconds"),
    _count("requests"),
    _count("retries"),
    _count("last_microseconds"),
    sa.Column("last_at", Instant, nullable=False),
)
