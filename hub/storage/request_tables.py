"""The control database's tables about what recipients ask of the hub.

What lives here: requests, and the steps that each has taken; neither is ever changed or
deleted. What does not: reading and writing them (`requests`), until when each step is
due (`hub.sharing.request_deadlines`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial
from hub.storage.consumer_tables import CONSUMER, GRANT
from hub.storage.tables import METADATA

REQUEST = sa.Table(
    "request",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("consumer", sa.Text, sa.ForeignKey(CONSUMER.c.id), nullable=False),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("row_key", sa.Text),
    sa.Column("partner", sa.Text),
    sa.Column("proposed", sa.Text),
    sa.Column("purpose", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.CheckConstraint("kind IN ('correction', 'access', 'catalogue')", name="kind"),
    sqlite_autoincrement=True,
)

REQUEST_STEP = sa.Table(
    "request_step",
    METADATA,
    sa.Column(
        "request",
        Serial,
        sa.ForeignKey("request.number"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text),
    sa.Column("grant", Serial, sa.ForeignKey(GRANT.c.number)),
    sa.Column("at", Instant, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.CheckConstraint(
        "step IN ('accepted', 'rejected', 'delivered', 'closed')", name="step"
    ),
)
