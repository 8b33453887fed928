"""The control database's tables of submissions: what partners sent, and what waits.

What lives here: one row per submission that was received, written once and never
changed, with the key that it came under; and one per submission that may lie in the
inbox. What became of it is told by the batch that bears its receipt as name. What
does not: reading and writing (`submissions`), the bytes (`hub.connectors.inbox`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial
from hub.storage.tables import METADATA

SUBMISSION = sa.Table(
    "submission",
    METADATA,
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
    sa.Index("ix_submission_partner_feed_key", "partner", "feed", "key", unique=True),
    sqlite_autoincrement=True,
)

WAITING = sa.Table(
    "submission_waiting",
    METADATA,
    sa.Column(
        "number",
        Serial,
        sa.ForeignKey("submission.number"),
        primary_key=True,
        nullable=False,
        autoincrement=False,
    ),
    sa.Column("receipt", sa.Text, nullable=False),
    sa.Column("partner", sa.Text, nullable=False),
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Index("ix_submission_waiting_partner", "partner"),
)
