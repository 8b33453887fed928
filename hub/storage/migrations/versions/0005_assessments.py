"""Frozen months: their revisions, policies, tables, and inputs made by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from hub.storage.columns import Instant, Serial

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables; months before have no revision."""
    op.create_table(
        "assessment_revision",
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("release", Serial, sa.ForeignKey("release.number"), nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        sa.Column("terms", sa.JSON, nullable=False),
        sa.Column("definitions", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("approver", sa.Text),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("is_current", sa.Boolean, nullable=False),
    )
    op.create_index(
        "ix_assessment_revision_current",
        "assessment_revision",
        ["period"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "assessment_policy",
        *_of_revision(),
        sa.Column("level", sa.Text, primary_key=True),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "assessment_table",
        *_of_revision(),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("content_digest", sa.Text, nullable=False),
    )
    op.create_table(
        "assessment_input",
        sa.Column("number", Serial, primary_key=True, autoincrement=True),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("unit_code", sa.Text),
        sa.Column("person_id", sa.Text),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("approver", sa.Text),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("withdrawn_at", Instant),
        sa.Column("withdrawn_by", sa.Text),
        sa.Column("withdrawn_reason", sa.Text),
        sa.CheckConstraint(
            "(unit_code IS NULL) <> (person_id IS NULL)", name="unit_or_person"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assessment_input_period", "assessment_input", ["period"])


def _of_revision() -> tuple[sa.Column[str], sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["period", "revision"],
            ["assessment_revision.period", "assessment_revision.revision"],
        ),
    )
