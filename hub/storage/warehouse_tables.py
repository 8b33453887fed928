"""What the warehouse knows of itself, in tables of its own beside the data.

What lives here: which parts are in, what every table looks like, which release is in,
and which views consumers have. What does not: writing them (`warehouse`,
`warehouse_views`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from hub.storage.columns import Instant

METADATA = sa.MetaData()
PARTS = sa.Table(
    "warehouse_part",
    METADATA,
    sa.Column("table_name", sa.Text, primary_key=True, comment="表名"),
    sa.Column("part", sa.Text, primary_key=True, comment="装载批"),
    sa.Column("digest", sa.Text, nullable=False, comment="内容摘要"),
    sa.Column("rows", sa.BigInteger, nullable=False, comment="行数"),
    sa.Column("source", sa.Text, nullable=False, comment="来源发布号或修订"),
    sa.Column("loaded_at", Instant, nullable=False, comment="装载时间"),
    comment="数据仓库装载记录",
)
SHAPES = sa.Table(
    "warehouse_table",
    METADATA,
    sa.Column("table_name", sa.Text, primary_key=True, comment="表名"),
    sa.Column("shape", sa.Text, nullable=False, comment="结构摘要"),
    comment="数据仓库表结构记录",
)
RELEASE = sa.Table(
    "warehouse_release",
    METADATA,
    sa.Column("release", sa.Text, primary_key=True, comment="发布号"),
    sa.Column("published_at", Instant, nullable=False, comment="发布时间"),
    sa.Column("loaded_at", Instant, nullable=False, comment="装载时间"),
    comment="数据仓库当前发布",
)
VIEWS = sa.Table(
    "warehouse_view",
    METADATA,
    sa.Column("schema_name", sa.Text, primary_key=True, comment="模式名"),
    sa.Column("view_name", sa.Text, primary_key=True, comment="视图名"),
    sa.Column("consumer", sa.Text, nullable=False, comment="使用方"),
    sa.Column("digest", sa.Text, nullable=False, comment="定义摘要"),
    sa.Column("tables", sa.JSON, nullable=False, comment="所依据的表"),
    comment="数据仓库使用方视图记录",
)


@dataclass(frozen=True)
class HeldRelease:
    """The release whose datasets the warehouse holds."""

    id: str
    published_at: datetime


class HeldView(NamedTuple):
    """A view that a consumer has."""

    consumer: str
    schema: str
    view: str


def note_release(connection: sa.Connection, held: HeldRelease, at: datetime) -> None:
    """Say which release is in, in the transaction that brings it."""
    connection.execute(sa.delete(RELEASE))
    connection.execute(
        sa.insert(RELEASE).values(
            release=held.id, published_at=held.published_at, loaded_at=at
        )
    )


def held_release(connection: sa.Connection) -> HeldRelease | None:
    """Which release is in; None before the first load."""
    if not sa.inspect(connection).has_table(RELEASE.name):
        return None
    row = connection.execute(sa.select(RELEASE)).first()
    return None if row is None else HeldRelease(row.release, row.published_at)


def held_views(connection: sa.Connection) -> list[HeldView]:
    """The views that consumers have; none before the first load."""
    if not sa.inspect(connection).has_table(VIEWS.name):
        return []
    columns = (VIEWS.c.consumer, VIEWS.c.schema_name, VIEWS.c.view_name)
    rows = connection.execute(sa.select(*columns).order_by(*columns))
    return [HeldView(*row) for row in rows]
