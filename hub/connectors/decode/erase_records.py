"""What goes from some rows of a part; and fields taken out of JSON records, in place.

What lives here: the cut as a value; a dotted path taken out of an object, through
lists as well; an object of which only some paths stay. What does not: parts (`erase`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True)
class Cut:
    """What goes from some rows of a part.

    Attributes:
        rows: their ordinals inside the part.
        drop: fields that go, in the notation of `Rows.fields`; in a list of elements
            (`path.field`) from all of them.
        keep: fields that stay where the whole row goes; None where it stays.
        elements: path of a list → fields of its elements that stay; all others go.
    """

    rows: pl.Series
    drop: frozenset[str] = frozenset()
    keep: frozenset[str] | None = None
    elements: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def takes(self, name: str) -> bool:
        """Whether a column of a table goes from these rows."""
        if self.keep is not None:
            return name not in self.keep
        return name in self.drop


def erase_records(
    records: list[object], cuts: Sequence[Cut], *, first: int = 0
) -> None:
    """Take out what the cuts name; the first record has the ordinal `first`."""
    for cut in cuts:
        here = (cut.rows - first).filter(
            (cut.rows >= first) & (cut.rows < first + len(records))
        )
        for at in here.to_list():
            record = records[at]
            if not isinstance(record, dict):
                continue
            if cut.keep is not None:
                records[at] = record = kept(record, cut.keep | cut.elements.keys())
            for path in cut.drop:
                drop(record, path.split("."))
            for path, names in cut.elements.items():
                keep_elements(record, path.split("."), names)


def drop(value: object, names: list[str]) -> None:
    """Take what stands at a path out of an object, and of every object in a list."""
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            continue
        # A name with a dot in it is read before a path of names.
        for length in range(len(names), 0, -1):
            head = ".".join(names[:length])
            if head not in one:
                continue
            if length == len(names):
                del one[head]
            else:
                drop(one[head], names[length:])


def kept(record: Mapping[str, object], paths: Iterable[str]) -> dict[str, object]:
    """An object of the paths that are named, and nothing else."""
    wanted = frozenset(paths)
    made: dict[str, object] = {}
    for name, value in record.items():
        if name in wanted:
            made[name] = value
            continue
        below = [
            one.removeprefix(f"{name}.") for one in wanted if one.startswith(f"{name}.")
        ]
        if below and isinstance(value, dict):
            made[name] = kept(value, below)
    return made


def keep_elements(value: object, names: list[str], keep: frozenset[str]) -> None:
    """Leave only some fields in the elements of the list at a path."""
    if not isinstance(value, dict):
        return
    head, *rest = names
    whole = ".".join(names)
    place = whole if whole in value else head
    inner = value.get(place)
    if rest and place == head:
        keep_elements(inner, rest, keep)
    elif isinstance(inner, list):
        value[place] = [
            kept(one, keep) if isinstance(one, dict) else one for one in inner
        ]
