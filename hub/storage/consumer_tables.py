"""The control database's tables about who may see what.

What lives here: consumers, their keys, and what was granted to them. A row is never
deleted: an end is written into it, with who, when and why. What does not: reading and
writing them (`consumers`, `consumer_keys`, `grants`), and what a grant lets through
(`hub.sharing.decision`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial
from hub.storage.tables import METADATA


def _made() -> tuple[sa.Column[object], sa.Column[str]]:
    return (
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
    )


def _ended() -> tuple[sa.Column[object], sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("revoked_at", Instant),
        sa.Column("revoked_by", sa.Text),
        sa.Column("revoked_reason", sa.Text),
    )


def _consumer() -> sa.Column[str]:
    link = sa.ForeignKey("consumer.id")
    return sa.Column("consumer", sa.Text, link, nullable=False)


CONSUMER = sa.Table(
    "consumer",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("org", sa.Text, nullable=False),
    sa.Column("contact_role", sa.Text, nullable=False),
    sa.Column("purposes", sa.JSON, nullable=False),
    sa.Column("units", sa.JSON, nullable=False),
    sa.Column("valid_from", Instant, nullable=False),
    sa.Column("valid_until", Instant),
    *_made(),
    *_ended(),
)

CONSUMER_KEY = sa.Table(
    "consumer_key",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    _consumer(),
    sa.Column("prefix", sa.Text, nullable=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("valid_until", Instant),
    *_made(),
    *_ended(),
    sa.Index("ix_consumer_key_prefix", "prefix", unique=True),
    sa.Index("ix_consumer_key_consumer", "consumer"),
    sqlite_autoincrement=True,
)

GRANT = sa.Table(
    "consumer_grant",
    METADATA,
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
    *_made(),
    *_ended(),
    sa.Index("ix_consumer_grant_consumer", "consumer"),
    sqlite_autoincrement=True,
)
