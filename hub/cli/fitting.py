"""How wide each column of a table may be, so that no cell of it is lost.

What lives here: sharing out the width of the terminal. What does not: drawing the
table (`printing`). Widths are in terminal cells; a Chinese character takes two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from hub.cli.printing import GAP

SHORT = 24
WORD = re.compile(r"[!-~]+")
# Narrower than this, folded text can no longer be read.
LEAST = 8
SHORT_HEADS = {
    "received": "in",
    "accepted": "ok",
    "quarantined": "out",
    "duplicate": "dup",
    "refused": "ref",
    "retried": "later",
    "required": "req",
}


@dataclass(frozen=True)
class Fit:
    """Headings and widths of a table; a width is None where Rich finds it itself."""

    heads: tuple[str, ...]
    widths: tuple[int | None, ...]


def fit(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Sequence[bool],
    width: int,
) -> Fit | None:
    """The columns of a table of `width`; None where it cannot be read as a table.

    Where the width is too small, counts take short headings, then long text is
    folded, then any text between its words, then any text. Numbers are never broken;
    their heading is only between its words, or it would run down the page by letters.

    Args:
        heads: one heading per column.
        rows: the cells as text, at least one row.
        numbers: whether the column holds numbers, one per column.
        width: of the terminal.
    """
    free = tuple(None for _ in heads)
    room = width - GAP * len(heads) + 1
    widest = [max(map(_broad, column)) for column in zip(*rows, strict=True)]
    if sum(_natural(heads, widest)) <= room:
        return Fit(tuple(heads), free)
    heads = tuple(SHORT_HEADS.get(head, head) for head in heads)
    natural = _natural(heads, widest)
    if sum(natural) <= room:
        return Fit(heads, free)
    foldable = [min(one, LEAST) for one in natural]
    whole = [
        own if cells <= SHORT else least
        for own, cells, least in zip(natural, widest, foldable, strict=True)
    ]
    words = [
        min(own, max(map(_longest_word, (head, *column))))
        for own, head, column in zip(
            natural, heads, zip(*rows, strict=True), strict=True
        )
    ]
    for least_of_text in (whole, words, foldable):
        floors = [
            max(cells, _longest_word(head)) if is_number else least
            for head, cells, is_number, least in zip(
                heads, widest, numbers, least_of_text, strict=True
            )
        ]
        if sum(floors) > room:
            continue
        level = _level(natural, floors, room)
        # Rich cuts down to the same level; it only knows nothing of floors above it.
        if max(floors) <= level:
            return Fit(heads, free)
        return Fit(heads, tuple(_cut(natural, floors, level)))
    return None


def _longest_word(text: str) -> int:
    """The longest run that reads badly in two lines; Chinese breaks anywhere."""
    return max(map(len, WORD.findall(text)), default=0)


def _broad(text: str) -> int:
    return max(map(cell_len, text.splitlines()), default=0)


def _natural(heads: Sequence[str], widest: Sequence[int]) -> list[int]:
    return [max(cell_len(h), w) for h, w in zip(heads, widest, strict=True)]


def _level(natural: Sequence[int], floors: Sequence[int], room: int) -> int:
    """The greatest width to which all columns can be cut, so that they fit."""
    return max(
        level
        for level in range(max(natural) + 1)
        if sum(_cut(natural, floors, level)) <= room
    )


def _cut(natural: Sequence[int], floors: Sequence[int], level: int) -> list[int]:
    return [
        max(least, min(own, level)) for own, least in zip(natural, floors, strict=True)
    ]
