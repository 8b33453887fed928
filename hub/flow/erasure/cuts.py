"""Which rows of a landed part tell of erased keys, and which of their fields go.

What lives here: the partner file read backwards, from a column to the fields that it
comes from. Fields that make a key, a date of change or a deletion stay, since without
them the row could not be recognised when it comes again. What does not: writing parts
again (`hub.connectors.decode.erase`).

Elements of one list lose a field together: one case's steps are of one age.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import polars as pl

from hub.connectors.base import PartMeta
from hub.connectors.decode import Wanted, decode
from hub.connectors.decode.erase import Cut
from hub.partners.expressions import expression_fields
from hub.partners.spec import Column, Emit, Feed, Partner
from hub.pipeline.digest import hub_id
from hub.pipeline.normalise import ROW, read_keys, unfold
from hub.storage.erasures import WHOLE

OUTER = "../"


def find_cuts(
    body: BinaryIO, meta: PartMeta, partner: Partner, feed: Feed, erased: pl.DataFrame
) -> list[Cut]:
    """What goes from one part.

    Args:
        body: the part from its beginning.
        meta: how it is described.
        partner, feed: whose it is, as declared today.
        erased: dataset, key, column of the tombstones.
    """
    found: dict[tuple[str, int], list[pl.Series]] = {}
    for rows in decode(body, meta, Wanted.of(feed)):
        for nth, emit in enumerate(feed.emits):
            own = erased.filter(pl.col("dataset") == emit.dataset)
            if own.is_empty() or rows.frame.is_empty():
                continue
            keys = _keys(rows.frame, emit, partner, feed)
            for (column,), mine in own.partition_by("column", as_dict=True).items():
                here = keys.filter(pl.col("key").is_in(mine["key"].implode()))[ROW]
                if len(here):
                    found.setdefault((str(column), nth), []).append(here.unique())
    return [
        _cut(pl.concat(rows).unique().sort(), feed.emits[nth], feed, column)
        for (column, nth), rows in found.items()
    ]


def _keys(
    frame: pl.DataFrame, emit: Emit, partner: Partner, feed: Feed
) -> pl.DataFrame:
    """ROW and hub id of every fact of one emit."""
    source = unfold(frame, emit)
    keys = read_keys(source, emit.key or feed.key, emit.part).values
    return (
        source.select(ROW)
        .with_columns(source_id=keys)
        .select(ROW, key=hub_id(emit.dataset, partner.id, pl.col("source_id")))
    )


def _cut(rows: pl.Series, emit: Emit, feed: Feed, column: str) -> Cut:
    if column != WHOLE:
        given = emit.columns.get(column)
        named = set() if given is None else set(_fields(given, emit))
        return Cut(rows, drop=frozenset(named - kept_fields(feed)))
    inside = frozenset(_element_keys(emit))
    if emit.explode is None:
        lists = {one.explode for one in feed.emits if one.explode and not one.split}
        return Cut(rows, keep=kept_fields(feed) | frozenset(lists))
    if emit.split is not None:
        return Cut(rows, drop=frozenset({emit.explode}))
    return Cut(rows, elements={emit.explode: inside})


def kept_fields(feed: Feed) -> frozenset[str]:
    """Fields by which a row is recognised, dated and known to be deleted."""
    names = {*feed.key, feed.changed, feed.deletes.field}
    for emit in feed.emits:
        tails = [emit.part.field] if emit.part and emit.part.field else []
        named = [*emit.key, *tails]
        if emit.when:
            named += sorted(expression_fields(emit.when))
        names |= {_placed(name, emit) for name in named}
    return frozenset(name for name in names if name)


def _element_keys(emit: Emit) -> Iterator[str]:
    """Fields of an element that stay, so that its key can still be made."""
    tails = [emit.part.field] if emit.part and emit.part.field else []
    named = [*emit.key, *tails]
    if emit.when:
        named += sorted(expression_fields(emit.when))
    yield from (name for name in named if name and not name.startswith(OUTER))


def _fields(given: Column, emit: Emit) -> Iterator[str]:
    named: Sequence[str] = [given.field] if given.field else []
    if given.sql:
        named = [*named, *sorted(expression_fields(given.sql))]
    yield from (_placed(name, emit) for name in named)


def _placed(name: str, emit: Emit) -> str:
    """A field of an emit in the notation of the whole row."""
    if emit.explode is None:
        return name
    if name.startswith(OUTER):
        return name.removeprefix(OUTER)
    return emit.explode if emit.split is not None else f"{emit.explode}.{name}"
