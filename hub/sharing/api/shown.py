"""Rows of a shelf as a decision shows them: columns taken masked, or masked now.

What lives here: which columns to take for an answer, and the frame made of them. What
does not: which rows, and what is said about them (`rows`, `hub.sharing.open311`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import polars as pl
import pyarrow as pa

from hub.sharing.asks import Allowed
from hub.sharing.join_keys import JoinKey
from hub.sharing.masks import MASKS, apply_masks, keyed_of, reads
from hub.sharing.shelf import Shelf
from hub.sharing.shelf.shelf import masked_name
from hub.sharing.wire import as_told, telling


@dataclass(frozen=True)
class ShownRows:
    """The columns of an answer over the shelf that they come from."""

    shelf: Shelf
    allowed: Allowed
    key: JoinKey | None

    @cached_property
    def names(self) -> list[str]:
        """Columns of the answer."""
        return [one.name for one in self.allowed.columns]

    def rows(self, numbers: Sequence[int]) -> pl.DataFrame:
        """Those rows, as they may be seen."""
        if not self.reads:  # what no column holds, a mask has left out altogether
            return pl.DataFrame()
        return pl.DataFrame(self.batch(self.shelf.taken(numbers, self.reads)))

    def told(self, numbers: Sequence[int]) -> pl.DataFrame:
        """The same as text formats write them."""
        if self._left or not self.reads:
            return telling(self.rows(numbers))
        # A page is small: to begin on its columns costs as much as to work on them, so
        # keys and text are made in one go.
        taken = self.shelf.taken(numbers, self.reads).rename_columns(self.names)
        kinds = {name: self.shelf.kinds[held] for name, held in self._at.items()}
        keyed = (self._token(name, name) for name in self._keyed)
        return pl.DataFrame(taken).with_columns(*keyed, *as_told(kinds))

    @cached_property
    def _at(self) -> dict[str, str]:
        """Columns that the shelf holds made ready, and what it calls them."""
        kinds = self.shelf.kinds
        named = {
            one.name: one.name if one.mask is None else masked_name(one.name, one.mask)
            for one in self.allowed.columns
        }
        return {name: held for name, held in named.items() if held in kinds}

    @cached_property
    def _keyed(self) -> dict[str, str]:
        """Columns of these that the recipient's key is still put to, by their masks."""
        masks = self.allowed.masks
        return {n: masks[n] for n in self._at if n in masks and MASKS[masks[n]].keyed}

    @cached_property
    def _left(self) -> dict[str, str]:
        """Columns that are masked now, by their masks."""
        masks = self.allowed.masks
        return {name: masks[name] for name in masks if name not in self._at}

    @cached_property
    def reads(self) -> list[str]:
        """Columns to take: as they are shown, and what a mask looks at."""
        return list(dict.fromkeys([*self._at.values(), *reads(self._left)]))

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch of `reads` as it may be seen; what is shown as held is not copied."""
        # A page is small and wide: it costs by the column, and few are worked on.
        looked_at = [*map(self._at.__getitem__, self._keyed), *reads(self._left)]
        made = self._made(pl.DataFrame(batch.select(looked_at))) if looked_at else {}
        columns = [
            made[name].to_arrow(compat_level=pl.CompatLevel.oldest())
            if name in made
            else batch.column(self._at[name])
            for name in self.names
        ]
        return pa.RecordBatch.from_arrays(columns, self.names)

    def _made(self, frame: pl.DataFrame) -> dict[str, pl.Series]:
        """The columns that are masked now."""
        made: dict[str, pl.Series] = {}
        if self._left:
            looked_at = frame[list(reads(self._left))]
            told = apply_masks(looked_at, self._left, self.key).frame
            made |= dict(zip(told.columns, told.get_columns(), strict=True))
        if self._keyed:
            told = frame.select(self._token(n, self._at[n]) for n in self._keyed)
            made |= dict(zip(told.columns, told.get_columns(), strict=True))
        return made

    def _token(self, name: str, held: str) -> pl.Expr:
        assert self.key is not None  # else nobody was told that it may be seen
        return _token(name, held, self._keyed[name], self.key)


@lru_cache(maxsize=256)
def _token(name: str, held: str, mask: str, key: JoinKey) -> pl.Expr:
    # Made once for a recipient: to put it together costs as much as to carry it out.
    return keyed_of(pl.col(held), mask, key).alias(name)
