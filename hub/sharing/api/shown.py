"""Rows of a shelf as a decision shows them: columns taken masked, or masked now.

What lives here: which columns to take for an answer, and the frame made of them. What
does not: which rows, and what is said about them (`rows`, `hub.sharing.open311`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl
import pyarrow as pa

from hub.sharing.asks import Allowed
from hub.sharing.join_keys import JoinKey
from hub.sharing.masks import apply_masks, reads
from hub.sharing.shelf import Shelf
from hub.sharing.shelf.shelf import masked_name


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
        return self.masked(self.shelf.take(numbers, self.reads))

    @cached_property
    def _held(self) -> dict[str, str]:
        """Columns that the shelf holds as they may be seen, and what it calls them."""
        kinds = self.shelf.kinds
        named = {
            one.name: one.name if one.mask is None else masked_name(one.name, one.mask)
            for one in self.allowed.columns
        }
        return {name: held for name, held in named.items() if held in kinds}

    @cached_property
    def _left(self) -> dict[str, str]:
        """Columns that are masked now, by their masks."""
        masks = self.allowed.masks
        return {name: masks[name] for name in masks if name not in self._held}

    @cached_property
    def reads(self) -> list[str]:
        """Columns to take: as they are shown, and what a mask looks at."""
        return list(dict.fromkeys([*self._held.values(), *reads(self._left)]))

    def masked(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame of `reads` as it may be seen."""
        masked = None
        if self._left:
            looked_at = frame[list(reads(self._left))]
            masked = apply_masks(looked_at, self._left, self.key).frame
        if not self._held:
            assert masked is not None  # of no columns at all nothing is asked
            return masked[self.names]
        # A page is small and wide: it costs by the column, so none is touched alone.
        told = frame[list(self._held.values())]
        told.columns = list(self._held)
        if masked is not None:
            told = told.hstack(masked.get_columns())
        return told[self.names]

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A batch of `reads` as it may be seen; what is shown as held is not copied."""
        columns = {name: batch.column(held) for name, held in self._held.items()}
        if self._left:
            looked_at = pl.DataFrame(batch.select(list(reads(self._left))))
            made = apply_masks(looked_at, self._left, self.key).frame
            told = made.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
            for name in told.column_names:
                columns[name] = told[name].combine_chunks()
        return pa.record_batch({name: columns[name] for name in self.names})
