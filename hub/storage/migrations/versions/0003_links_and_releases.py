"""Link work that is still to do, releases, and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the link, release and note tables."""
    op.create_table(
        "link_todo",
        sa.Column(
            "batch",
            Serial,
            sa.ForeignKey("batch.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("kind", sa.Text, primary_key=True),
    )
    op.create_table(
        "link_run",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "release",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        sa.Column("city", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("published_at", Instant),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "release_dataset",
        sa.Column(
            "release",
            Serial,
            sa.ForeignKey("release.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("dataset", sa.Text, primary_key=True),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("manifest_digest", sa.Text),
        sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("content_digest", sa.Text, nullable=False),
    )
    op.create_table(
        "note",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
