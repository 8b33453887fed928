"""A file for a recipient: decided, written aside, audited, and only then there.

What lives here: the ask of a file, the entries of the audit around writing it, and the
digest of what was written. What does not: the forms of files (`hub.cli`), carrying out
the decision (`handing`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from hub.errors import HubError
from hub.flow.house import House
from hub.sharing.asks import Ask, Refused
from hub.sharing.audit_log import open_audit
from hub.sharing.callers import consumer_who
from hub.sharing.decision import Rulebook
from hub.sharing.handing import Handing, decided, handing, refusal
from hub.storage.audit_entries import HandOver, Outcome, ToldCondition
from hub.storage.releases import Release

CHUNK = 1 << 20


class Written(NamedTuple):
    """A finished file: rows, bytes, and SHA-256 as hex."""

    rows: int
    size: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class FileAsk:
    """What is asked for at the console, for somebody else.

    Attributes:
        consumer: who gets it.
        dataset: a dataset, or `figure`.
        purpose: what for; None for the consumer's only purpose.
        columns: names in their order; None for all that may be seen.
        conditions: on the rows, as the audit tells them.
    """

    consumer: str
    dataset: str
    purpose: str | None
    columns: tuple[str, ...] | None
    conditions: tuple[ToldCondition, ...] = ()


def measured(path: Path, rows: int) -> Written:
    """A file as it lies there."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Written(rows, path.stat().st_size, digest)


def decide_file(house: House, asked: FileAsk, release: Release) -> Handing:
    """What the file may hold; a refusal is in the audit before it is told.

    Raises:
        MisuseError: there is no such consumer.
        NotGranted: it may not have this.
        AuditUnwritable: the refusal was not taken.
    """
    who = consumer_who(house.control.engine, asked.consumer)
    ask = Ask(
        dataset=asked.dataset,
        at=house.now(),
        form="file",
        columns=asked.columns,
        filters=tuple(dict.fromkeys(one.column for one in asked.conditions)),
        purpose=asked.purpose,
    )
    told = decided(who, ask, Rulebook.of(house.city))
    try:
        if isinstance(told, Refused):
            raise refusal(who, ask, told)
        return handing(house, who, told, release)
    except HubError as problem:
        kind = told.kind if isinstance(told, Refused) else problem.code
        handover = HandOver(
            system=who.consumer.id,
            org=who.consumer.org,
            purpose=asked.purpose,
            dataset=asked.dataset,
            version=release.id,
            columns=asked.columns or (),
            conditions=asked.conditions,
            means="file",
        )
        outcome = Outcome(result="refused", reason=kind)
        open_audit(house).record(handover, outcome, at=house.now())
        raise


def hand_over(
    house: House,
    given: Handing,
    conditions: Sequence[ToldCondition],
    write: Callable[[Callable[[Path, int], None]], None],
) -> tuple[Written, int]:
    """Write a file between the two entries of its hand-over.

    Args:
        house: the hub.
        given: of `decide_file`.
        conditions: on the rows, as the audit tells them.
        write: writes the file; it shows the whole of it, with its rows, to what it is
            given before the file takes its name.

    Returns:
        What was written, and the number of its entry.

    Raises:
        AuditUnwritable: there is no file.
    """
    audit = open_audit(house)
    begun = audit.begin(given.told("file", conditions), at=house.now())
    done: list[tuple[Written, int]] = []

    def finish(path: Path, rows: int) -> None:
        written = measured(path, rows)
        outcome = Outcome(
            result="delivered",
            row_count=written.rows,
            byte_count=written.size,
            digest=written.digest,
        )
        done.append((written, audit.end(begun, outcome, at=house.now())))

    try:
        write(finish)
    except BaseException as problem:
        if not done:
            reason = problem.code if isinstance(problem, HubError) else "broken_off"
            outcome = Outcome(result="failed", reason=reason)
            audit.end(begun, outcome, at=house.now())
        raise
    return done[0]
