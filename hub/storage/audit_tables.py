"""The control database's tables of the audit log.

What lives here: one row per entry, the roots that the hub signed over them, and the
head that says where the log ends. What does not: how entries hang together
(`audit_chain`); the triggers that refuse changes (revision 0007).

Every column is whole numbers or text, instants as RFC 3339 with microseconds and `Z`:
what is hashed is then what is stored, byte for byte, on every database.
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Serial
from hub.storage.tables import METADATA


def _text(name: str, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


ENTRY = sa.Table(
    "audit_entry",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=False),
    _text("at", nullable=False),
    sa.Column("refers_to", Serial, sa.ForeignKey("audit_entry.number")),
    # Who.
    _text("system", nullable=False),
    _text("person"),
    _text("org"),
    # With which right.
    _text("grant_id"),
    _text("purpose"),
    _text("valid_until"),
    # What.
    _text("dataset", nullable=False),
    _text("version"),
    _text("columns", nullable=False),
    _text("conditions", nullable=False),
    # How, and whence.
    _text("means", nullable=False),
    _text("mask_profile"),
    _text("pseudonym_key_id"),
    _text("address"),
    # How it went, and how much it was.
    _text("result", nullable=False),
    _text("reason"),
    sa.Column("row_count", sa.BigInteger),
    sa.Column("byte_count", sa.BigInteger),
    _text("digest"),
    # The chain.
    _text("previous", nullable=False),
    _text("key_id", nullable=False),
    _text("seal", nullable=False),
    _text("hash", nullable=False),
    # A hand-over ends once.
    sa.Index("ix_audit_entry_refers_to", "refers_to", unique=True),
    sa.Index("ix_audit_entry_system", "system"),
    sa.Index("ix_audit_entry_dataset", "dataset"),
    sa.Index("ix_audit_entry_at", "at"),
)

ROOT = sa.Table(
    "audit_root",
    METADATA,
    sa.Column("entry", Serial, primary_key=True, autoincrement=False),
    _text("hash", nullable=False),
    _text("at", nullable=False),
    _text("key_id", nullable=False),
    _text("public", nullable=False),
    _text("signature", nullable=False),
)

HEAD = sa.Table(
    "audit_head",
    METADATA,
    # One row, made by the migration: writers queue up for it.
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    _text("hash", nullable=False),
    _text("key_id", nullable=False),
    _text("signature", nullable=False),
)
