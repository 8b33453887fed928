"""The rows that a recipient may see, as data and as a Polars expression.

What lives here: conditions by code and by another dataset's rows. A dataset without a
place of its own (a handling, a review) is seen where the row it belongs to is seen, so
its reader first collects the keys that `lookups` names. What does not: which rows a
grant means (`placing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Within:
    """Rows whose column holds one of these codes; null is none of them."""

    column: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Among:
    """Rows whose column is the `key` of a row of another dataset that may be seen."""

    column: str
    dataset: str
    key: str
    rows: tuple[Within, ...]


Keys = Mapping[Among, pl.Series]
NO_KEYS: Keys = MappingProxyType({})


@dataclass(frozen=True)
class SeenRows:
    """Rows that fulfil any of the parts; None: every row; an empty tuple: no row."""

    parts: tuple[Within | Among, ...] | None

    def __or__(self, other: SeenRows) -> SeenRows:
        """Rows that either of the two shows."""
        if self.parts is None or other.parts is None:
            return ALL_ROWS
        return SeenRows(tuple(dict.fromkeys(self.parts + other.parts)))

    @property
    def is_all(self) -> bool:
        """Whether every row is seen."""
        return self.parts is None

    @property
    def reads(self) -> tuple[str, ...]:
        """Columns that the condition looks at; they need not be shown."""
        return tuple(dict.fromkeys(one.column for one in self.parts or ()))

    @property
    def lookups(self) -> tuple[Among, ...]:
        """Parts whose keys are to be collected before `predicate` can be made."""
        return tuple(one for one in self.parts or () if isinstance(one, Among))

    def predicate(self, keys: Keys = NO_KEYS) -> pl.Expr:
        """A Boolean expression, never null, over the columns of `reads`.

        Args:
            keys: for each of `lookups` the keys of the rows of its dataset that
                fulfil its own condition; KeyError where one is missing.
        """
        if self.parts is None:
            return pl.lit(value=True)
        return pl.any_horizontal(
            pl.lit(value=False), *(_holds(one, keys) for one in self.parts)
        )

    def as_data(self) -> dict[str, Any]:
        """The condition as JSON can hold it."""
        if self.parts is None:
            return {"all": True}
        return {"any": [_told(one) for one in self.parts]}


ALL_ROWS = SeenRows(None)


def keys_wanted(lookup: Among) -> pl.Expr:
    """Which rows of the lookup's dataset give it their key."""
    return SeenRows(lookup.rows).predicate()


def _holds(part: Within | Among, keys: Keys) -> pl.Expr:
    if isinstance(part, Among):
        among = keys[part].drop_nulls().implode()
        return pl.col(part.column).is_in(among).fill_null(value=False)
    codes = pl.Series(part.codes, dtype=pl.String).implode()
    return pl.col(part.column).is_in(codes).fill_null(value=False)


def _told(part: Within | Among) -> dict[str, Any]:
    if isinstance(part, Within):
        return {"column": part.column, "in": list(part.codes)}
    return {
        "column": part.column,
        "of": part.dataset,
        "any": [_told(one) for one in part.rows],
    }
