"""The ledger: batches, what they hold, and the marks they leave."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the ledger's tables."""
    op.create_table(
        "batch",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        sa.Column("partner", sa.Text, nullable=False),
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("parent", Serial, sa.ForeignKey("batch.number")),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.Text),
        sa.Column("since", Instant),
        sa.Column("until", Instant),
        sa.Column("as_of", Instant),
        sa.Column("landed_at", Instant),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received", sa.BigInteger),
        sa.Column("accepted", sa.BigInteger),
        sa.Column("quarantined", sa.BigInteger),
        sa.Column("duplicate", sa.BigInteger),
        sa.Column("error", sa.JSON(none_as_null=True)),
        sa.Column("city_digest", sa.Text),
        sa.Column("declaration_digest", sa.Text),
        sa.Column("token", sa.BigInteger),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.CheckConstraint(
            "state <> 'merged' OR (received IS NOT NULL AND accepted IS NOT NULL"
            " AND quarantined IS NOT NULL AND duplicate IS NOT NULL"
            " AND received = accepted + quarantined + duplicate)",
            name="rows_balance",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_batch_partner_feed_state", "batch", ["partner", "feed", "state"]
    )
    op.create_index("ix_batch_partner_feed_name", "batch", ["partner", "feed", "name"])
    op.create_table(
        "batch_part",
        _batch(),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("meta", sa.JSON, nullable=False),
        sa.Column("rows", sa.BigInteger),
    )
    op.create_table(
        "batch_dataset",
        _batch(),
        sa.Column("dataset", sa.Text, primary_key=True),
        _count("emitted"),
        _count("inserted"),
        _count("updated"),
        _count("unchanged"),
        _count("stale"),
        _count("deleted"),
        sa.CheckConstraint(
            "emitted = inserted + updated + unchanged + stale", name="facts_balance"
        ),
    )
    op.create_table(
        "batch_rule",
        _batch(),
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("severity", sa.Text, primary_key=True),
        sa.Column("dataset", sa.Text, primary_key=True),
        sa.Column("column", sa.Text, primary_key=True),
        _count("count"),
    )
    op.create_table(
        "snapshot",
        sa.Column("partner", sa.Text, primary_key=True),
        sa.Column("feed", sa.Text, primary_key=True),
        sa.Column("dataset", sa.Text, primary_key=True),
        sa.Column("as_of", Instant, nullable=False),
        _batch(),
    )
    op.create_table(
        "watermark",
        sa.Column("partner", sa.Text, primary_key=True),
        sa.Column("feed", sa.Text, primary_key=True),
        sa.Column("value", Instant, nullable=False),
        sa.Column("batch", Serial, sa.ForeignKey("batch.number"), nullable=False),
    )
    op.create_table(
        "lake_version",
        sa.Column("table_name", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("manifest_digest", sa.Text),
        sa.Column("batch", Serial, sa.ForeignKey("batch.number")),
    )


def _batch() -> sa.Column[int]:
    link = sa.ForeignKey("batch.number")
    return sa.Column("batch", Serial, link, primary_key=True, autoincrement=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
