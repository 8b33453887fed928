"""Who may see what, a second time: row by row, cell by cell, in plain Python.

What lives here: the rules of sharing §1 and §3 to §4 as a reader of them would check
one cell. It goes up from a row to its district where the hub goes down from a district
to its rows, and knows the order of masks as a list of what each may be replaced by.
What does not: anything of `hub.sharing`; only the kept facts (consumer, key, grant) and
the words of the answer are shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.storage.consumer_keys import ConsumerKey
from hub.storage.consumers import Consumer
from hub.storage.grants import Grant

PARTIAL = ("name", "phone", "address", "scrub", "uscc", "owner_name", "plate", "idno")
# What may stand in place of a mask because it shows no more.
INSTEAD = {mask: {mask, "pseudonym", "drop"} for mask in (*PARTIAL, "idno_strict")}
INSTEAD["owner_name"].add("name")
INSTEAD["idno"].add("idno_strict")
INSTEAD["pseudonym"] = {"pseudonym", "drop"}
INSTEAD["drop"] = {"drop"}
INSTEAD[""] = {"", "pseudonym", "drop", "idno_strict", *PARTIAL}

Row = dict[str, Any]


@dataclass(frozen=True)
class World:
    """A city small enough to look at.

    Attributes:
        classes: dataset → its class.
        columns: dataset → column → (class, mask or "").
        rows: dataset → rows.
        parents: division code → code above.
        levels: division code → level.
        over: assessment unit → unit above.
        members: (unit, kind, member) on the day.
    """

    classes: dict[str, str]
    columns: dict[str, dict[str, tuple[str, str]]]
    rows: dict[str, list[Row]]
    parents: dict[str, str]
    levels: dict[str, str]
    over: dict[str, str]
    members: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Question:
    """An ask in plain values."""

    dataset: str
    at: datetime
    form: str
    columns: list[str] | None
    filters: list[str]
    sorts: list[str]
    purpose: str | None
    grant: int | None


@dataclass(frozen=True)
class Verdict:
    """Either the kind of a refusal, or the cells of the answer."""

    refused: str | None = None
    masks: tuple[tuple[str, str], ...] = ()
    rows: tuple[int, ...] = ()
    grants: tuple[int, ...] = ()
    suppress: bool = False


def verdict(
    world: World,
    consumer: Consumer | None,
    key: ConsumerKey | None,
    grants: list[Grant],
    ask: Question,
) -> Verdict:
    """What the rules say to one question."""
    if consumer is not None:
        given = [consumer] if key is None else [consumer, key]
        if any(g.revoked_at is not None and g.revoked_at <= ask.at for g in given):
            return Verdict("revoked")
        if any(g.valid_until is not None and ask.at >= g.valid_until for g in given):
            return Verdict("expired")
        if ask.at < consumer.valid_from or (key and ask.at < key.made_at):
            return Verdict("unauthorised")
    purpose = ask.purpose
    if purpose is None and consumer is not None and len(consumer.purposes) == 1:
        (purpose,) = consumer.purposes
    ways: list[Grant | None] = [None] if ask.grant is None else []
    others: list[Grant | None] = []
    for one in grants if consumer is not None else []:
        if counts(one, ask) and (ask.grant is None or ask.grant == one.number):
            (ways if one.purpose == purpose else others).append(one)
    ways = [w for w in ways if all_cells(world, w, ask.dataset)]
    others = [w for w in others if all_cells(world, w, ask.dataset)]
    if not ways:
        if others:
            return Verdict("purpose")
        return Verdict("unauthorised" if consumer is None else "unknown")
    good = [w for w in ways if _objection(world, w, ask) is None]
    if not good:
        if any(_objection(world, w, ask) is None for w in others):
            return Verdict("purpose")
        objections = {_objection(world, w, ask) for w in ways}
        return Verdict("masked" if "masked" in objections else "column")
    return _best(world, consumer, good, ask)


def _best(
    world: World, consumer: Consumer | None, good: list[Grant | None], ask: Question
) -> Verdict:
    answers = {}
    for way in good:
        cells = all_cells(world, way, ask.dataset)
        names = list(cells) if ask.columns is None else ask.columns
        answers[way.number if way else 0] = tuple((n, cells[n]) for n in names)
    most = max(len(a) for a in answers.values())
    widest = {n: a for n, a in answers.items() if len(a) == most}
    least = min(sum(m != "" for _, m in a) for a in widest.values())
    chosen = min(n for n, a in widest.items() if sum(m != "" for _, m in a) == least)
    together = [w for w in good if answers[w.number if w else 0] == answers[chosen]]
    rows = tuple(
        place
        for place, row in enumerate(world.rows.get(ask.dataset, []))
        if any(_sees_row(world, consumer, w, ask.dataset, row) for w in together)
    )
    suppress = ask.dataset == "figure" and any(
        w is None or (w.row_rule.kind == "all" and w.basis.strip() == "")
        for w in together
    )
    numbers = tuple(w.number for w in together if w)
    return Verdict(None, answers[chosen], rows, numbers, suppress)


def counts(one: Grant, ask: Question) -> bool:
    return (
        one.dataset == ask.dataset
        and one.valid_from <= ask.at
        and (one.valid_until is None or ask.at < one.valid_until)
        and (one.revoked_at is None or ask.at < one.revoked_at)
        and (len(one.forms) == 0 or ask.form in one.forms)
    )


def all_cells(world: World, way: Grant | None, dataset: str) -> dict[str, str]:
    """Column → mask ("" for none) of the columns that are there."""
    found = {}
    for name, (share, mask) in world.columns.get(dataset, {}).items():
        if not _sees_column(world, way, dataset, name, share):
            continue
        shown = mask
        if way is not None:
            if name in way.clear and way.basis.strip():
                shown = ""
            if name in way.masks:
                wish = way.masks[name]
                shown = wish if wish in INSTEAD[shown] else "drop"
        is_told = shown == "" if dataset == "figure" else shown != "drop"
        if is_told:
            found[name] = shown
    return found


def _sees_column(
    world: World, way: Grant | None, dataset: str, name: str, share: str
) -> bool:
    is_public = world.classes[dataset] == "OPEN" and share == "OPEN"
    if way is None:
        return is_public
    if share == "CLOSED":
        return name in way.columns and way.basis.strip() != ""
    if name in way.columns or is_public:
        return True
    if way.column_class == "CONDITIONAL":
        return True
    return way.column_class == "OPEN" and share == "OPEN"


def _objection(world: World, way: Grant | None, ask: Question) -> str | None:
    cells = all_cells(world, way, ask.dataset)
    for name in [*(ask.columns or []), *ask.filters, *ask.sorts]:
        if name not in cells:
            return "column"
    for name in ask.filters + ask.sorts:
        if cells[name] != "":
            return "masked"
    return None


def _sees_row(
    world: World, consumer: Consumer | None, way: Grant | None, dataset: str, row: Row
) -> bool:
    if way is None:
        return dataset != "figure" or row["level"] not in ("area", "org", "chief")
    rule = way.row_rule
    if rule.kind == "all":
        return True
    if dataset in ("handling", "issue_event"):
        return any(
            case["issue_id"] == row["issue_id"]
            and row["issue_id"] is not None
            and _sees_row(world, consumer, way, "issue", case)
            for case in world.rows["issue"]
        )
    if rule.kind == "districts":
        if dataset == "issue":
            return row["district_code"] in rule.codes
        return bool(_upwards(world, _place(dataset, row)) & set(rule.codes))
    if rule.kind == "streets":
        if dataset == "issue":
            return row["street_code"] in rule.codes
        return bool(_upwards(world, _place(dataset, row)) & set(rule.codes))
    own = {
        unit
        for unit in {*world.over, *(m[0] for m in world.members), *consumer.units}
        if _chain(world.over, unit) & set(consumer.units)
    } if consumer else set()  # fmt: skip
    places = {m for u, kind, m in world.members if u in own and kind == "DIVISION"}
    areas = {m for u, kind, m in world.members if u in own and kind == "AREA"}
    if dataset == "issue":
        by_street = bool(_upwards(world, row["street_code"]) & places)
        return by_street or row["area_id"] in areas
    if row.get("unit_code") in own:
        return True
    return bool(_upwards(world, _place(dataset, row)) & places)


def _place(dataset: str, row: Row) -> str | None:
    code: str | None = row.get("unit_code" if dataset == "figure" else "division_code")
    return code


def _upwards(world: World, code: str | None) -> set[str]:
    return set() if code is None else _chain(world.parents, code)


def _chain(above: dict[str, str], code: str) -> set[str]:
    found = {code}
    while code in above:
        code = above[code]
        found.add(code)
    return found
