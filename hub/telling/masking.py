"""What no log line may hold, taken out of whatever is about to be written.

What lives here: the secrets that the cities of this process refer to, and the hub's
own, put as `***` in every value of a line; exceptions as their kind and place, for
their text may hold values of rows. What does not: keeping a secret: names are kept,
each value is read at the moment of masking and let go.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import BaseModel

from hub.partners.city import City
from hub.partners.redaction import MASK, is_secret_name, redact
from hub.partners.secrets import is_reference
from hub.settings import Settings
from hub.telling.about import IDS

SHORTEST = 4  # shorter ones would black out ordinary words
PREFIX = len("env:")
NUMBERS = (bool, int, float, type(None))
# Words of the hub's own code and declarations; they are never looked through.
OWN = frozenset(
    {*IDS, "at", "level", "logger", "stage", "dataset", "state", "method", "route"}
)


@dataclass(frozen=True)
class Known:
    """One hub whose lines this process writes."""

    settings: Settings
    city: City

    @cached_property
    def names(self) -> frozenset[str]:
        """Environment variables that the partners of its city name."""
        partners = self.city.partners.values()
        return frozenset(name for partner in partners for name in _references(partner))

    def secrets(self) -> Iterator[str | None]:
        """What they hold now, and the hub's own passwords."""
        yield from map(self.settings.secret, self.names)
        for url in (self.settings.control_url, self.settings.warehouse):
            yield urlsplit(url).password


_known: dict[tuple[Path, str], Known] = {}


def know(settings: Settings, city: City) -> None:
    """From now on mask what this city's declarations refer to."""
    _known[settings.home.absolute(), settings.city] = Known(settings, city)


def secrets() -> set[str]:
    """Every value that must not appear, in each spelling in which it travels."""
    values = {value for known in list(_known.values()) for value in known.secrets()}
    return set().union(*(_spellings(value) for value in values))


def mask_line(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: the line without secrets and without exceptions' text."""
    problem = line.pop("exc_info", None)
    if problem:
        line["problem"] = kind_and_place(problem)
    checked = [name for name in line if name not in OWN and not name.startswith("_")]
    if any(not isinstance(line[name], NUMBERS) for name in checked):
        hidden = secrets()
        for name in checked:
            line[name] = MASK if is_secret_name(name) else _clean(line[name], hidden)
    return line


def kind_and_place(problem: object) -> str:
    """`ValueError at read.py:12`, of what `exc_info` may be."""
    error = sys.exc_info()[1] if problem is True else problem
    error = error[1] if isinstance(error, tuple) else error
    if not isinstance(error, BaseException):
        return "unknown"
    frames = traceback.extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"


def _clean(value: object, hidden: set[str]) -> object:
    if isinstance(value, str):
        return redact(value, hidden)
    if isinstance(value, Mapping):
        return {str(name): _clean(one, hidden) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(one, hidden) for one in value]
    if isinstance(value, NUMBERS):
        return value
    return redact(str(value), hidden)


def _spellings(value: str | None) -> set[str]:
    if not value or len(value) < SHORTEST:
        return set()
    return {value, unquote(value), quote(value, safe=""), quote(value)}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if is_reference(value):
            yield value[PREFIX:]
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _references(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _references(inner)
