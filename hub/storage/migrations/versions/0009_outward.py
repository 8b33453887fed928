"""Parcels that went back to partners' systems, and what each receiver was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the three tables, empty: nothing was handed over before."""
    op.create_table(
        "out_parcel",
        sa.Column("delivery", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("is_sure", sa.Boolean, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("idempotency_key", sa.Text, nullable=False),
        sa.Column("inserted", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("withdrawn", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("answered_at", Instant),
        sa.Column("receipt", sa.Text),
        sa.Column("error", sa.Text),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'refused', 'accepted', 'dead', 'given_up')",
            name="state",
        ),
    )
    op.create_index("ix_out_parcel_state", "out_parcel", ["delivery", "state"])
    op.create_table(
        "out_change",
        sa.Column("delivery", sa.Text, primary_key=True),
        sa.Column("parcel", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("op", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.CheckConstraint("op IN ('insert', 'update', 'withdraw')", name="op"),
        sa.ForeignKeyConstraint(
            ("delivery", "parcel"), ("out_parcel.delivery", "out_parcel.number")
        ),
    )
    op.create_index("ix_out_change_key", "out_change", ["delivery", "key"])
    op.create_table(
        "out_row",
        sa.Column("delivery", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("parcel", sa.Integer, nullable=False),
    )
