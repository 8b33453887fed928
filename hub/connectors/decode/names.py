"""Header cells → names of fields.

What lives here: how a title in a file is recognised as a field of the mapping:
exactly, or but for blanks, line breaks and full-width signs (T39). What does not:
finding the header row of a sheet (`xlsx`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

MOST_NAMED = 20
_BLANK = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u00ad]+")


def name_columns(header: Sequence[str], wanted: Iterable[str]) -> dict[str, int]:
    """Field name → position in the header; cells without a name are left out.

    A cell that matches a wanted field loosely takes that field's spelling.
    """
    loosely = {loose(name): name for name in wanted}
    exactly = set(wanted)
    places: dict[str, int] = {}
    for position, cell in enumerate(header):
        name = cell if cell in exactly else loosely.get(loose(cell), cell.strip())
        if name:
            places.setdefault(name, position)
    return places


def title_columns(
    rows: Sequence[Sequence[str | None]], wanted: Iterable[str]
) -> list[str]:
    """The title of each column of a header of one or two rows.

    The lower title counts; an empty one looks above. Where the lower one stands under
    several upper ones, or the mapping asks for it, it is `upper.lower`.

    Args:
        rows: the rows of titles, the upper one first.
        wanted: the spelling of titles that the mapping uses.
    """
    lowest = [
        next(filter(None, reversed(cells)), "") for cells in zip(*rows, strict=True)
    ]
    if len(rows) == 1:
        return lowest
    asked = set(map(loose, wanted))
    counts = Counter(map(loose, lowest))
    titles = []
    for upper, lower, low in zip(*rows, lowest, strict=True):
        whole = f"{upper}.{lower}"
        grouped = bool(upper and lower) and loose(upper or "") != loose(lower or "")
        torn = counts[loose(low)] > 1 or loose(whole) in asked
        titles.append(whole if grouped and torn else low)
    return titles


def loose(cell: str) -> str:
    """The cell as it is compared: NFKC, no blanks at all."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", cell))


def without_titles(seen: str, wanted: Iterable[str]) -> str:
    """What is said of a table that has no title of the mapping.

    It names the titles that are known, and none that came: where the header is missing,
    those are somebody's data.
    """
    known = sorted(wanted)
    more = "" if len(known) <= MOST_NAMED else f" … ({len(known)})"
    return (
        f"{seen} that the feed knows 表头中没有约定的字段; known are 约定的字段有 "
        f"{', '.join(known[:MOST_NAMED])}{more}"
    )
