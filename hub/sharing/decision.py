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
   stricter mask of the grant holds always. A column with the mask `drop` is not there,
   nor is one of statistics with any.
5. Rows are chosen and ordered only by columns that are seen whole.
6. An answer has one set of columns and masks. Of the grants that cover the ask the one
   with the most columns, then the fewest masks, then the lowest number speaks; those
   that show the same columns in the same way add their rows.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

from hub.sharing.asks import Allowed, Ask, Kind, Refused, Shown, Who
from hub.sharing.subjects import Subject
from hub.sharing.views import Rulebook, View, granted_view, open_view

__all__ = ["Rulebook", "decide", "purpose_of", "standing"]


def decide(who: Who | None, ask: Ask, book: Rulebook) -> Allowed | Refused:
    """Decide about one ask.

    Args:
        who: the consumer that asks; None for anybody without a key.
        ask: what is asked for.
        book: subjects and places.
    """
    if who is not None and (kind := standing(who, ask.at)) is not None:
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


def standing(who: Who, at: datetime) -> Kind | None:
    """Why the consumer or its key is not valid at the instant; None where it is."""
    states = [who.consumer.state(at)]
    if who.key is not None:
        states.append(who.key.state(at))
    kinds: tuple[tuple[str, Kind], ...] = (
        ("revoked", "revoked"), ("expired", "expired"), ("planned", "unauthorised"),
    )  # fmt: skip
    return next((kind for state, kind in kinds if state in states), None)


def _views(
    who: Who | None, ask: Ask, subject: Subject, book: Rulebook
) -> tuple[list[View], list[View]]:
    """What is seen for the purpose of the ask, and what for other purposes."""
    purpose = purpose_of(who, ask)
    mine, elsewhere = [open_view(subject)], list[View]()
    for grant in () if who is None else who.grants:
        if (
            grant.dataset == subject.name
            and grant.state(ask.at) == "active"
            and (not grant.forms or ask.form in grant.forms)
        ):
            view = granted_view(grant, who, ask, subject, book)
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
        and (view.grant is not None or not ask.granted_only)
        and (ask.grant is None or (view.grant and view.grant.number == ask.grant))
    ]


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
    detailed = [
        view.rows
        for view in used
        if view.grant is not None
        and (view.grant.row_rule.kind != "all" or view.grant.basis.strip())
    ]
    is_hiding = subject.is_statistic and len(detailed) < len(used)
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
        small_cells=book.small_cell if is_hiding else None,
        whole=reduce(or_, detailed) if is_hiding and detailed else None,
    )
