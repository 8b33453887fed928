"""Which names mean which canonical column.

What lives here: the phrases of a column, from the schema's own Chinese label and its
name, and from the two data files beside this module. What does not: comparing them
with a field (`matching`).
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from hub.onboarding.words import Words, variants, without, words_of
from hub.partners.check_columns import is_mappable
from hub.schemas import Column, Dataset, dataset

EVERY = "*"
# Dated by the delivery where the partner gives no date (model §2).
_DATED = frozenset({"valid_from_on", "start_on"})


@dataclass(frozen=True)
class Phrase:
    """One way to name a column.

    Attributes:
        text: as it is written down.
        words: it, less the words of its kind of value.
        own: it is the schema's own label or name, and no synonym.
    """

    text: str
    words: Words
    own: bool


@cache
def kind_words() -> Mapping[str, Any]:
    """The file of words that say of which kind a value is."""
    source = files("hub.onboarding").joinpath("kind_words.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def phrases_in(name: str) -> frozenset[Words]:
    """A list of that file, as words."""
    return frozenset(words_of(one) for one in kind_words()[name])


@cache
def topics() -> Mapping[str, frozenset[Words]]:
    """Dataset → what a table of it may be called; only what partners deliver."""
    about: dict[str, list[str]] = kind_words()["about"]
    return {name: frozenset(map(words_of, some)) for name, some in about.items()}


def mappable(ds: Dataset) -> tuple[Column, ...]:
    """Columns that a field may fill: no media lists, nothing the hub makes."""
    return tuple(
        one
        for one in ds.columns
        if is_mappable(ds, one)
        and one.type != "media"
        and one.name not in {"coord_sys_code", "category_system_code"}
    )


def is_due(column: Column) -> bool:
    """Whether every partner must say where this column comes from."""
    return column.required == "yes" and column.name not in _DATED


def dropped(column: Column) -> frozenset[Words]:
    """Words that only say of which kind this column's values are."""
    return _words_of_kinds(_kinds(column))


@cache
def _words_of_kinds(kinds: tuple[str, ...]) -> frozenset[Words]:
    return frozenset().union(*(phrases_in(one) for one in kinds))


def _kinds(column: Column) -> tuple[str, ...]:
    if column.type in {"ts", "date"}:
        return ("time",)
    if column.type == "bool":
        return ("flag",)
    if column.type == "int":
        return ("count", "unit")
    if column.type in {"dec", "float"}:
        return ("unit",)
    if column.ref is not None:
        return ("id",)
    if column.name.endswith("_name"):
        return ("name",)
    return ("code", "name") if column.code_list else ("id",)


@cache
def phrases(name: str) -> Mapping[str, tuple[Phrase, ...]]:
    """Column → its phrases, for one dataset."""
    ds = dataset(name)
    listed = _synonyms()
    made = {}
    for column in mappable(ds):
        own = [*variants(column.label), column.name.replace("_", " ")]
        others = [*listed.get((name, column.name), ())]
        others += listed.get((EVERY, column.name), ())
        made[column.name] = tuple(
            Phrase(text, _stripped(text, column), own=at < len(own))
            for at, text in enumerate([*own, *others])
        )
    return made


def _stripped(text: str, column: Column) -> Words:
    return without(words_of(text), dropped(column))


@cache
def _synonyms() -> Mapping[tuple[str, str], tuple[str, ...]]:
    source = files("hub.onboarding").joinpath("synonyms.csv")
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return {
        (row["dataset"], row["column"]): tuple(row["phrases"].split("|"))
        for row in rows
    }
