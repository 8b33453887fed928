"""How consumers, keys and grants look: as JSON, and on a terminal.

What lives here: shapes and tables. What does not: the commands (`consumer`). No shape
holds a key, its salt or its digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.storage.consumer_keys import ConsumerKey
    from hub.storage.consumers import Consumer
    from hub.storage.grants import Grant
    from hub.storage.span import Given

STATES: Mapping[str, str] = {
    "planned": "planned 未生效",
    "active": "active 有效",
    "expired": "expired 已到期",
    "revoked": "revoked 已撤销",
}
Told = Mapping[str, Any]


def consumer_shape(one: Consumer, at: datetime) -> dict[str, Any]:
    """A consumer for programs, as it stands at an instant."""
    return {
        "consumer": one.id,
        "org": one.org,
        "contact_role": one.contact_role,
        "purposes": list(one.purposes),
        "units": list(one.units),
        "valid_from": one.valid_from,
        **_span(one, at),
    }


def key_shape(one: ConsumerKey, at: datetime) -> dict[str, Any]:
    """What may be told of a key."""
    return {"prefix": one.prefix, "consumer": one.consumer, **_span(one, at)}


def grant_shape(one: Grant, at: datetime) -> dict[str, Any]:
    """A grant for programs."""
    return {
        "grant": one.number,
        "consumer": one.consumer,
        "dataset": one.dataset,
        "columns": list(one.columns),
        "class": one.column_class,
        "rows": str(one.row_rule),
        "purpose": one.purpose,
        "basis": one.basis or None,
        "clear": list(one.clear),
        "masks": dict(one.masks),
        "forms": list(one.forms),
        "valid_from": one.valid_from,
        **_span(one, at),
    }


def show_consumers(page: Page, told: Sequence[Told]) -> None:
    """A line per consumer."""
    page.table(
        ("consumer", "单位", "for 用途", "keys", "grants", "until", "state"),
        (
            (
                one["consumer"],
                one["org"],
                one["purposes"],
                one["keys"],
                one["grants"],
                one["valid_until"],
                STATES[one["state"]],
            )
            for one in told
        ),
        empty="No consumer yet: `hub consumer add` makes the first.",
    )


def show_consumer(page: Page, told: Told) -> None:
    """A consumer with its keys and grants."""
    page.line(f"{told['consumer']} {told['org']}", style="bold")
    page.facts(
        [
            ("state 状态", STATES[told["state"]]),
            ("contact 联系岗位", told["contact_role"]),
            ("purposes 用途", told["purposes"]),
            ("own units 本单位", told["units"] or None),
            ("from 自", told["valid_from"]),
            ("until 至", told["valid_until"]),
            ("entered by 登记人", told["made_by"]),
            *_revocation(told),
        ]
    )
    page.title("Keys 密钥")
    page.table(
        ("key", "made", "by", "until", "state"),
        (
            (
                one["prefix"],
                one["made_at"],
                one["made_by"],
                one["valid_until"],
                STATES[one["state"]],
            )
            for one in told["keys"]
        ),
        empty="No key: `hub consumer rotate` makes one.",
    )
    page.title("Grants 授权")
    if not told["grants"]:
        page.line("No grant: only what is open to everybody is seen.")
    for one in told["grants"]:
        show_grant(page, one)


def show_grant(page: Page, told: Told) -> None:
    """A grant as facts below each other."""
    page.line(f"grant {told['grant']}: {told['dataset']}", style="bold")
    columns = ", ".join(told["columns"])
    by_class = f"class {told['class']}" if told["class"] else ""
    page.facts(
        [
            ("state 状态", STATES[told["state"]]),
            ("columns 字段", "; ".join(filter(None, (by_class, columns)))),
            ("seen whole 不脱敏", told["clear"] or None),
            ("masks 脱敏", [f"{c}={m}" for c, m in told["masks"].items()] or None),
            ("rows 范围", told["rows"]),
            ("purpose 用途", told["purpose"]),
            ("basis 依据", told["basis"]),
            ("means 方式", told["forms"] or "all"),
            ("from 自", told["valid_from"]),
            ("until 至", told["valid_until"]),
            ("granted by 授权人", told["made_by"]),
            *_revocation(told),
        ]
    )


def show_key(page: Page, sentence: str, key: str) -> None:
    """A new key on a line of its own, to be copied."""
    page.line(sentence)
    page.command(key, "key 密钥")


def _revocation(told: Told) -> list[tuple[str, object]]:
    if told["revoked_at"] is None:
        return []
    return [
        ("revoked 撤销", told["revoked_at"]),
        ("by 撤销人", told["revoked_by"]),
        ("why 原因", told["revoked_reason"]),
    ]


def _span(one: Given, at: datetime) -> dict[str, Any]:
    return {
        "valid_until": one.valid_until,
        "state": one.state(at),
        "made_at": one.made_at,
        "made_by": one.made_by,
        "revoked_at": one.revoked_at,
        "revoked_by": one.revoked_by,
        "revoked_reason": one.revoked_reason,
    }
