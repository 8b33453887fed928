"""The control database's tables about frozen months.

What lives here: revisions of months with their policies and the digests of what was
frozen, and inputs made by hand. What does not: the frozen rows themselves, which lie
in the lake (`hub.flow.assessment`); the ledger's tables (`tables`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial
from hub.storage.tables import METADATA


def _of_revision() -> tuple[sa.Column[str], sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.ForeignKeyConstraint(
            ["period", "revision"],
            ["assessment_revision.period", "assessment_revision.revision"],
        ),
    )


REVISION = sa.Table(
    "assessment_revision",
    METADATA,
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
    sa.Index(
        "ix_assessment_revision_current",
        "period",
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    ),
)

POLICY = sa.Table(
    "assessment_policy",
    METADATA,
    *_of_revision(),
    sa.Column("level", sa.Text, primary_key=True),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

FROZEN = sa.Table(
    "assessment_table",
    METADATA,
    *_of_revision(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("content_digest", sa.Text, nullable=False),
)

INPUT = sa.Table(
    "assessment_input",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("day_on", sa.Text),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("unit_code", sa.Text),
    sa.Column("person_id", sa.Text),
    # Text: SQLite has no decimals, and points are never binary fractions.
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
    sa.Index("ix_assessment_input_period", "period"),
    sqlite_autoincrement=True,
)

FINAL_SCORE = sa.Table(
    "final_score",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("unit_code", sa.Text, nullable=False),
    sa.Column("dimension", sa.Text),
    sa.Column("points", sa.Text, nullable=False),
    sa.Column("rank", sa.Integer),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Index("ix_final_score_period_revision", "period", "revision"),
    sqlite_autoincrement=True,
)
