"""What sources count of each day against what came of it, for alarm A18."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create the table; of days before it nobody has kept a comparison."""
    op.create_table(
        "day_count",
        sa.Column("partner", sa.Text, primary_key=True, nullable=False),
        sa.Column("feed", sa.Text, primary_key=True, nullable=False),
        sa.Column("day", sa.Date, primary_key=True, nullable=False),
        sa.Column("counted", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("held", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("kept_out", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("compared_at", Instant, nullable=False),
        sa.Column("short_since", Instant),
    )
