"""Which simulated system sets which trap, in its own words.

What lives here: gathering what the systems say of themselves (`TRAPS` of their
modules). What does not: the traps (`hub.schemas.traps`), the systems.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from hub.demo.systems.registry import SYSTEMS


def traps_seen() -> dict[str, dict[str, str]]:
    """Trap → partner → what that partner does, partners in the order of the city."""
    seen: dict[str, dict[str, str]] = {}
    for partner, told in _told():
        for trap, words in told.items():
            seen.setdefault(trap, {})[partner] = words
    return seen


def _told() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each system with its module's `TRAPS`, else those of the package around it."""
    for make in SYSTEMS:
        module = make.__module__
        for name in (module, module.rpartition(".")[0]):
            told = getattr(sys.modules[name], "TRAPS", None)
            if told is not None:
                yield make.partner, told  # type: ignore[attr-defined]
                break
