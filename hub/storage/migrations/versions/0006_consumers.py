"""Consumers, their keys, and what was granted to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables; a hub before had no consumers."""
    op.create_table(
        "consumer",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("org", sa.Text, nullable=False),
        sa.Column("contact_role", sa.Text, nullable=False),
        sa.Column("purposes", sa.JSON, nullable=False),
        sa.Column("units", sa.JSON, nullable=False),
        sa.Column("valid_from", Instant, nullable=False),
        sa.Column("valid_until", Instant),
        *_made_and_ended(),
    )
    op.create_table(
        "consumer_key",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        _consumer(),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("valid_until", Instant),
        *_made_and_ended(),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consumer_key_prefix", "consumer_key", ["prefix"], unique=True)
    op.create_index("ix_consumer_key_consumer", "consumer_key", ["consumer"])
    op.create_table(
        "consumer_grant",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        _consumer(),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("column_class", sa.Text),
        sa.Column("row_rule", sa.JSON, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("clear", sa.JSON, nullable=False),
        sa.Column("masks", sa.JSON, nullable=False),
        sa.Column("forms", sa.JSON, nullable=False),
        sa.Column("valid_from", Instant, nullable=False),
        sa.Column("valid_until", Instant),
        *_made_and_ended(),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consumer_grant_consumer", "consumer_grant", ["consumer"])


def _consumer() -> sa.Column[str]:
    link = sa.ForeignKey("consumer.id")
    return sa.Column("consumer", sa.Text, link, nullable=False)


def _made_and_ended() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("revoked_at", Instant),
        sa.Column("revoked_by", sa.Text),
        sa.Column("revoked_reason", sa.Text),
    )
