"""Requests with their steps; erasures with their tombstones; final scores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the six tables; nothing was asked, erased or scored elsewhere before."""
    _create_requests()
    _create_erasures()
    _create_final_scores()


def _create_requests() -> None:
    op.create_table(
        "request",
        _number(),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("consumer", sa.Text, sa.ForeignKey("consumer.id"), nullable=False),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("row_key", sa.Text),
        sa.Column("partner", sa.Text),
        sa.Column("proposed", sa.Text),
        sa.Column("purpose", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "kind IN ('correction', 'access', 'catalogue')", name="kind"
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "request_step",
        sa.Column(
            "request",
            Serial,
            sa.ForeignKey("request.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("step", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text),
        sa.Column("grant", Serial, sa.ForeignKey("consumer_grant.number")),
        sa.Column("at", Instant, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.CheckConstraint(
            "step IN ('accepted', 'rejected', 'delivered', 'closed')", name="step"
        ),
    )


def _create_erasures() -> None:
    op.create_table(
        "erasure",
        _number(),
        sa.Column("rule", sa.Text),
        sa.Column("dataset", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.CheckConstraint("state IN ('erasing', 'done')", name="state"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tombstone",
        sa.Column("dataset", sa.Text, primary_key=True, nullable=False),
        sa.Column("key", sa.Text, primary_key=True, nullable=False),
        sa.Column("column", sa.Text, primary_key=True, nullable=False),
        sa.Column("partner", sa.Text, nullable=False),
        _erasure(),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tombstone_erasure", "tombstone", ["erasure"])
    op.create_table(
        "erased_file",
        sa.Column("table_name", sa.Text, primary_key=True, nullable=False),
        sa.Column("path", sa.Text, primary_key=True, nullable=False),
        sa.Column("successor", sa.Text, nullable=False),
        _erasure(),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("rows_gone", sa.BigInteger, nullable=False, server_default="0"),
    )
    op.create_index(
        "ix_erased_file_table_name_successor",
        "erased_file",
        ["table_name", "successor"],
    )


def _create_final_scores() -> None:
    op.create_table(
        "final_score",
        _number(),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("dimension", sa.Text),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_final_score_period_revision", "final_score", ["period", "revision"]
    )


def _number() -> sa.Column[int]:
    return sa.Column("number", Serial, primary_key=True, autoincrement=True)


def _erasure() -> sa.Column[int]:
    link = sa.ForeignKey("erasure.number")
    return sa.Column("erasure", Serial, link, nullable=False)
