"""Where a column comes from: partner's field → staged column → core column → metric.

What lives here: the edges of columns, read from the same declarations as the edges of
datasets (`lineage`): mappings, lead sources, flags that metrics count by. What does
not: rows, each of which says itself which batch brought it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from hub.flow.lineage import Lineage, lineage_of
from hub.flow.metric_tables import METRIC_COLUMNS
from hub.metrics.registry import METRICS
from hub.partners.city import City
from hub.partners.expressions import expression_fields
from hub.partners.merge import field_in_row
from hub.partners.spec import Column, Emit, Feed, Partner
from hub.schemas import dataset

# What the hub takes from the delivery and not from a field of it.
OWN = ("partner", "feed", "batch_id", "row_digest", "ingested_at", "deleted_at")
COUNTS = ("numerator", "denominator", "value_share", "value_number")


class Source(NamedTuple):
    """A column (or a partner's field) that another one is made from.

    `place` is the lake name of what holds it, as parts.
    """

    place: tuple[str, ...]
    column: str


Sources = Mapping[str, tuple[Source, ...]]


def staged_sources(partner: Partner, name: str) -> Sources:
    """Columns of `staged/<partner>/<dataset>` → fields of the partner's feeds."""
    found: dict[str, dict[Source, None]] = {}
    for feed in partner.feeds:
        for emit in feed.emits:
            if emit.dataset != name:
                continue
            for column, fields in _columns(feed, emit):
                for field in sorted(fields):
                    place = ("raw", partner.id, feed.name)
                    found.setdefault(column, {})[Source(place, field)] = None
    return {column: tuple(sources) for column, sources in found.items()}


def core_sources(city: City, name: str) -> Sources:
    """Columns of `core/<dataset>` → staged columns of the partners that enter."""
    found: dict[str, list[Source]] = {}
    entering = dict.fromkeys(
        edge.partner for edge in _lineage(city).into(name) if edge.enters
    )
    for partner in entering:
        place = ("staged", partner, name)
        filled = staged_sources(city.partners[partner], name)
        for column in dataset(name).all_columns:
            if column.name in filled or column.name in OWN:
                found.setdefault(column.name, []).append(Source(place, column.name))
    return {column: tuple(sources) for column, sources in found.items()}


def metric_sources(name: str) -> Sources:
    """Columns of a metric table → core columns and flags, as far as they are known.

    A flag of `issue_loop` is worked out from many columns and has no edge; its
    columns that carry a case's own value do.
    """
    if name == "issue_loop":
        own = {column.name for column in dataset("issue").columns}
        return {
            column: (Source(("core", "issue"), column),)
            for column in METRIC_COLUMNS[name]
            if column in own
        }
    if name == "figure":
        loop = METRIC_COLUMNS["issue_loop"]
        flags = tuple(
            Source(("metric", "issue_loop"), flag) for flag in _flags() if flag in loop
        )
        return dict.fromkeys(COUNTS, flags)
    return {}


@cache
def _flags() -> tuple[str, ...]:
    """What metrics about cases count by."""
    named: set[str] = set()
    for metric in METRICS.values():
        if metric.subject == "issue":
            named |= set(metric.numerator.meta.root_names())
            for reason in (*metric.outside, *metric.left_out):
                named |= set(reason.applies.meta.root_names())
    return tuple(sorted(named))


@lru_cache(maxsize=4)
def _lineage(city: City) -> Lineage:
    return lineage_of(city)


def _columns(feed: Feed, emit: Emit) -> Iterator[tuple[str, Collection[str]]]:
    """Column → fields of the row as sent."""
    whole = {field_in_row(one, emit.explode) for one in emit.key} or set(feed.key)
    yield "source_id", whole
    ds = dataset(emit.dataset)
    if ds.id_column:
        yield ds.id_column, whole
    if feed.changed:
        yield "source_updated_at", {feed.changed}
        yield "version_at", {feed.changed}
    for name, given in emit.columns.items():
        yield name, _fields(given, emit.explode)


def _fields(given: Column, explode: str | None) -> set[str]:
    named = {given.field} if given.field else set()
    named |= expression_fields(given.sql) if given.sql else set()
    return {field_in_row(one, explode) for one in named}
