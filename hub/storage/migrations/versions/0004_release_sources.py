"""Where every source of a city stood when a release was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table of sources; releases made before have none."""
    op.create_table(
        "release_source",
        sa.Column(
            "release",
            Serial,
            sa.ForeignKey("release.number"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("partner", sa.Text, primary_key=True),
        sa.Column("feed", sa.Text, primary_key=True),
        sa.Column("datasets", sa.JSON, nullable=False),
        sa.Column("good", Serial, sa.ForeignKey("batch.number")),
        sa.Column("as_of", Instant),
        sa.Column("until", Instant),
        sa.Column("attempt", Serial, sa.ForeignKey("batch.number")),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("is_missing", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
    )
