"""The tables of the control database, as the program uses them.

What lives here: one SQLAlchemy table per kind of memory. The ledger (batch and
its five companions), marks (snapshot, watermark, lake_version), leases, the key
index, link work, releases. What does not: how they came about, see
`hub.storage.migrations`; a test compares the two.
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default="0")


def _batch(*, key: bool = False, name: str = "batch") -> sa.Column[int]:
    link = sa.ForeignKey("batch.number")
    return sa.Column(
        name, Serial, link, primary_key=key, nullable=False, autoincrement=False
    )


def _release() -> sa.Column[int]:
    link = sa.ForeignKey("release.number")
    return sa.Column("release", Serial, link, primary_key=True, autoincrement=False)


BATCH = sa.Table(
    "batch",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    _text("partner"),
    _text("feed"),
    _text("kind"),
    sa.Column("parent", Serial, sa.ForeignKey("batch.number")),
    _text("name"),
    sa.Column("content", sa.Text),
    sa.Column("since", Instant),
    sa.Column("until", Instant),
    sa.Column("as_of", Instant),
    sa.Column("landed_at", Instant),
    _text("state"),
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
    sa.Index("ix_batch_partner_feed_state", "partner", "feed", "state"),
    sa.Index("ix_batch_partner_feed_name", "partner", "feed", "name"),
    sqlite_autoincrement=True,
)

BATCH_PART = sa.Table(
    "batch_part",
    METADATA,
    _batch(key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    _text("sha256"),
    sa.Column("meta", sa.JSON, nullable=False),
    sa.Column("rows", sa.BigInteger),
)

BATCH_DATASET = sa.Table(
    "batch_dataset",
    METADATA,
    _batch(key=True),
    _text("dataset", key=True),
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

BATCH_RULE = sa.Table(
    "batch_rule",
    METADATA,
    _batch(key=True),
    _text("rule", key=True),
    _text("severity", key=True),
    _text("dataset", key=True),
    _text("column", key=True),
    _count("count"),
)

# Few numbers per batch of cases, so that nobody has to read the cases again.
BATCH_CASES = sa.Table(
    "batch_cases",
    METADATA,
    _batch(key=True),
    _count("cases"),
    sa.Column("hours", sa.JSON, nullable=False),
    sa.Column("without_deadline", sa.BigInteger),
)

# What a source counts of a day against what came of it, as it was last compared.
DAY_COUNT = sa.Table(
    "day_count",
    METADATA,
    _text("partner", key=True),
    _text("feed", key=True),
    sa.Column("day", sa.Date, primary_key=True, nullable=False),
    _count("counted"),
    _count("held"),
    _count("kept_out"),
    sa.Column("compared_at", Instant, nullable=False),
    sa.Column("short_since", Instant),
)

SNAPSHOT = sa.Table(
    "snapshot",
    METADATA,
    _text("partner", key=True),
    _text("feed", key=True),
    _text("dataset", key=True),
    sa.Column("as_of", Instant, nullable=False),
    _batch(key=True),
)

WATERMARK = sa.Table(
    "watermark",
    METADATA,
    _text("partner", key=True),
    _text("feed", key=True),
    sa.Column("value", Instant, nullable=False),
    _batch(),
)

LAKE_VERSION = sa.Table(
    "lake_version",
    METADATA,
    _text("table_name", key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("manifest_digest", sa.Text),
    sa.Column("batch", Serial, sa.ForeignKey("batch.number")),
)

LEASE = sa.Table(
    "lease",
    METADATA,
    _text("name", key=True),
    _text("holder"),
    sa.Column("token", sa.BigInteger, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

KEY_INDEX = sa.Table(
    "key_index",
    METADATA,
    _text("dataset", key=True),
    _text("hub_id", key=True),
    _text("partner"),
    _text("month"),
    sa.Column("version_at", sa.BigInteger, nullable=False),
    _text("row_digest"),
    sa.Column("deleted_at", sa.BigInteger),
    sqlite_with_rowid=False,
)

LINK_TODO = sa.Table(
    "link_todo",
    METADATA,
    _batch(key=True),
    _text("kind", key=True),
)

LINK_RUN = sa.Table(
    "link_run",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    _text("state"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sqlite_autoincrement=True,
)

RELEASE = sa.Table(
    "release",
    METADATA,
    sa.Column("number", Serial, primary_key=True, autoincrement=True),
    _text("city"),
    _text("state"),
    sa.Column("digest", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("published_at", Instant),
    sqlite_autoincrement=True,
)

RELEASE_DATASET = sa.Table(
    "release_dataset",
    METADATA,
    _release(),
    _text("dataset", key=True),
    _text("table_name"),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("manifest_digest", sa.Text),
    _count("rows"),
    _text("content_digest"),
)

RELEASE_SOURCE = sa.Table(
    "release_source",
    METADATA,
    _release(),
    _text("partner", key=True),
    _text("feed", key=True),
    sa.Column("datasets", sa.JSON, nullable=False),
    sa.Column("good", Serial, sa.ForeignKey("batch.number")),
    sa.Column("as_of", Instant),
    sa.Column("until", Instant),
    sa.Column("attempt", Serial, sa.ForeignKey("batch.number")),
    _text("state"),
    sa.Column("error", sa.Text),
    sa.Column("is_missing", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text),
)

NOTE = sa.Table(
    "note",
    METADATA,
    _text("name", key=True),
    _text("value"),
)
