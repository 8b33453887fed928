"""The one decision: may this recipient have these columns and rows, now, for this.

What lives here: `decide`, which API, exports, warehouse views, portal and reports all
ask and none repeats. Deny by default: what no grant covers answers as if it were not
there. What does not: recognising a key (`callers`), masking, filtering and the audit;
they do what the answer says. The rules, in the order in which they are applied:

1. A consumer that is not valid at the instant is refused, whatever it asks.
2. Open to everybody: columns of class OPEN of datasets of class OPEN.
3. A grant counts if it is in force, for that form and that purpose. It shows the
   columns it names, those no stricter than its class, and what is open; a CLOSED
   column only if it names it and states a basis.
4. The schema's mask holds unless the grant states a basis to see the value whole; a
   stricter mask of the grant holds always. A column with the mask `drop` is not there.
5. Rows are chosen and ordered only by columns that are seen whole.
6. An answer has one set of columns and masks. Of the grants that cover the ask the one
   with the most columns, then the fewest masks, then the lowest number speaks; those
   that show the same columns in the same way add their rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from hub.sharing.asks import Allowed, Ask, Kind, Refused, Shown, Who
from hub.sharing.placing import placed_rows
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
        """The rules for a city's data."""
        return cls(subjects=subjects(), territory=Territory.of(city))


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


def decide(who: Who | None, ask: Ask, book: Rulebook) -> Allowed | Refused:
    """Decide about one ask.

    Args:
        who: the consumer that asks; None for anybody without a key.
        ask: what is asked for.
        book: subjects and places.
    """
    if who is not None and (kind := _standing(who, ask)) is not None:
        return Refused(kind=kind, reason=f"the consumer or its key is {kind}")
    subject = book.subjects.get(ask.dataset)
    mine, elsewhere = ([], []) if subject is None else _views(who, ask, subject, book)
    if subject is None or not mine:
        return _nothing(who, ask, elsewhere)
    covering = [(view, told) for view in mine if (told := view.answer(ask)) is not None]
    if not covering:
        return _uncovered(ask, mine, elsewhere)
    columns = min(covering, key=_rank)[1]
    used = [view for view, told in covering if told == columns]
    return _allowed(who, ask, subject, used, columns, book)


def _standing(who: Who, ask: Ask) -> Kind | None:
    """Why the consumer or its key is not valid at the instant; None where it is."""
    states = [who.consumer.state(ask.at)]
    if who.key is not None:
        states.append(who.key.state(ask.at))
    kinds: tuple[tuple[str, Kind], ...] = (
        ("revoked", "revoked"), ("expired", "expired"), ("planned", "unauthorised"),
    )  # fmt: skip
    return next((kind for state, kind in kinds if state in states), None)


def _views(
    who: Who | None, ask: Ask, subject: Subject, book: Rulebook
) -> tuple[list[View], list[View]]:
    """What is seen for the purpose of the ask, and what for other purposes."""
    purpose = purpose_of(who, ask)
    mine, elsewhere = list(_open_view(subject)), list[View]()
    for grant in () if who is None else who.grants:
        if (
            grant.dataset == subject.name
            and grant.state(ask.at) == "active"
            and (not grant.forms or ask.form in grant.forms)
        ):
            view = _granted_view(grant, who, ask, subject, book)
            (mine if grant.purpose == purpose else elsewhere).append(view)
    return _meant(mine, ask), _meant(elsewhere, ask)


def purpose_of(who: Who | None, ask: Ask) -> str | None:
    """The purpose of an ask: as stated, else the consumer's only one."""
    if ask.purpose is not None or who is None:
        return ask.purpose
    purposes = who.consumer.purposes
    return purposes[0] if len(purposes) == 1 else None


def _meant(views: list[View], ask: Ask) -> list[View]:
    """Those with any column, and of the grant that the ask names."""
    return [
        view
        for view in views
        if view.columns
        and (ask.grant is None or (view.grant and view.grant.number == ask.grant))
    ]


def _open_view(subject: Subject) -> Iterator[View]:
    columns = {
        name: mask
        for name, one in subject.columns.items()
        if _is_open(subject, one)
        and (mask := mask_that_holds(one.mask, None, is_clear=False)) != DROP
    }
    rows = ALL_ROWS
    if subject.open_rows is not None:
        rows = SeenRows((Within(*subject.open_rows),))
    yield View(columns, rows, None)


def _granted_view(
    grant: Grant, who: Who | None, ask: Ask, subject: Subject, book: Rulebook
) -> View:
    has_basis = bool(grant.basis.strip())
    columns = {}
    for name, one in subject.columns.items():
        is_clear = name in grant.clear and has_basis
        mask = mask_that_holds(one.mask, grant.masks.get(name), is_clear=is_clear)
        if mask != DROP and _is_covered(name, one, grant, subject, has_basis=has_basis):
            columns[name] = mask
    rule = grant.row_rule
    if rule.kind == "all":
        return View(columns, ALL_ROWS, grant)
    own = () if who is None else who.consumer.units
    reach = book.territory.reach(rule, own, ask.at)
    return View(columns, placed_rows(subject.name, reach), grant)


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


def _nothing(who: Who | None, ask: Ask, elsewhere: list[View]) -> Refused:
    """Of the whole dataset nothing is seen."""
    if elsewhere:
        return Refused(kind="purpose", reason=f"{ask.dataset}: other purposes only")
    if who is None:
        return Refused(kind="unauthorised", reason=f"{ask.dataset} is not open")
    return Refused(kind="unknown", reason=f"{ask.dataset}: no grant in force covers it")


def _uncovered(ask: Ask, mine: list[View], elsewhere: list[View]) -> Refused:
    """The dataset is seen, but not in the way it was asked for."""
    if any(view.answer(ask) is not None for view in elsewhere):
        return Refused(kind="purpose", reason="a grant for another purpose covers it")
    for view in mine:
        if not view.missing(ask):
            return Refused(
                kind="masked",
                reason="rows cannot be chosen or ordered by a masked column",
                columns=view.masked(ask),
            )
    fewest = min((view.missing(ask) for view in mine), key=len)
    return Refused(kind="column", reason="not granted, or not there", columns=fewest)


def _rank(covering: tuple[View, dict[str, str | None]]) -> tuple[int, int, int]:
    view, told = covering
    masked = sum(mask is not None for mask in told.values())
    return -len(told), masked, view.grant.number if view.grant else 0


def _allowed(
    who: Who | None,
    ask: Ask,
    subject: Subject,
    used: list[View],
    columns: dict[str, str | None],
    book: Rulebook,
) -> Allowed:
    grants = [view.grant for view in used if view.grant is not None]
    ends = [one.valid_until for one in grants if one.valid_until is not None]
    if grants and who is not None and who.consumer.valid_until is not None:
        ends.append(who.consumer.valid_until)
    is_detail = all(
        view.grant is not None
        and (view.grant.row_rule.kind != "all" or view.grant.basis.strip())
        for view in used
    )
    return Allowed(
        dataset=subject.name,
        form=ask.form,
        columns=tuple(Shown(name, mask) for name, mask in columns.items()),
        rows=reduce(or_, (view.rows for view in used)),
        grants=tuple(one.number for one in grants),
        rules=tuple(one.row_rule for one in grants),
        purpose=purpose_of(who, ask) if grants else None,
        basis=tuple(dict.fromkeys(one.basis for one in grants if one.basis)),
        valid_until=min(ends, default=None),
        small_cells=book.small_cell if subject.is_statistic and not is_detail else None,
    )
