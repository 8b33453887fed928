"""The one shape in which every later room sees rows: text, field by field.

What lives here: which fields a mapping needs (`Wanted`) and the chunk of laid-out
rows (`Rows`). What does not: reading any medium (`json`, `csv`, `xlsx`, `arrow`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.errors import BatchRefused
from hub.partners.expressions import expression_fields
from hub.partners.spec import Emit, Feed

ROW = "__row"
CHUNK = 100_000
OUTER = "../"
BROKEN = {ROW: pl.Int64, "rule": pl.String}
Ordinals = npt.NDArray[np.int64]


class Rows(NamedTuple):
    """A chunk of at most some 100 000 rows.

    Attributes:
        frame: `__row` Int64, the 0-based ordinal inside the part, and one column
            per wanted field, absent ones null: scalars as String (nested ones by
            dotted path), unfolded lists as List(Struct of String).
        broken: `__row` and `rule` of rows that could not be laid out (P09) or are no
            data (P28).
        fields: every field name seen: dotted for nested objects, a list once by
            its path, and the fields of the elements of wanted lists as
            `path.field`; compare with `Wanted.names`.
        told: `__row` and `rule` of rows that are taken and worth a remark (P29).
    """

    frame: pl.DataFrame
    broken: pl.DataFrame
    fields: frozenset[str]
    told: pl.DataFrame = pl.DataFrame(schema=BROKEN)


@dataclass(frozen=True)
class Wanted:
    """The source fields that a feed's mapping reads.

    Attributes:
        scalars: fields of the row, nested ones as dotted paths.
        lists: path of each unfolded list → fields of its elements.
    """

    scalars: frozenset[str]
    lists: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, feed: Feed) -> Wanted:
        """Everything that keys, dates, marks, columns and conditions name."""
        scalars = {*feed.key, feed.changed, feed.deletes.field}
        if feed.same_as:
            scalars.add(feed.same_as.field)
        lists: dict[str, set[str]] = {}
        for emit in feed.emits:
            named = _named(emit)
            if emit.explode is None:
                scalars |= named
                continue
            outer = {name for name in named if name.startswith(OUTER)}
            scalars |= {name.removeprefix(OUTER) for name in outer}
            if emit.split is not None:
                scalars.add(emit.explode)
                continue
            lists.setdefault(emit.explode, set()).update(named - outer)
        return cls(
            frozenset(name for name in scalars if name),
            # A struct needs a field, even where the mapping takes none of it.
            {path: frozenset(inner or {ROW}) for path, inner in lists.items()},
        )

    @property
    def names(self) -> frozenset[str]:
        """All of them, in the notation of `Rows.fields`."""
        inner = {f"{path}.{name}" for path, some in self.lists.items() for name in some}
        return self.scalars | frozenset(self.lists) | inner


def _named(emit: Emit) -> set[str]:
    named = set(emit.key)
    if emit.part and emit.part.field:
        named.add(emit.part.field)
    for given in emit.columns.values():
        if given.field:
            named.add(given.field)
        if given.sql:
            named |= expression_fields(given.sql)
    if emit.when:
        named |= expression_fields(emit.when)
    return named


def broken_rows(ordinals: Ordinals, rule: str = "P09") -> pl.DataFrame:
    """The frame of rows under one rule; without another, they have no layout."""
    return pl.DataFrame({ROW: ordinals, "rule": [rule] * len(ordinals)}, schema=BROKEN)


def text_frame(
    columns: Mapping[str, pl.Series], wanted: Wanted, ordinals: Ordinals
) -> pl.DataFrame:
    """Lay columns side by side; a wanted field that did not come is null."""
    height = len(ordinals)
    series = [pl.Series(ROW, ordinals, dtype=pl.Int64)]
    for name in sorted(wanted.scalars):
        found = columns.get(name)
        series.append(_nulls(name, height, pl.String()) if found is None else found)
    for path in sorted(wanted.lists):
        found = columns.get(path)
        dtype = list_dtype(wanted.lists[path])
        series.append(_nulls(path, height, dtype) if found is None else found)
    return pl.DataFrame(series)


def list_dtype(fields: frozenset[str]) -> pl.List:
    """Type of an unfolded list: structs of texts."""
    return pl.List(pl.Struct([pl.Field(name, pl.String) for name in sorted(fields)]))


def _nulls(name: str, height: int, dtype: pl.DataType) -> pl.Series:
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, height)


def chunks(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The frame in pieces of at most `CHUNK` rows; one empty piece if it has none."""
    for start in range(0, max(len(frame), 1), CHUNK):
        yield frame.slice(start, CHUNK)


def unreadable(seen: str) -> BatchRefused:
    """A part that cannot be read as what it claims to be."""
    return BatchRefused(
        "read a landed part",
        seen=seen,
        next_step="Ask the partner to send it again, complete and in the agreed form.",
    )
