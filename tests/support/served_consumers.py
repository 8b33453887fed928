"""Who may be served what of the served city: a consumer for every kind of right.

What lives here: consumers, grants and keys by name. What does not: the city
(`served_city`), what each of them then sees (the tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from support.served_rows import EAST, STREETS, WEST

from hub.flow.house import House
from hub.sharing.granting import check_consumer, check_grant
from hub.sharing.subjects import subjects
from hub.sharing.territory import Territory
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumer, Consumers
from hub.storage.grants import Grant, Grants, RowRule

WRONG = "hub_aaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
PLACED = ("issue", "issue_event", "handling", "patrol", "service_object", "person")


def all_of(rule: RowRule, **more: Any) -> list[dict[str, Any]]:
    """Every dataset that has a place, by one rule."""
    plain = {"column_class": "CONDITIONAL", "row_rule": rule}
    return [{"dataset": one, **plain, **more} for one in PLACED]


def add_everybody(house: House) -> dict[str, str | None]:
    """Make the consumers; their keys by name, `nobody` and `wrong` among them."""
    at = house.now()
    east, west = (RowRule("districts", (one,)) for one in (EAST, WEST))
    street = RowRule("streets", (STREETS[1],))
    everything = all_of(RowRule("all"))
    whole = [
        {
            "dataset": "issue",
            "columns": ("reporter_name", "reporter_phone"),
            "column_class": "CONDITIONAL",
            "basis": "办法第八条",
            "clear": ("reporter_name", "reporter_phone", "description", "address"),
        },
        {
            "dataset": "person",
            "column_class": "CONDITIONAL",
            "basis": "办法第八条",
            "clear": ("person_name", "mobile"),
        },
        {"dataset": "figure", "column_class": "CONDITIONAL", "basis": "办法第八条"},
    ]
    keys: dict[str, str | None] = {"nobody": None, "wrong": WRONG}
    for name, grants, more in _wanted(at, east, west, street, everything, whole):
        keys[name] = add_consumer(house, name, grants, **more)
    Consumers(house.control.engine).revoke("revoked", by="甲", reason="撤并", at=at)
    return keys


def _wanted(
    at: datetime,
    east: RowRule,
    west: RowRule,
    street: RowRule,
    everything: list[dict[str, Any]],
    whole: list[dict[str, Any]],
) -> list[tuple[str, list[dict[str, Any]], dict[str, Any]]]:
    ended = [{**one, "valid_until": at - timedelta(days=1)} for one in everything]
    studied = [{**one, "purpose": "研究"} for one in everything]
    narrow = {
        "dataset": "issue",
        "columns": ("issue_id", "district_code", "stage_code", "description"),
        "row_rule": street,
        "masks": {"description": "pseudonym"},
    }
    return [
        ("east", all_of(east), {}),
        ("west", all_of(west), {}),
        ("everything", everything, {}),
        ("whole", whole, {}),
        ("narrow", [narrow], {}),
        ("ungranted", [], {}),
        ("ended", ended, {}),
        ("study", studied, {"purposes": ("考核", "研究")}),
        ("files", [{**one, "forms": ("file",)} for one in everything], {}),
        ("expired", everything, {"until": at - timedelta(days=1)}),
        ("revoked", everything, {}),
        ("planned", everything, {"since": at + timedelta(days=1)}),
    ]


def add_consumer(
    house: House,
    name: str,
    grants: Sequence[dict[str, Any]] = (),
    *,
    purposes: Sequence[str] = ("考核",),
    units: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> str:
    """Add a consumer with its grants as the command line would; its key."""
    engine, at = house.control.engine, house.now() - timedelta(days=9)
    made = Consumer(
        id=name,
        org="某局",
        contact_role="数据专员",
        purposes=tuple(purposes),
        units=tuple(units),
        valid_from=since or at,
        valid_until=until,
        made_at=at,
        made_by="甲",
    )
    territory = Territory.of(house.city)
    check_consumer(made, territory)
    Consumers(engine).add(made)
    key, _ = ConsumerKeys(engine).make(name, by="甲", at=at)
    for told in grants:
        wanted = granted(name, at, **told)
        check_grant(wanted, made, subjects(), territory)
        Grants(engine).add(wanted)
    return key


def granted(name: str, at: datetime, **told: Any) -> Grant:
    """A grant to a consumer; what is not told is as narrow as it can be."""
    plain: dict[str, Any] = {
        "consumer": name,
        "columns": (),
        "column_class": None,
        "row_rule": RowRule("all"),
        "purpose": "考核",
        "basis": "",
        "clear": (),
        "masks": {},
        "forms": (),
        "valid_from": at,
        "valid_until": None,
        "made_at": at,
        "made_by": "甲",
    }
    return Grant(**plain | told)
