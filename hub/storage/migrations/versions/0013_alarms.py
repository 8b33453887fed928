"""Alarms with their messages, and what was last seen outside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0013"
down_revision = "0012"
_CAUSE = ("rule", "partner", "feed", "subject")


def upgrade() -> None:
    """Create the three tables; before them nobody was called."""
    op.create_table(
        "alarm",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _CAUSE),
        sa.Column("seen", sa.JSON, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.Column("escalated_at", Instant),
        sa.Column("cleared_at", Instant),
        sqlite_autoincrement=True,
    )
    still_open = sa.text("cleared_at IS NULL")
    op.create_index(
        "ix_alarm_open",
        "alarm",
        list(_CAUSE),
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "alarm_message",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        sa.Column("alarm", Serial, sa.ForeignKey("alarm.number"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", Instant),
        sa.Column("error", sa.Text),
        sa.Column("post", sa.Text),
        sa.Column("sent_at", Instant),
        sa.CheckConstraint("kind IN ('opened', 'escalated', 'cleared')", name="kind"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_alarm_message_channel_sent_at", "alarm_message", ["channel", "sent_at"]
    )
    op.create_table(
        "alarm_fact",
        sa.Column("name", sa.Text, primary_key=True, nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
