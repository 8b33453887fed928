"""Reading the audit log: single entries, lists, and the whole of it in one picture.

What lives here: queries. What does not: writing (`audit`), judging what is read
(`hub.sharing.audit`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub.storage.audit_chain import Head, Root, Row
from hub.storage.audit_entries import rfc3339
from hub.storage.audit_tables import ENTRY, HEAD, ROOT
from hub.storage.desk import Desk

CHECKED = {"audit_entry_next", "audit_root_next", "audit_head_next"}
GUARDS = {
    "sqlite": CHECKED
    | {
        "audit_entry_no_update", "audit_entry_no_delete", "audit_root_no_update",
        "audit_root_no_delete", "audit_head_no_delete",
    },
    "postgresql": CHECKED
    | {"audit_entry_kept", "audit_root_kept", "audit_head_kept"},
}  # fmt: skip
ACTIVE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'"
    " AND tgrelid IN ('audit_entry'::regclass, 'audit_root'::regclass,"
    " 'audit_head'::regclass)",
}
PIECE = 1000  # rows fetched at a time
ENDING = ENTRY.alias("ending")
IS_UNFINISHED = (ENTRY.c.result == "begun") & ~sa.exists().where(
    ENDING.c.refers_to == ENTRY.c.number
)


@dataclass(frozen=True)
class Log:
    """The log at one instant; both iterators fetch piece by piece, in order."""

    entries: Iterator[Row]
    roots: Iterator[Root]
    head: Head | None


class AuditReading(Desk):
    """The audit log of one control database, for reading."""

    @contextmanager
    def log(self) -> Iterator[Log]:
        """The whole log as it is now, however much is written meanwhile."""
        with self._reading(None) as connection, _one_picture(connection):
            columns = [HEAD.c[name] for name in Head._fields]
            head = connection.execute(sa.select(*columns)).first()
            # A walk may end early, and PostgreSQL keeps what is open on its side.
            with (
                closing(_stream(connection, ENTRY, ENTRY.c.number)) as entries,
                closing(_stream(connection, ROOT, ROOT.c.entry)) as roots,
            ):
                yield Log(
                    _rows(entries),
                    (Root(**row) for row in _rows(roots)),
                    Head(*head) if head else None,
                )

    def find(self, number: int) -> dict[str, Any] | None:
        """One entry with all its columns and `is_unfinished`; None where none is."""
        with self._reading(None) as connection:
            chosen = _entries().where(ENTRY.c.number == number)
            found = list(_rows(connection.execute(chosen)))
        return found[0] if found else None

    def newest(
        self,
        *,
        system: str | None = None,
        dataset: str | None = None,
        since: datetime | None = None,
        is_unfinished: bool = False,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Entries that fulfil everything asked, the newest first, at most `limit`.

        Args:
            system: who asked.
            dataset: what was asked for.
            since: only from this instant on.
            is_unfinished: only hand-overs that began and have no end.
            limit: entries at most.
        """
        query = _entries().order_by(ENTRY.c.number.desc()).limit(limit)
        if system is not None:
            query = query.where(ENTRY.c.system == system)
        if dataset is not None:
            query = query.where(ENTRY.c.dataset == dataset)
        if since is not None:
            query = query.where(ENTRY.c.at >= rfc3339(since))
        if is_unfinished:
            query = query.where(IS_UNFINISHED)
        with self._reading(None) as connection:
            return list(_rows(connection.execute(query)))

    def missing_guards(self) -> list[str]:
        """Triggers of revision 0007 that are gone or switched off, by name."""
        with self._reading(None) as connection:
            dialect = connection.dialect.name
            found = connection.exec_driver_sql(ACTIVE[dialect]).scalars()
            return sorted(GUARDS[dialect] - set(found))

    def ends(self) -> tuple[int, int]:
        """Numbers of the newest entry and of the newest signed one; 0 where none is."""
        newest = sa.select(sa.func.max(ENTRY.c.number)).scalar_subquery()
        signed = sa.select(sa.func.max(ROOT.c.entry)).scalar_subquery()
        with self._reading(None) as connection:
            entry, root = connection.execute(sa.select(newest, signed)).one()
        return entry or 0, root or 0

    def unfinished(self) -> int:
        """How many hand-overs began and have no end: they run, or broke off."""
        query = sa.select(sa.func.count()).select_from(ENTRY).where(IS_UNFINISHED)
        with self._reading(None) as connection:
            return connection.execute(query).scalar_one()


@contextmanager
def _one_picture(connection: sa.Connection) -> Iterator[None]:
    """Whatever is committed meanwhile stays out, and no value stops the reading."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
        return
    # SQLite takes any bytes for text. The driver would stop at them without a number;
    # so they become text that is of no entry, and the walk names it.
    driver: Any = connection.connection.driver_connection
    before = driver.text_factory
    driver.text_factory = lambda content: content.decode(errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def _entries() -> sa.Select[Any]:
    return sa.select(ENTRY, IS_UNFINISHED.label("is_unfinished"))


def _stream(
    connection: sa.Connection, table: sa.Table, order: sa.Column[Any]
) -> sa.CursorResult[Any]:
    query = sa.select(table).order_by(order)
    return connection.execute(query, execution_options={"yield_per": PIECE})


def _rows(found: sa.CursorResult[Any]) -> Iterator[dict[str, Any]]:
    # Names that SQL quotes come marked as such, which no JSON writer takes.
    names = tuple(map(str, found.keys()))
    return (dict(zip(names, row, strict=True)) for row in found)
