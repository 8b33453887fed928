"""What an entry of the audit log tells: a hand-over, and how it went.

What lives here: the values that callers fill in, and their columns as stored. What
does not: an entry's place in the chain (`audit_chain`), writing it (`audit`).

No value of a row may stand in an entry. A filter is told by column and operator; its
values are pseudonyms of `hub.sharing.audit_filter`, and anything else is refused.
A `reason` is a code or a sentence without values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from hub.errors import MisuseError
from hub.storage.audit_chain import is_text

Means = Literal["interface", "bulk", "file"]
Result = Literal["begun", "delivered", "refused", "failed"]
PSEUDONYM = re.compile(r"[0-9a-f]{32}")
WORDS = {"null", "not_null", "true", "false"}  # after `is`; no value of a row


@dataclass(frozen=True, kw_only=True)
class ToldCondition:
    """One condition of a filter; `values` are pseudonyms, or the word after `is`."""

    column: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Who gets what, with which right, and how (domain/sharing.md §6).

    Attributes:
        system, person, org: who asks; the system always, as `hub consumer list` has it.
        grant_id, purpose, valid_until: authorisation number, what for, and its end.
        dataset, version: what, and of which release (`r000012`) or table version.
        columns: those that go out, in their order.
        conditions: the filter.
        means: interface, bulk exchange or file.
        mask_profile, pseudonym_key_id: how values were masked; never the key itself.
        address: network address that it goes to.
    """

    system: str
    person: str | None = None
    org: str | None = None
    grant_id: str | None = None
    purpose: str | None = None
    valid_until: datetime | None = None
    dataset: str
    version: str | None = None
    columns: tuple[str, ...] = ()
    conditions: tuple[ToldCondition, ...] = ()
    means: Means = "interface"
    mask_profile: str | None = None
    pseudonym_key_id: str | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it went: rows and bytes that left, SHA-256 of those bytes, why not."""

    result: Result
    reason: str | None = None
    row_count: int | None = None
    byte_count: int | None = None
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry before it has its place; `refers_to` is the entry that it ends."""

    handover: HandOver
    outcome: Outcome
    at: datetime
    refers_to: int | None = None


def columns_of(draft: Draft) -> dict[str, Any]:
    """The columns of a draft as they are stored.

    Raises:
        MisuseError: a filter holds a value that is no pseudonym, an instant has no
            zone, or text holds a character that no database keeps.
    """
    given, outcome = draft.handover, draft.outcome
    told: dict[str, Any] = {
        "at": rfc3339(draft.at),
        "refers_to": draft.refers_to,
        "system": given.system,
        "person": given.person,
        "org": given.org,
        "grant_id": given.grant_id,
        "purpose": given.purpose,
        "valid_until": given.valid_until and rfc3339(given.valid_until),
        "dataset": given.dataset,
        "version": given.version,
        "columns": ",".join(given.columns),
        "conditions": _conditions(given.conditions),
        "means": given.means,
        "mask_profile": given.mask_profile,
        "pseudonym_key_id": given.pseudonym_key_id,
        "address": given.address,
        "result": outcome.result,
        "reason": outcome.reason,
        "row_count": outcome.row_count,
        "byte_count": outcome.byte_count,
        "digest": outcome.digest,
    }
    for name, value in told.items():
        # PostgreSQL keeps no NUL.
        if isinstance(value, str) and ("\0" in value or not is_text(value)):
            raise _unfit(f"{name} holds a character that no database keeps")
    return told


def rfc3339(instant: datetime) -> str:
    """An aware instant as the log stores it: UTC, microseconds, `Z`.

    Raises:
        MisuseError: it has no zone.
    """
    if instant.tzinfo is None:
        raise _unfit("an instant has no zone")
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def _conditions(conditions: Iterable[ToldCondition]) -> str:
    told = []
    for one in conditions:
        if not all(
            value in WORDS if one.operator == "is" else PSEUDONYM.fullmatch(value)
            for value in one.values
        ):
            raise _unfit(f"the filter on {one.column} holds a value as it was given")
        told.append(
            {"column": one.column, "operator": one.operator, "values": one.values}
        )
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def _unfit(seen: str) -> MisuseError:
    return MisuseError(
        "write an entry of the audit log",
        seen=seen,
        next_step="Nothing was written and nothing may be handed over; correct the "
        "caller.",
    )
