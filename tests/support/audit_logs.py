"""Audit logs for tests: hand-overs, drafts, and a prepared log with its witnesses.

What lives here: making them, on any control database. What does not: changing them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.sharing.audit import Verdict, check
from hub.sharing.audit_witnesses import ascending, in_database
from hub.storage.audit import Audit
from hub.storage.audit_chain import Head, Root
from hub.storage.audit_entries import Draft, HandOver, Outcome, ToldCondition
from hub.storage.audit_reading import AuditReading
from hub.storage.audit_roots import FILE, read_roots
from hub.storage.control import ControlDatabase
from hub.storage.signing import signer

NOON = datetime(2026, 10, 1, 12, 0, 0, 1, tzinfo=UTC)
ASKED = HandOver(
    system="city-brain",
    person="u-17",
    org="org-42",
    grant_id="g-2026-003",
    purpose="flood response",
    valid_until=NOON + timedelta(days=30),
    dataset="issue",
    version="r000012",
    columns=("issue_id", "stage_code"),
    conditions=(
        ToldCondition(column="reporter_phone", operator="eq", values=("0a" * 16,)),
    ),
    mask_profile="standard",
    pseudonym_key_id="k-7",
    address="10.1.2.3",
)
DELIVERED = Outcome(result="delivered", row_count=12, byte_count=3456, digest="ab" * 32)


def draft(system: str = "city-brain", **outcome: Any) -> Draft:
    """One whole hand-over, delivered unless told otherwise."""
    return Draft(
        handover=replace(ASKED, system=system),
        outcome=replace(DELIVERED, **outcome),
        at=NOON,
    )


def audit_of(folder: Path, control: ControlDatabase) -> Audit:
    """The log of a database for writing, with its key and file in a folder."""
    return Audit(control.engine, home=folder, signer=signer(folder), every=10)


@dataclass
class Kept:
    """A log as it is kept in its three places; tests may change any of it."""

    entries: list[dict[str, Any]]
    roots: list[Root]
    filed: list[Root]
    head: Head | None
    keys: dict[str, str]

    def copied(self) -> Kept:
        """The same, to be changed."""
        entries = [dict(row) for row in self.entries]
        return replace(
            self, entries=entries, roots=list(self.roots), filed=list(self.filed)
        )

    def verdict(self) -> Verdict:
        """What a walk over it comes to."""
        filed = ((root, "in the file") for root in self.filed)
        return check(
            self.entries,
            [in_database(self.roots), ascending(filed, kind="file")],
            self.head,
            self.keys,
        )


def kept(folder: Path, control: ControlDatabase) -> Kept:
    """All that a database and a home keep of the log."""
    own = signer(folder)
    with AuditReading(control.engine).log() as log:
        return Kept(
            [dict(row) for row in log.entries],
            list(log.roots),
            [line.root for line in read_roots(folder / FILE) if line.root],
            log.head,
            {own.key_id: own.public},
        )
