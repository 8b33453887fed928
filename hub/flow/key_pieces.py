"""Large sets of facts cut by their keys, so that memory stays bounded.

What lives here: which leading digits of hub ids make one piece. Hub ids are hash
values: pieces are of like size, and whatever looks at one key at a time may be done
piece by piece. What does not: what is done with a piece.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import polars as pl

DIGITS = "0123456789abcdef"
PIECE_ROWS = 250_000


def cut(rows: int) -> list[str]:
    """The digits with which the keys of each piece begin; one piece if it is small."""
    wanted = min(len(DIGITS), 1 + rows // PIECE_ROWS)
    width = -(-len(DIGITS) // wanted)
    return [DIGITS[at : at + width] for at in range(0, len(DIGITS), width)]


def begins(column: str, digits: str) -> pl.Expr:
    """Whether the keys in a column begin with one of some digits."""
    if len(digits) == len(DIGITS):
        return pl.lit(value=True)
    return pl.col(column).str.slice(0, 1).is_in(list(digits))


def piece_of(frames: Iterable[pl.DataFrame], column: str, digits: str) -> pl.DataFrame:
    """The rows of some frames (at least one) whose keys begin with these digits."""
    if len(digits) == len(DIGITS):
        return pl.concat(frames)
    return pl.concat(compact(one.filter(begins(column, digits))) for one in frames)


def compact(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in memory of their own.

    Filtered text goes on pointing into the text of all rows, and keeps it alive: for
    few rows out of many that are kept for long.
    """
    copied = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    return cast(pl.DataFrame, pl.from_arrow(copied))


def shared(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows, a text that many have in memory once: of codes and of ids."""
    texts = pl.selectors.string()
    return frame.with_columns(texts.cast(pl.Categorical).cast(pl.String))
