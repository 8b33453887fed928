"""Sums of work per partner, feed and stage, for whoever watches the hub."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create the table; what was done before it was not timed."""
    op.create_table(
        "stage_sum",
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


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
