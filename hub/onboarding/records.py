"""Where the rows stand in an answer that nobody has described.

What lives here: the path of the longest list of objects, and names beside it that
look like a total or a verdict. What does not: reading the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

_DEEPEST = 10
TOTALS = ("total", "totalCount", "count", "totalNum", "recordCount", "rowCount")
VERDICTS = ("code", "status", "errcode", "success", "resultCode", "errorCode")


def records_in(doc: object) -> str | None:
    """Dotted path of the rows; empty where the document is the list; null for none."""
    found = max(_lists(doc, (), 0), default=None, key=lambda one: (one[0], -one[1]))
    return None if found is None else found[2]


def beside(doc: object, names: tuple[str, ...]) -> str | None:
    """Path of the first scalar of one of these names outside the rows."""
    for path, value in _scalars(doc, (), 0):
        if path[-1] in names and value is not None:
            return ".".join(path)
    return None


def document_in(doc: object) -> str | None:
    """Path of a text that is an XML document itself, as SOAP services send it."""
    for path, value in _scalars(doc, (), 0):
        if isinstance(value, str) and value.lstrip().startswith("<"):
            return ".".join(path)
    return None


def paths_of(value: object, prefix: str = "") -> list[str]:
    """Dotted paths of the scalars and lists of one record, in its own order."""
    if not isinstance(value, dict):
        return [prefix] if prefix else []
    head = f"{prefix}." if prefix else ""
    return [path for name, one in value.items() for path in paths_of(one, head + name)]


def _lists(
    value: object, path: tuple[str, ...], depth: int
) -> Iterator[tuple[int, int, str]]:
    """(objects, depth, path) of every list of objects that is not inside a list."""
    if isinstance(value, list):
        objects = sum(isinstance(one, dict) for one in value)
        if objects:
            yield objects, depth, ".".join(path)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name, inner in value.items():
            yield from _lists(inner, (*path, name), depth + 1)


def _scalars(
    value: object, path: tuple[str, ...], depth: int
) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for name, inner in value.items():
            yield from _scalars(inner, (*path, name), depth + 1)
    elif path and not isinstance(value, list):
        yield path, value
