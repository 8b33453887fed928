"""The SQL of what a consumer sees: one view per granted dataset.

What lives here: columns, condition and end of an answer as a query over the warehouse's
tables, with Chinese words for the view and its columns. What does not: what may be seen
(`answers`), making views (`hub.storage.warehouse_views`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from hub.flow.metric_tables import METRIC_COLUMNS
from hub.flow.published import METRICS
from hub.flow.warehouse_datasets import dataset_table
from hub.flow.warehouse_sources import (
    METRIC_SOURCES,
    ROW_ID,
    label,
    warehouse_table,
)
from hub.schemas import DATASETS
from hub.sharing.masks.registry import MASKS
from hub.sharing.seen_rows import Among, SeenRows, Within
from hub.sharing.warehouse.answers import Answer
from hub.sharing.warehouse.counts import counts_table
from hub.sharing.warehouse.sides import KEY, own_columns, side_table
from hub.storage.warehouse_tables import RELEASE
from hub.storage.warehouse_views import View

RELEASE_VIEW = "hub_release"
Shown = sa.ColumnElement[Any]
Joined = tuple[sa.Table, sa.ColumnElement[bool]]


def view_of(answer: Answer, reader: str) -> View:
    """The view of an answer.

    Args:
        reader: the role that may read it.
    """
    metadata = sa.MetaData()
    base = _table(answer.dataset, metadata)
    held, beside = _held(answer, base, metadata)
    allowed = answer.given.allowed
    spans = [
        sa.and_(_rows(base, span.rows, metadata), _before(span.until))
        for span in answer.spans
    ]
    lookups = {one.dataset for span in answer.spans for one in span.rows.lookups}
    columns = [
        held.get(name, base.c.get(name)).label(name)  # type: ignore[union-attr]
        for name in answer.given.schema
    ]
    source: sa.FromClause = base
    for table, on in beside:
        source = source.join(table, on)
    query = sa.select(*columns).select_from(source).where(sa.or_(sa.false(), *spans))
    tables = {base.fullname, *(table.fullname for table, _ in beside), *lookups}
    return View(
        schema=answer.schema,
        name=answer.dataset,
        consumer=answer.consumer,
        reader=reader,
        query=query,
        comment=f"{base.comment}（用途：{allowed.purpose}）",
        columns={
            name: _words(answer.dataset, name, allowed.masks.get(name))
            for name in answer.given.schema
        },
        tables=tuple(sorted(tables)),
    )


def _held(
    answer: Answer, base: sa.Table, metadata: sa.MetaData
) -> tuple[dict[str, Shown], list[Joined]]:
    """Columns that do not come from everybody's table, and the tables they are in."""
    if answer.given.allowed.small_cells is not None:
        hidden = counts_table(metadata)
        whole = [
            sa.and_(_rows(base, span.rows, metadata), _before(span.until))
            for span in answer.spans
            if not span.is_hidden
        ]
        # A null in what a rule looks at is no row of it: the `else` is taken.
        is_whole = sa.or_(sa.false(), *whole)
        told: dict[str, Shown] = {
            name: sa.case((is_whole, base.c.get(name, sa.null())), else_=hidden.c[name])
            for name in answer.given.schema
        }
        return told, [(hidden, base.c[ROW_ID] == hidden.c[ROW_ID])]
    own = own_columns(answer)
    if not own:
        return {}, []
    side = side_table(answer, metadata)
    on = [base.c[name] == side.c[KEY + name] for name in _key(answer.dataset)]
    return {name: side.c[name] for name in own}, [(side, sa.and_(*on))]


def release_view(answer: Answer, reader: str) -> View:
    """The view that tells which release the others show."""
    columns = [RELEASE.c.release, RELEASE.c.published_at]
    return View(
        schema=answer.schema,
        name=RELEASE_VIEW,
        consumer=answer.consumer,
        reader=reader,
        query=sa.select(*columns),
        comment=str(RELEASE.comment),
        columns={one.name: str(one.comment) for one in columns},
        tables=(RELEASE.name,),
    )


def _table(name: str, metadata: sa.MetaData) -> sa.Table:
    """Everybody's table of a dataset or of the figures."""
    if name in METRICS:
        source = next(one for one in METRIC_SOURCES if one.lake == name)
        return warehouse_table(source, METRIC_COLUMNS[name], metadata)
    if name in metadata.tables:
        return metadata.tables[name]
    return dataset_table(DATASETS[name], metadata)


def _key(name: str) -> tuple[str, ...]:
    return DATASETS[name].key


def _rows(
    table: sa.FromClause, rows: SeenRows, metadata: sa.MetaData
) -> sa.ColumnElement[bool]:
    """The condition of `SeenRows.predicate`; null fulfils no part of it."""
    if rows.parts is None:
        return sa.true()
    return sa.or_(sa.false(), *(_holds(table, one, metadata) for one in rows.parts))


def _holds(
    table: sa.FromClause, part: Within | Among, metadata: sa.MetaData
) -> sa.ColumnElement[bool]:
    if isinstance(part, Within):
        return table.c[part.column].in_(part.codes)
    # Its own name, so that a table may be looked up from within itself.
    other = _table(part.dataset, metadata).alias(f"of_{part.dataset}")
    wanted = sa.or_(sa.false(), *(_holds(other, one, metadata) for one in part.rows))
    return table.c[part.column].in_(sa.select(other.c[part.key]).where(wanted))


def _before(until: datetime | None) -> sa.ColumnElement[bool]:
    if until is None:
        return sa.true()
    instant = until.astimezone(UTC).isoformat(timespec="microseconds")
    end: sa.ColumnClause[Any] = sa.literal_column(f"timestamptz '{instant}'")
    return sa.func.now() < end


def _words(dataset: str, column: str, mask: str | None) -> str:
    if dataset in METRICS:
        return label(column)
    said = DATASETS[dataset].column(column).label
    return said if mask is None else f"{said}（{MASKS[mask].label}）"
