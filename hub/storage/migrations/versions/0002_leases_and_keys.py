"""Leases, and the key index of core."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the lease and key index tables."""
    op.create_table(
        "lease",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
    )
    op.create_table(
        "key_index",
        sa.Column("dataset", sa.Text, primary_key=True, nullable=False),
        sa.Column("hub_id", sa.Text, primary_key=True, nullable=False),
        sa.Column("partner", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("version_at", sa.BigInteger, nullable=False),
        sa.Column("row_digest", sa.Text, nullable=False),
        sa.Column("deleted_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
