"""Submissions that partners send to the hub, one row each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    """Create the table; before it nobody could send anything."""
    op.create_table(
        "submission",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        sa.Column("partner", sa.Text, nullable=False),
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("consumer", sa.Text),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("encoding", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("received_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_submission_partner_feed_key",
        "submission",
        ["partner", "feed", "key"],
        unique=True,
    )
