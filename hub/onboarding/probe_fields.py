"""Fields that nobody mapped, fields that never come, columns that stay empty.

What lives here: the share of nulls of each. What does not: which fields are unmapped
(`hub.flow.remarks`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from hub.connectors.decode import Wanted
from hub.partners.spec import Feed
from hub.schemas import dataset


@dataclass(frozen=True)
class FieldSeen:
    """A source field, and the share of its cells that hold nothing (0 to 1)."""

    field: str
    null_share: Decimal


@dataclass(frozen=True)
class RequiredColumn:
    """A column that may not be empty, and the share of its facts that are."""

    dataset: str
    column: str
    label: str
    field: str | None
    null_share: Decimal


def share(part: int, whole: int) -> Decimal:
    """A share with six decimals; 0 where there is nothing."""
    return (Decimal(part) / Decimal(whole or 1)).quantize(Decimal("0.000001"))


def with_fields(wanted: Wanted, names: Sequence[str]) -> Wanted:
    """The same and some more fields, those of unfolded lists as `<list>.<field>`."""
    lists = {path: set(inner) for path, inner in wanted.lists.items()}
    scalars = set(wanted.scalars)
    for name in names:
        path = next((one for one in lists if name.startswith(f"{one}.")), None)
        if path is None:
            scalars.add(name)
        else:
            lists[path].add(name.removeprefix(f"{path}."))
    return Wanted(
        frozenset(scalars), {p: frozenset(inner) for p, inner in lists.items()}
    )


def unmapped_seen(frame: pl.DataFrame, names: Sequence[str]) -> tuple[FieldSeen, ...]:
    """The unmapped fields with their share of nulls, the fullest first."""
    seen = [FieldSeen(name, _null_share(frame, name)) for name in names]
    return tuple(sorted(seen, key=lambda one: (one.null_share, one.field)))


def idle_fields(
    frame: pl.DataFrame, wanted: Wanted, fields: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Mapped fields that never come, and those that come and hold nothing."""
    if not len(frame):
        return (), ()
    names = [name for name in sorted(wanted.names) if not name.endswith("__row")]
    absent = tuple(name for name in names if name not in fields)
    whole = Decimal(1)
    empty = (one for one in names if one in fields and _null_share(frame, one) == whole)
    return absent, tuple(empty)


def _null_share(frame: pl.DataFrame, name: str) -> Decimal:
    """Nulls and empty texts of a field, `<list>.<field>` over all list elements."""
    if name in frame.columns:
        cells = frame[name]
    else:
        path = next(
            (
                one
                for one, dtype in frame.schema.items()
                if dtype == pl.List and name.startswith(f"{one}.")
            ),
            None,
        )
        if path is None:
            return Decimal(1)
        inner = name.removeprefix(f"{path}.")
        elements = frame[path].explode(empty_as_null=False, keep_nulls=False)
        cells = elements.struct.field(inner)
    empty = cells.is_null()
    if cells.dtype == pl.String:
        empty = empty | (cells.str.strip_chars() == "").fill_null(value=True)
    elif cells.dtype == pl.List:
        empty = empty | (cells.list.len() == 0).fill_null(value=True)
    return share(int(empty.sum()), len(cells)) if len(cells) else Decimal(1)


def required_columns(
    facts: Mapping[str, pl.DataFrame], feed: Feed
) -> tuple[RequiredColumn, ...]:
    """Every required column that is mapped, with its share of nulls after reading."""
    given = {emit.dataset: emit.columns for emit in feed.emits}
    return tuple(
        RequiredColumn(
            name,
            column.name,
            column.label,
            given[name][column.name].field,
            share(frame[column.name].null_count(), len(frame)),
        )
        for name, frame in facts.items()
        if len(frame)
        for column in dataset(name).columns
        if column.required == "yes"
        and column.name in given[name]
        and given[name][column.name].value is None
    )
