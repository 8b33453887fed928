"""When something is due: cron expressions, as declarations write them.

What lives here: what is wrong with one. Five fields, each a number, a range, a step
or a list of these; names of days and months, `@daily` and seconds are not taken, for
a reader should not need to know which program reads them. What does not: acting on
them (`hub.assets.automation`).
"""

from __future__ import annotations

import re

FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day", 1, 31),
    ("month", 1, 12),
    ("weekday", 0, 7),
)
_ITEM = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?")


def cron_fault(text: str) -> str | None:
    """What is wrong with a cron expression; None if nothing is."""
    given = text.split(" ")
    if len(given) != len(FIELDS):
        return "is no cron expression of five fields"
    for (name, low, high), field in zip(FIELDS, given, strict=True):
        if not all(_fits(item, low, high) for item in field.split(",")):
            return f'has no {name} "{field}" from {low} to {high}'
    return None


def _fits(item: str, low: int, high: int) -> bool:
    found = _ITEM.fullmatch(item)
    if found is None or found[3] == "0" * len(found[3] or "x"):
        return False
    first = int(found[1] or low)
    last = int(found[2]) if found[2] else first
    # A step counts along a range: of a single number it would be read as one.
    is_stepped = found[3] is not None
    if is_stepped and found[1] is not None and found[2] is None:
        return False
    return low <= first <= last <= high
