"""What a batch is: its identity, its states, its counts, and how they balance.

What lives here: frozen values, the legal ways between states, and the two
identities that no batch may break. What does not: storing them, see `ledger`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from hub.errors import MisuseError
from hub.storage.faults import IllegalTransition, LedgerUnbalanced

Kind = Literal["delivery", "replay", "retry"]
State = Literal["landing", "landed", "split", "merging", "merged", "refused", "failed"]
Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

BATCH_ID = re.compile(r"^b(\d{8,18})$")
UNFINISHED: tuple[State, ...] = ("landing", "landed", "split", "merging")
TAKEN: tuple[State, ...] = ("landed", "split", "merging", "merged", "refused")

# A rerun starts again from raw, so any step before the merge may be repeated;
# what is merged or refused stays so, and a correction is a batch of its own.
WAYS: Mapping[State, frozenset[State]] = {
    "landing": frozenset({"landing", "landed", "refused", "failed"}),
    "landed": frozenset({"landed", "split", "refused", "failed"}),
    "split": frozenset({"landed", "split", "merging", "refused", "failed"}),
    "merging": frozenset({"landed", "split", "merging", "merged", "failed"}),
    "merged": frozenset(),
    "refused": frozenset(),
    "failed": frozenset({"landing", "landed", "split", "merging", "failed"}),
}


@dataclass(frozen=True)
class Batch:
    """One delivery, replay or retry, as the ledger holds it; instants are UTC."""

    number: int
    partner: str
    feed: str
    kind: Kind
    parent: int | None
    name: str
    content: str | None
    since: datetime | None
    until: datetime | None
    as_of: datetime | None
    landed_at: datetime | None
    state: State
    received: int | None
    accepted: int | None
    quarantined: int | None
    duplicate: int | None
    error: dict[str, str | None] | None
    city_digest: str | None
    declaration_digest: str | None
    token: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> str:
        """The name that people and rows use, as in b00000012."""
        return batch_id(self.number)


@dataclass(frozen=True)
class BatchPart:
    """One landed part: its place, its raw object, how to read it, its rows."""

    sequence: int
    sha256: str
    meta: dict[str, Json]
    rows: int | None = None


@dataclass(frozen=True)
class DatasetCounts:
    """What the facts of one batch did to one dataset."""

    emitted: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    deleted: int = 0

    @property
    def balanced(self) -> bool:
        """Whether every emitted fact ended in exactly one class."""
        ended = self.inserted + self.updated + self.unchanged + self.stale
        return self.emitted == ended


@dataclass(frozen=True)
class RuleCount:
    """How often a rule was broken; dataset and column are "" for whole rows."""

    rule: str
    severity: str
    dataset: str
    column: str
    count: int


@dataclass(frozen=True)
class CaseCounts:
    """What the cases of one batch are like, as numbers.

    Attributes:
        cases: how many cases it tells of, old ones that are pulled again left out.
        hours: of these, reported in each of the 24 hours of the city's day.
        without_deadline: of these, without a delivered deadline; None where the feed
            delivers none.
    """

    cases: int
    hours: tuple[int, ...]
    without_deadline: int | None


@dataclass(frozen=True)
class Totals:
    """The ledger's sums over deliveries, each counted once.

    received = accepted + quarantined + duplicate + refused, and
    emitted = inserted + updated + unchanged + stale.
    """

    received: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    refused: int = 0
    emitted: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    deleted: int = 0


def batch_id(number: int) -> str:
    """The id of a batch number."""
    return f"b{number:08d}"


def batch_number(text: str) -> int:
    """The number behind a batch id.

    Raises:
        MisuseError: the text is no batch id.
    """
    found = BATCH_ID.match(text)
    if found is None:
        raise MisuseError(
            "find the batch",
            seen="its id is not the letter b and at least eight digits",
            next_step="Take the id from `hub batch list`.",
        )
    return int(found.group(1))


def refuse_way(before: Batch, state: State) -> None:
    """Refuse a step between states that the protocol does not have.

    Raises:
        IllegalTransition: there is no such way.
    """
    if state not in WAYS[before.state]:
        raise IllegalTransition(
            f"set batch {before.id} to {state}",
            seen=f"it is {before.state}",
            next_step="A finished batch stays as it is; replay it as a new one.",
            partner=before.partner,
            feed=before.feed,
        )


def refuse_unbalanced_rows(batch: Batch) -> None:
    """Refuse a batch in which a row as sent is unaccounted for.

    Raises:
        LedgerUnbalanced: received is not accepted + quarantined + duplicate.
    """
    rows = (batch.accepted, batch.quarantined, batch.duplicate)
    known = [count for count in rows if count is not None]
    if batch.received is None or len(known) < len(rows):
        raise _unbalanced(batch, "the rows were not all counted")
    if batch.received != sum(known):
        raise _unbalanced(
            batch, f"{batch.received} rows came, {sum(known)} are accounted for"
        )


def refuse_unbalanced_facts(
    batch: Batch, datasets: Mapping[str, DatasetCounts]
) -> None:
    """Refuse a batch in which a fact is unaccounted for.

    Raises:
        LedgerUnbalanced: emitted is not inserted + updated + unchanged + stale.
    """
    for name, counts in datasets.items():
        if not counts.balanced:
            seen = ", ".join(f"{n} {count}" for n, count in asdict(counts).items())
            raise _unbalanced(batch, f"the facts of {name} do not add up: {seen}")


def _unbalanced(batch: Batch, seen: str) -> LedgerUnbalanced:
    return LedgerUnbalanced(
        f"balance batch {batch.id}",
        seen=seen,
        next_step="This is a mistake in the hub and core is untouched: report it.",
        partner=batch.partner,
        feed=batch.feed,
    )
