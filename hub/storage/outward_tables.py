"""The control database's tables about what went back to partners' systems.

What lives here: parcels with their receipts, the changes of parcels that are still
open, and for each row that a receiver has the digest of what it was sent. A parcel is
never deleted once it was sent; the rows it carried are forgotten with its receipt. What
does not: reading and writing them (`outward`, `outward_rows`), and what goes into a
parcel (`hub.sharing.outward`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant
from hub.storage.tables import METADATA

OUT_PARCEL = sa.Table(
    "out_parcel",
    METADATA,
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
    sa.Index("ix_out_parcel_state", "delivery", "state"),
)

OUT_CHANGE = sa.Table(
    "out_change",
    METADATA,
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
    sa.Index("ix_out_change_key", "delivery", "key"),
)

OUT_ROW = sa.Table(
    "out_row",
    METADATA,
    sa.Column("delivery", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("parcel", sa.Integer, nullable=False),
)
