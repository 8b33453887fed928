"""Header cells → names of fields.

What lives here: how a title in a file is recognised as a field of the mapping:
exactly, or but for blanks, line breaks and full-width signs (T39). What does not:
finding the header row of a sheet (`xlsx`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

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


def loose(cell: str) -> str:
    """The cell as it is compared: NFKC, no blanks at all."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", cell))
