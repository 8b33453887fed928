"""The audit log: one entry per step of every hand-over, appended and never changed.

What lives here: appending entries, alone or many in one transaction, and the roots
that are signed over them. What does not: the chain's bytes (`audit_chain`), reading
(`audit_reading`), judging a log (`hub.sharing.audit`). Nothing deletes: entries are
kept for as long as the database is, which is longer than any law asks (at least six
months; three years are proposed).

A hand-over that is streamed has two entries: `begin` before its first byte, `end`
before its last one. Whoever cannot write the first hands nothing over; a first one
that no second follows is a hand-over that broke off, and `hub audit list` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub.errors import MisuseError, StorageDamaged
from hub.storage.audit_chain import (
    NONE_BEFORE,
    Head,
    Root,
    chained,
    is_head_signed,
    signed_head,
    signed_root,
)
from hub.storage.audit_entries import Draft, HandOver, Outcome, columns_of, rfc3339
from hub.storage.audit_roots import FILE, append_roots, last_entry
from hub.storage.audit_tables import ENTRY, HEAD, ROOT
from hub.storage.desk import Desk
from hub.storage.durable import appending
from hub.storage.faults import AuditUnwritable, StorageUnwritable
from hub.storage.signing import Signer, key_id

EVERY = 100  # entries between two roots
FIRST = Head(0, NONE_BEFORE, "", "")


@dataclass(frozen=True)
class Begun:
    """A hand-over whose first entry is written; `number` is that entry's."""

    number: int
    handover: HandOver


class Audit(Desk):
    """The audit log of one control database, for writing.

    Any number of threads and processes may write: they take turns at the head, so
    numbers have no gaps and the chain never forks.

    Args:
        engine: of the control database.
        home: the hub's home; the file of roots lies in it.
        signer: the hub's key.
        every: entries between two roots.
    """

    def __init__(
        self, engine: sa.Engine, *, home: Path, signer: Signer, every: int = EVERY
    ) -> None:
        super().__init__(engine)
        self._file = home / FILE
        self._signer = signer
        self._every = every
        # Roots may lie in the database that a killed writer did not bring here.
        self._is_behind = True
        self._longest = 0

    def begin(self, handover: HandOver, *, at: datetime) -> Begun:
        """Write that a hand-over begins; only then may its first byte leave.

        Raises:
            AuditUnwritable: the entry was not taken; hand nothing over.
        """
        draft = Draft(handover=handover, outcome=Outcome(result="begun"), at=at)
        return Begun(self.append([draft])[0], handover)

    def end(self, begun: Begun, outcome: Outcome, *, at: datetime) -> int:
        """Write how a hand-over went; only then may its last byte leave.

        Returns:
            The number of the entry.

        Raises:
            MisuseError: it has its end already, or never began.
            AuditUnwritable: the entry was not taken; break the stream off.
        """
        draft = Draft(
            handover=begun.handover, outcome=outcome, at=at, refers_to=begun.number
        )
        return self.append([draft])[0]

    def record(self, handover: HandOver, outcome: Outcome, *, at: datetime) -> int:
        """Write a hand-over that needs no beginning: refused, or one whole answer.

        Returns:
            The number of the entry.

        Raises:
            AuditUnwritable: the entry was not taken; hand nothing over.
        """
        return self.append([Draft(handover=handover, outcome=outcome, at=at)])[0]

    def append(
        self, drafts: Sequence[Draft], *, conn: sa.Connection | None = None
    ) -> range:
        """Write these entries in their order, all or none, without others between.

        Args:
            drafts: what to write; the log ends with the last of them.
            conn: transaction to write in. Its roots come into the file with the
                next entry that is written without one.

        Returns:
            Their numbers.

        Raises:
            MisuseError: an entry holds what none may hold, or ends a hand-over that
                is not there or has its end; nothing was written.
            AuditUnwritable: the database or the file of roots did not take it, or the
                log is not what this hub wrote last. Entries may be there although
                it is raised; what they tell has then not happened.
        """
        told = [columns_of(draft) for draft in drafts]
        ends = [draft.refers_to for draft in drafts if draft.refers_to is not None]
        with self._refusing(ends):
            if conn is None and self._is_behind:
                self._catch_up()
            with self._writing(conn) as connection:
                before = self._head(connection)
                head = self._chain(connection, before, told)
                is_due = head.number // self._every > before.number // self._every
                if is_due:
                    self._sign(connection, head, drafts[-1].at)
            self._is_behind |= is_due
            if conn is None:
                self._longest = head.number
                if is_due:
                    self._catch_up()
        return range(before.number + 1, head.number + 1)

    def sign(self, *, at: datetime, former: Sequence[str] = ()) -> Root | None:
        """Sign the newest entry now; None where no entry came since the last root.

        Roots that the file lacks are written to it in any case.

        Args:
            at: now.
            former: public halves, as hex, that were the hub's own before. A log whose
                head one of them signed goes on under the present key.

        Raises:
            AuditUnwritable: the database or the file of roots did not take it, or the
                log is not what this hub wrote last.
        """
        with self._refusing():
            with self._writing(None) as connection:
                head = self._head(connection, former)
                if head.number and head.key_id != self._signer.key_id:
                    head = signed_head(head.number, head.hash, self._signer)
                    connection.execute(sa.update(HEAD).values(head._asdict()))
                newest = connection.execute(sa.select(sa.func.max(ROOT.c.entry)))
                is_new = head.number > (newest.scalar() or 0)
                root = self._sign(connection, head, at) if is_new else None
            self._catch_up()
        return root

    def _head(self, connection: sa.Connection, former: Sequence[str] = ()) -> Head:
        """The head, held until the transaction ends: the next writer waits here.

        Nothing is built upon a head that somebody else wrote: the next signature of
        the hub's own would make it look like its own.
        """
        columns = [HEAD.c[name] for name in Head._fields]
        row = connection.execute(sa.select(*columns).with_for_update()).first()
        if row is None:
            raise _unwritable("its head is gone from the database")
        head = Head(*row)
        keys = {key_id(public): public for public in (*former, self._signer.public)}
        if head != FIRST and not is_head_signed(head, keys):
            raise _unwritable("its head is not signed with the hub's key")
        if head.number < self._longest:
            raise _unwritable("it ends earlier than it did")
        return head

    def _chain(
        self, connection: sa.Connection, head: Head, told: Sequence[dict[str, Any]]
    ) -> Head:
        if not told:
            return head
        rows = []
        number, previous = head.number, head.hash
        # Row by row, since each hash needs the one before.
        for one in told:
            number += 1
            row = chained(one, number=number, previous=previous, signer=self._signer)
            previous = row["hash"]
            rows.append(row)
        connection.execute(sa.insert(ENTRY), rows)
        new = signed_head(number, previous, self._signer)
        connection.execute(sa.update(HEAD).values(new._asdict()))
        return new

    def _sign(self, connection: sa.Connection, head: Head, at: datetime) -> Root:
        root = signed_root(
            entry=head.number, hash_=head.hash, at=rfc3339(at), signer=self._signer
        )
        connection.execute(sa.insert(ROOT).values(root._asdict()))
        return root

    def _catch_up(self) -> None:
        """Bring every root of the database that the file lacks to its end."""
        with appending(self._file) as file, self._reading(None) as connection:
            lacking = sa.select(ROOT).where(ROOT.c.entry > last_entry(file))
            found = connection.execute(lacking.order_by(ROOT.c.entry))
            append_roots(file, (Root(*row) for row in found))
        self._is_behind = False

    @contextmanager
    def _refusing(self, ends: Sequence[int] = ()) -> Iterator[None]:
        """Turn every refusal into one that its reader answers by handing nothing over.

        Without their cause: what a driver says may quote the row.
        """
        try:
            yield
        except sa.exc.SQLAlchemyError:
            self._refuse_wrong(ends)
            raise _unwritable("the database did not take it") from None
        except (StorageUnwritable, StorageDamaged) as problem:
            raise _unwritable(f"{FILE}: {problem.seen}") from None

    def _refuse_wrong(self, ends: Sequence[int]) -> None:
        """Say so where the database refused an end that is the caller's mistake."""
        if not ends:
            return
        begun = sa.select(ENTRY.c.number).where(ENTRY.c.number.in_(ends))
        ended = sa.select(ENTRY.c.refers_to).where(ENTRY.c.refers_to.in_(ends))
        with suppress(sa.exc.SQLAlchemyError), self._reading(None) as connection:
            if (
                len(connection.execute(begun).all()) < len(set(ends))
                or connection.execute(ended).first()
                or len(set(ends)) < len(ends)
            ):
                raise MisuseError(
                    "write the end of a hand-over",
                    seen="it has its end already, or never began",
                    next_step="Nothing was written; `hub audit show` tells more.",
                ) from None


def _unwritable(seen: str) -> AuditUnwritable:
    return AuditUnwritable(
        "write to the audit log",
        seen=seen,
        next_step="Nothing may be handed over until it can be written: see to the "
        "control database and the home's disk; `hub audit verify` tells more.",
    )
