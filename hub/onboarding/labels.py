"""A partner's values against the hub's code lists.

What lives here: which values are a code or a label of a list word by word, and which
only look like one. What does not: tables of the declaration (`writing`). A value that
is no code and no label is never given one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from hub.partners.check_codes import STATE
from hub.partners.city import City
from hub.schemas import Column
from hub.schemas.code_lists import code_list

_ASIDE = re.compile(r"[(（].*?[)）]")
# What offices put before and behind the word of a state or rank.
_AFFIX = re.compile(r"^(?:已|待|未|正在)|(?:中|级|类|人员|完成|通过)$")


@dataclass(frozen=True)
class Table:
    """A value table as far as it is known.

    Attributes:
        list_name: the code list.
        known: value → code, by code or by label word by word.
        looks: value → the code that it looks like; not to be trusted.
        unknown: values without either.
    """

    list_name: str
    known: Mapping[str, str] = field(default_factory=dict)
    looks: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """Known values by all values."""
        every = len(self.known) + len(self.looks) + len(self.unknown)
        return len(self.known) / every if every else 0.0


def list_of(column: Column) -> str | None:
    """The code list of a column's value table; states are read as stages."""
    return "STAGE" if column.name == STATE else column.code_list


def table_for(column: Column, values: Sequence[str], city: City) -> Table | None:
    """The value table of a code column; null where the column has no closed list.

    Columns of division codes have one where the values are names of divisions.
    """
    if column.ref == "division":
        return _division_table(column, values, city)
    name = list_of(column)
    if name is None or code_list(name).pattern is not None:
        return None
    allowed = column.codes or code_list(name).ordered
    words = _words(name)
    known: dict[str, str] = {}
    looks: dict[str, str] = {}
    unknown = []
    for value in values:
        exact = words.get(_plain(value))
        near = words.get(_AFFIX.sub("", _plain(value)))
        if exact in allowed:
            known[value] = exact
        elif near in allowed:
            looks[value] = near
        else:
            unknown.append(value)
    return Table(name, known, looks, tuple(unknown))


def _division_table(column: Column, values: Sequence[str], city: City) -> Table | None:
    """Names of divisions of one level → their codes, where most values are names."""
    level = column.name.partition("_")[0].upper()
    names: dict[str, set[str]] = {}
    divisions = city.reference("division").filter(pl.col("level_code") == level)
    for code, name in zip(
        divisions["division_code"], divisions["division_name"], strict=True
    ):
        names.setdefault(_plain(name), set()).add(code)
    known = {
        value: next(iter(names[_plain(value)]))
        for value in values
        if len(names.get(_plain(value), ())) == 1
    }
    unknown = tuple(value for value in values if value not in known)
    table = Table("division", known, {}, unknown)
    return table if table.share >= 0.5 else None


@cache
def _words(name: str) -> Mapping[str, str]:
    """Every word that stands for exactly one code of the list."""
    entries = code_list(name)
    found: dict[str, set[str]] = {}
    for code in entries.ordered:
        words = {code, entries.label_zh(code), entries.label_en(code)}
        for word in words:
            for one in _readings(word):
                found.setdefault(_plain(one), set()).add(code)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1}


def _readings(label: str) -> Iterator[str]:
    yield label
    yield _ASIDE.sub("", label)
    yield from re.findall(r"[(（](.*?)[)）]", label)
    yield from _ASIDE.sub("", label).split("/")


def _plain(value: str) -> str:
    return re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", value)).strip().lower()
