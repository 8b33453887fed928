"""The words for what a workbook says of a sheet besides its cells.

What lives here: merged blocks and hidden rows as values. What does not: reading
them (`sheet_marks`, `old_marks`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Block(NamedTuple):
    """A merged block: first and last row and column, from 0, all inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Marks:
    """Merged blocks and hidden rows of one sheet, counted as its cells are."""

    blocks: tuple[Block, ...] = ()
    hidden: tuple[int, ...] = ()
