"""Which run, partner, feed and batch the lines of a stretch of work belong to.

What lives here: ids that are bound once and stand on every line until the block
ends, also in the lines of code that knows nothing of them. What does not: lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

IDS = ("run", "dagster_run", "partner", "feed", "batch")
_BOUND: ContextVar[MappingProxyType[str, str]] = ContextVar(
    "_BOUND", default=MappingProxyType({})
)


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Bind ids for the length of a block; None leaves what is bound already."""
    mark = _BOUND.set(_with(ids))
    try:
        yield
    finally:
        _BOUND.reset(mark)


def bound() -> MappingProxyType[str, str]:
    """What is bound here."""
    return _BOUND.get()


def _with(ids: dict[str, str | None]) -> MappingProxyType[str, str]:
    if other := set(ids) - set(IDS):
        raise TypeError(f"no line bears {', '.join(sorted(other))}")
    given = {name: one for name, one in ids.items() if one is not None}
    return MappingProxyType({**_BOUND.get(), **given})
