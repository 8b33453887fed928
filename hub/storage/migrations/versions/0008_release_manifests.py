"""Seals of release manifests, and the end of a release: recalled or expired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create both tables; releases made before have no seal and no end."""
    op.create_table(
        "release_manifest",
        _of_release(),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("signed_at", Instant, nullable=False),
    )
    op.create_table(
        "release_end",
        _of_release(),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("at", Instant, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("author", sa.Text),
        sa.CheckConstraint("kind IN ('recalled', 'expired')", name="kind"),
    )


def _of_release() -> sa.Column[int]:
    return sa.Column(
        "release",
        Serial,
        sa.ForeignKey("release.number"),
        primary_key=True,
        autoincrement=False,
    )
