"""The control database's tables of alarms: what is open, and what was told of it.

What lives here: one row per alarm from its opening to its end, one per message and
channel, and what the hub last saw outside. Nothing in them is about a person. What
does not: reading and writing them (`alarms`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial
from hub.storage.tables import METADATA

_CAUSE = ("rule", "partner", "feed", "subject")

ALARM = sa.Table(
    "alarm",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in _CAUSE),
    sa.Column("seen", sa.JSON, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("escalated_at", Instant),
    sa.Column("cleared_at", Instant),
    # However many check at once: a cause is open once.
    sa.Index(
        "ix_alarm_open",
        *_CAUSE,
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

ALARM_MESSAGE = sa.Table(
    "alarm_message",
    METADATA,
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
    sa.Index("ix_alarm_message_channel_sent_at", "channel", "sent_at"),
    sqlite_autoincrement=True,
)

ALARM_FACT = sa.Table(
    "alarm_fact",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True, nullable=False),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
