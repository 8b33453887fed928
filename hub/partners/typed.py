"""From tables spelt out to the typed declaration, however wrong they are.

What lives here: the attempt to read a file, and what stands in for each value that
nobody can read, so that the rest is judged in the same run. A misspelt word is read
as the one that was probably meant; whatever follows from a stand-in alone is not
told. What does not: words for the validator's complaints (`wording`), judging
whether a well-typed declaration makes sense (`check`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pydantic import ValidationError

from hub.partners.problems import Problem, nearest, path_of
from hub.partners.shape import Shaped
from hub.partners.spec import Partner
from hub.partners.wording import Steps, choices, complaints, field_at, problems_of

UNREAD = "?"
_ADDRESS = {"folder": "files", "url": "sql", "base_url": "rest"}


@dataclass
class Typed:
    """What came of a file.

    Attributes:
        model: the declaration, perhaps with stand-ins; none if nothing could be read.
        problems: what was wrong with keys and types.
        places: table paths of the stand-ins.
        columns: paths and names of columns that stand in.
        names: name of a feed that stands in → its table path.
    """

    model: Partner | None
    problems: list[Problem]
    places: list[str] = field(default_factory=list)
    columns: set[tuple[str, str]] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems that do not merely follow from a stand-in."""
        return [
            Problem(self._named(one.where), one.what, one.remedy)
            for one in problems
            if not self._follows(one)
        ]

    def _follows(self, one: Problem) -> bool:
        if any(
            one.where == place or one.where.startswith(f"{place} →")
            for place in self.places
        ):
            return True
        if f'"{UNREAD}"' in one.what:
            return True
        if self.names and one.what.startswith("unknown feed "):
            return True
        return any(
            one.where == where and one.what.startswith(f'required column "{name}"')
            for where, name in self.columns
        )

    def _named(self, where: str) -> str:
        for name, path in self.names.items():
            if where.startswith(f'feed "{name}"'):
                return path + where.removeprefix(f'feed "{name}"')
        return where


def read_typed(shaped: Shaped, partner: str) -> Typed:
    """The typed declaration of a file and what was wrong with it.

    Args:
        shaped: the file spelt out; values that cannot be read are replaced in it.
        partner: name of the file, for a partner without an id of its own.
    """
    tables = shaped.tables
    model, error = _try(tables)
    if error is None:
        return Typed(model, shaped.problems)
    path = partial(path_in_file, shaped)
    found = problems_of(error, Partner, tables, path)
    typed = Typed(None, shaped.problems + found)
    wrong = [(steps, path(steps)) for steps, _, _ in complaints(error, tables) if steps]
    for steps, where in wrong:
        _stand_in(tables, steps, where, typed, partner)
    typed.model, error = _try(tables)
    if error is not None:
        spoilt = {
            steps[1]
            for steps, _, _ in complaints(error, tables)
            if steps[:1] == ("feeds",) != steps
        }
        feeds = tables.get("feeds", [])
        kept = [feed for i, feed in enumerate(feeds) if i not in spoilt]
        typed.model, error = _try(tables | {"feeds": kept})
        if error is not None:
            sound = {"feeds": kept, "deliveries": []}
            typed.model, _ = _try(tables | sound)
    return typed


def _try(tables: dict[str, Any]) -> tuple[Partner | None, ValidationError | None]:
    try:
        return Partner.model_validate(tables), None
    except ValidationError as error:
        return None, error


def _stand_in(
    tables: dict[str, Any], steps: Steps, where: str, typed: Typed, partner: str
) -> None:
    """Put something readable where the validator complains, or nothing at all."""
    given = _value_at(tables, steps)
    _, declared = field_at(Partner, steps)
    words = [word for word in choices(declared) if isinstance(word, str)]
    guess = nearest(given, words) if isinstance(given, str) and words else None
    if guess is not None:
        _put(tables, steps, guess)
        return
    match steps:
        case ("id",):
            value: Any = partner
        case ("title",):
            value = UNREAD
        case ("timezone",):
            value = "UTC"
        case ("source", "connector"):
            own = tables["source"]
            value = next((_ADDRESS[key] for key in _ADDRESS if key in own), None)
            typed.places += [] if value else ["source"]
            value = value or "rest"
        case ("feeds", int() as feed, "name"):
            value = f"feed_{feed + 1}"
            typed.names[value] = path_in_tables(tables, feed)
        case ("feeds", int(), "key", *rest):
            steps, value = steps[: len(steps) - len(rest)], [UNREAD]
        case ("feeds", int(), "emits"):
            value = [{"dataset": UNREAD, "columns": {}}]
        case ("feeds", int(), "emits", int(), "columns"):
            value = {}
        case ("feeds", int(), "emits", int(), "columns", str() as name):
            value = {"field": UNREAD}
            typed.columns.add((where.rpartition(" → ")[0], name))
        case _:
            _take_out(tables, steps)
            return
    typed.places.append(where)
    _put(tables, steps, value)


def path_in_tables(tables: dict[str, Any], feed: int) -> str:
    """How a reader finds a feed: by the name that it has, else by position."""
    return Shaped(tables).feed_path(feed)


def _value_at(tables: dict[str, Any], steps: Steps) -> object:
    here: Any = tables
    for step in steps:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    return here


def _put(tables: dict[str, Any], steps: Steps, value: object) -> None:
    """Set one value by its steps, where the tables around it are there."""
    here = _value_at(tables, steps[:-1])
    if isinstance(here, dict):
        here[steps[-1]] = value


def _take_out(tables: dict[str, Any], steps: Steps) -> None:
    """Remove one value by its steps, where it still is."""
    here = _value_at(tables, steps[:-1])
    if isinstance(here, dict) and steps:
        here.pop(steps[-1], None)


def path_in_file(shaped: Shaped, steps: Steps) -> str:
    """Steps of the typed declaration as the table path of the file."""
    match steps:
        case ():
            return "partner"
        case ("feeds",):
            return "feed"
        case ("feeds", int() as feed, "emits", int() as emit, *rest):
            words = [shaped.feed_path(feed), shaped.emit_path(feed, emit)]
        case ("feeds", int() as feed, *rest):
            words = [shaped.feed_path(feed)]
        case ("source", *rest):
            words = ["source"]
        case ("deliveries", int() as delivery, *rest):
            words = [shaped.delivery_path(delivery)]
        case _:
            words, rest = ["partner"], list(steps)
    return path_of(*words, *(str(step) for step in rest))
