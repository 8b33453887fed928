"""The control database's tables about what became of a release.

What lives here: the seal of its manifest, and its end: recalled by somebody, or
expired. Rows are only ever added. What does not: what a release pins (`tables`), the
manifests themselves, which are files (`manifests`).
"""

from __future__ import annotations

import sqlalchemy as sa

from hub.storage.columns import Instant, Serial
from hub.storage.tables import METADATA


def _of_release() -> sa.Column[int]:
    return sa.Column(
        "release",
        Serial,
        sa.ForeignKey("release.number"),
        primary_key=True,
        autoincrement=False,
    )


RELEASE_MANIFEST = sa.Table(
    "release_manifest",
    METADATA,
    _of_release(),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("signed_at", Instant, nullable=False),
)

RELEASE_END = sa.Table(
    "release_end",
    METADATA,
    _of_release(),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("author", sa.Text),
    sa.CheckConstraint("kind IN ('recalled', 'expired')", name="kind"),
)
