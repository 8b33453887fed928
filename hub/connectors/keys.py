"""Paging by key: how far a page reached, and whether it climbs as declared.

What lives here: the key of a page's last row, and the proof that the rows ascend
from the lower bound on. A listing in another order would end early and look
complete. What does not: which page comes next (`paging`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import repeat

from hub.connectors.base import Place
from hub.connectors.exact import as_text, dig

_NUMBER = re.compile(r"-?\d+")
_TIME = re.compile(r"\d{4}[-/.年]\d.*")


def last_key(
    rows: Sequence[object], field: str, after: str | None, *, place: Place, path: str
) -> str | None:
    """The key of the last row as text; null of an empty page.

    Args:
        rows: the rows of a page.
        field: where the key stands in a row.
        after: the lower bound that was asked for.
        place: partner and feed, for errors.
        path: the listing, for errors.

    Raises:
        SourceRejected: a row has no key.
        BatchRefused: the rows do not ascend.
    """
    if not rows:
        return None
    keys = list(map(as_text, map(dig, rows, repeat(field))))
    if not all(keys):
        raise place.rejected(
            f"read {path}",
            f"a row has no {field}, by which the listing goes on",
            "Compare page in [feed.read] with the partner's documentation.",
        )
    found = [key for key in keys if key]
    deed = f"read {path} to its end"
    if not _ascends(found):
        step = "Ask for that order in params, or page in another way."
        raise place.refused(deed, f"its rows do not ascend by {field}", step)
    if after is not None and not _ascends([after, found[0]]):
        seen = f"it gives rows again whose {field} lies before the lower bound (B08)"
        raise place.refused(deed, seen, "Check param in page: is it the right name?")
    return found[-1]


def _ascends(keys: list[str]) -> bool:
    """Whether numbers and times ascend; other texts have an order of their own."""
    if all(map(_NUMBER.fullmatch, keys)):
        numbers = list(map(int, keys))
        return numbers == sorted(numbers)
    if all(map(_TIME.fullmatch, keys)):
        plain = [key.removesuffix("Z") for key in keys]
        return plain == sorted(plain)
    return True
