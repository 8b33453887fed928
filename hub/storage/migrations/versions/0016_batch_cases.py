"""What the cases of each batch are like, as numbers for alarms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Serial

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the table; of batches before it nobody has counted that."""
    op.create_table(
        "batch_cases",
        sa.Column(
            "batch",
            Serial,
            sa.ForeignKey("batch.number"),
            primary_key=True,
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("cases", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("hours", sa.JSON, nullable=False),
        sa.Column("without_deadline", sa.BigInteger),
    )
