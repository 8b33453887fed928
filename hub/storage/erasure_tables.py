"""The control database's tables about what was erased, and must not come back.

What lives here: erasures (one run of a rule, or one row on somebody's word), their
tombstones, and which files of the lake took the place of which. Nothing is deleted
from them. What does not: reading and writing them (`erasures`), erasing
(`hub.flow.erasure`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial
from hub.storage.tables import METADATA


def _erasure() -> sa.Column[int]:
    link = sa.ForeignKey("erasure.number")
    return sa.Column("erasure", Serial, link, nullable=False)


ERASURE = sa.Table(
    "erasure",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
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

TOMBSTONE = sa.Table(
    "tombstone",
    METADATA,
    sa.Column("dataset", sa.Text, primary_key=True, nullable=False),
    sa.Column("key", sa.Text, primary_key=True, nullable=False),
    sa.Column("column", sa.Text, primary_key=True, nullable=False),
    sa.Column("partner", sa.Text, nullable=False),
    _erasure(),
    sa.Index("ix_tombstone_erasure", "erasure"),
    sqlite_with_rowid=False,
)

ERASED_FILE = sa.Table(
    "erased_file",
    METADATA,
    sa.Column("table_name", sa.Text, primary_key=True, nullable=False),
    sa.Column("path", sa.Text, primary_key=True, nullable=False),
    sa.Column("successor", sa.Text, nullable=False),
    _erasure(),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("rows_gone", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("ix_erased_file_table_name_successor", "table_name", "successor"),
)
