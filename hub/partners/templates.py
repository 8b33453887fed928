"""Request templates: nested tables whose texts hold placeholders.

What lives here: walking over them. What does not: filling them in
(`hub.connectors.asking`), judging them (`check_reading`, `check_source`).
"""

from __future__ import annotations

from collections.abc import Iterator


def leaves(
    value: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every value of nested tables with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value
