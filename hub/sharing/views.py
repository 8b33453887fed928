"""What is seen through one grant, and what everybody sees.

What lives here: the columns with their masks and the rows that a grant shows, judged
anew by today's classes and masks, and whether that covers an ask. What does not: which
grants count, and which of several speaks (`decision`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from hub.sharing.asks import Ask, Who
from hub.sharing.placing import placed_rows
from hub.sharing.public import public_views
from hub.sharing.seen_rows import ALL_ROWS, SeenRows, Within
from hub.sharing.strictness import DROP, mask_that_holds
from hub.sharing.subjects import STRICTNESS, Asked, Subject, subjects
from hub.sharing.territory import Territory

if TYPE_CHECKING:
    from hub.partners.city import City
    from hub.storage.grants import Grant

SMALL_CELL = 5


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """What decisions rest on beside the grants.

    Attributes:
        subjects: what can be asked for, by name.
        territory: places of the city.
        small_cell: least count that open statistics show, 5 to 10 (sharing §8).
    """

    subjects: Mapping[str, Subject]
    territory: Territory
    small_cell: int = SMALL_CELL

    @classmethod
    def of(cls, city: City) -> Rulebook:
        """The rules for a city's data, its public views among them."""
        return cls(
            subjects=MappingProxyType({**subjects(), **public_views()}),
            territory=Territory.of(city),
        )


class Rulebooks:
    """The rules for whoever asks for long: a unit list that comes counts at once.

    Args:
        city: that of an open hub.
    """

    def __init__(self, city: City) -> None:
        self._city = city
        self._last = (city.digest(), Rulebook.of(city))

    def now(self) -> Rulebook:
        """The rules by the lists of now."""
        digest = self._city.digest()
        if digest != self._last[0]:
            self._last = (digest, Rulebook.of(self._city))
        return self._last[1]


@dataclass(frozen=True)
class View:
    """What is seen through one grant, or by everybody where `grant` is None."""

    columns: Mapping[str, str | None]
    rows: SeenRows
    grant: Grant | None

    def answer(self, ask: Ask) -> dict[str, str | None] | None:
        """Column → mask of the answer; None where the view does not cover the ask."""
        wanted = tuple(self.columns) if ask.columns is None else ask.columns
        if self.missing(ask) or self.masked(ask):
            return None
        return {name: self.columns[name] for name in wanted}

    def missing(self, ask: Ask) -> tuple[str, ...]:
        """Columns named in the ask that are not there."""
        named = (*(ask.columns or ()), *ask.filters, *ask.sorts)
        return tuple(dict.fromkeys(n for n in named if n not in self.columns))

    def masked(self, ask: Ask) -> tuple[str, ...]:
        """Columns that rows cannot be chosen or ordered by."""
        used = dict.fromkeys((*ask.filters, *ask.sorts))
        return tuple(name for name in used if self.columns.get(name) is not None)


def open_view(subject: Subject) -> View:
    """What everybody sees of a subject."""
    columns = {
        name: mask
        for name, one in subject.columns.items()
        if _is_open(subject, one)
        and _is_told(subject, mask := mask_that_holds(one.mask, None, is_clear=False))
    }
    rows = ALL_ROWS
    if subject.open_rows is not None:
        rows = SeenRows((Within(*subject.open_rows),))
    return View(columns, rows, None)


def granted_view(
    grant: Grant, who: Who | None, ask: Ask, subject: Subject, book: Rulebook
) -> View:
    """What a consumer sees through one of its grants, whether in force or not."""
    has_basis = bool(grant.basis.strip())
    columns = {}
    for name, one in subject.columns.items():
        is_clear = name in grant.clear and has_basis
        mask = mask_that_holds(one.mask, grant.masks.get(name), is_clear=is_clear)
        if _is_told(subject, mask) and _is_covered(
            name, one, grant, subject, has_basis=has_basis
        ):
            columns[name] = mask
    rule = grant.row_rule
    if rule.kind == "all":
        return View(columns, ALL_ROWS, grant)
    own = () if who is None else who.consumer.units
    reach = book.territory.reach(rule, own, ask.at)
    return View(columns, placed_rows(subject.name, reach), grant)


def _is_told(subject: Subject, mask: str | None) -> bool:
    """Whether anything is left of a column; of statistics no part of a value is."""
    return mask is None if subject.is_statistic else mask != DROP


def _is_covered(
    name: str, one: Asked, grant: Grant, subject: Subject, *, has_basis: bool
) -> bool:
    if one.share == "CLOSED":
        return name in grant.columns and has_basis
    if name in grant.columns or _is_open(subject, one):
        return True
    limit = {"OPEN": 0, "CONDITIONAL": 1}.get(grant.column_class or "", -1)
    return STRICTNESS[one.share] <= limit


def _is_open(subject: Subject, one: Asked) -> bool:
    return subject.share == "OPEN" and one.share == "OPEN"
