"""Marks between batches: how far a feed was read, which snapshots and versions count.

What lives here: watermarks, complete snapshots, acknowledged lake versions, and
the link work that merged batches leave. All of them are written in the
transaction that makes a batch `merged`. What does not: the batches themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.storage.control import insert
from hub.storage.desk import Desk
from hub.storage.tables import (
    LAKE_VERSION,
    LINK_RUN,
    LINK_TODO,
    NOTE,
    SNAPSHOT,
    WATERMARK,
)


@dataclass(frozen=True)
class Snapshot:
    """A complete list of a feed's keys that was merged, and the instant it shows."""

    as_of: datetime
    batch: int


@dataclass(frozen=True)
class LakeVersion:
    """A table version that was acknowledged: at least this must be there."""

    version: int
    manifest_digest: str | None
    batch: int | None


class Marks(Desk):
    """What batches leave behind for those after them."""

    def note(self, name: str) -> str | None:
        """What a note says; None where nobody has kept it."""
        with self._reading(None) as connection:
            said = connection.execute(
                sa.select(NOTE.c.value).where(NOTE.c.name == name)
            )
            known = said.scalar()
        return None if known is None else str(known)

    def settle_note(self, name: str, value: str) -> str:
        """Keep a note for good; what it says, which is what it said the first time."""
        kept = sa.select(NOTE.c.value).where(NOTE.c.name == name)
        known = self.note(name)
        if known is not None:
            return known
        with self._writing(None) as connection:
            query = insert(connection, NOTE).values(name=name, value=value)
            connection.execute(query.on_conflict_do_nothing())
            return str(connection.execute(kept).scalar_one())

    def watermark(self, partner: str, feed: str) -> datetime | None:
        """Up to where a feed was read and merged; None before the first time."""
        query = sa.select(WATERMARK.c.value).where(
            WATERMARK.c.partner == partner, WATERMARK.c.feed == feed
        )
        with self._reading(None) as connection:
            return connection.execute(query).scalar()

    def advance_watermark(
        self,
        partner: str,
        feed: str,
        value: datetime,
        *,
        batch: int,
        conn: sa.Connection | None = None,
    ) -> None:
        """Move a watermark forward; a value behind it changes nothing."""
        with self._writing(conn) as connection:
            query = insert(connection, WATERMARK).values(
                partner=partner, feed=feed, value=value, batch=batch
            )
            new = query.excluded
            connection.execute(
                query.on_conflict_do_update(
                    index_elements=["partner", "feed"],
                    set_={"value": new.value, "batch": new.batch},
                    where=WATERMARK.c.value < new.value,
                )
            )

    def snapshots(
        self,
        partner: str,
        feed: str,
        dataset: str,
        *,
        conn: sa.Connection | None = None,
    ) -> list[Snapshot]:
        """The complete snapshots of a feed, in the order of what they show."""
        query = (
            sa.select(SNAPSHOT.c.as_of, SNAPSHOT.c.batch)
            .where(
                SNAPSHOT.c.partner == partner,
                SNAPSHOT.c.feed == feed,
                SNAPSHOT.c.dataset == dataset,
            )
            .order_by(SNAPSHOT.c.as_of, SNAPSHOT.c.batch)
        )
        with self._reading(conn) as connection:
            return [Snapshot(**row._mapping) for row in connection.execute(query)]

    def record_snapshot(
        self,
        partner: str,
        feed: str,
        dataset: str,
        *,
        as_of: datetime,
        batch: int,
        conn: sa.Connection | None = None,
    ) -> None:
        """Note that a batch held every key of a feed at an instant."""
        with self._writing(conn) as connection:
            query = insert(connection, SNAPSHOT).values(
                partner=partner, feed=feed, dataset=dataset, as_of=as_of, batch=batch
            )
            connection.execute(
                query.on_conflict_do_update(
                    index_elements=["partner", "feed", "dataset", "batch"],
                    set_={"as_of": query.excluded.as_of},
                )
            )

    def lake_version(self, table: str) -> LakeVersion | None:
        """The acknowledged version of a lake table; None where none ever was."""
        query = sa.select(
            LAKE_VERSION.c.version,
            LAKE_VERSION.c.manifest_digest,
            LAKE_VERSION.c.batch,
        ).where(LAKE_VERSION.c.table_name == table)
        with self._reading(None) as connection:
            row = connection.execute(query).first()
        return None if row is None else LakeVersion(**row._mapping)

    def acknowledge_version(
        self,
        table: str,
        version: int,
        *,
        manifest_digest: str | None = None,
        batch: int | None = None,
        conn: sa.Connection | None = None,
    ) -> None:
        """From now on a table below this version is damaged; a lower one is ignored."""
        with self._writing(conn) as connection:
            query = insert(connection, LAKE_VERSION).values(
                table_name=table,
                version=version,
                manifest_digest=manifest_digest,
                batch=batch,
            )
            new = query.excluded
            connection.execute(
                query.on_conflict_do_update(
                    index_elements=["table_name"],
                    set_={
                        "version": new.version,
                        "manifest_digest": new.manifest_digest,
                        "batch": new.batch,
                    },
                    where=LAKE_VERSION.c.version < new.version,
                )
            )

    def ask_for_link(
        self, batch: int, kind: str, *, conn: sa.Connection | None = None
    ) -> None:
        """Note link work that a merged batch leaves; asking twice is asking once."""
        with self._writing(conn) as connection:
            query = insert(connection, LINK_TODO).values(batch=batch, kind=kind)
            connection.execute(query.on_conflict_do_nothing())

    def link_work(self) -> list[tuple[int, str]]:
        """The open link work as (batch number, kind), in order."""
        query = sa.select(LINK_TODO.c.batch, LINK_TODO.c.kind).order_by(
            LINK_TODO.c.batch, LINK_TODO.c.kind
        )
        with self._reading(None) as connection:
            return [(row.batch, row.kind) for row in connection.execute(query)]

    def open_link_run(self, started_at: datetime) -> int:
        """A new link run in state `running`; its number only grows."""
        query = sa.insert(LINK_RUN).values(state="running", started_at=started_at)
        with self._writing(None) as connection:
            run = connection.execute(query.returning(LINK_RUN.c.number))
            return int(run.scalar_one())

    def close_link_run(
        self,
        number: int,
        *,
        state: str,
        ended_at: datetime,
        done: list[tuple[int, str]] | None = None,
        conn: sa.Connection | None = None,
    ) -> None:
        """End a link run and strike the work it did off the list."""
        with self._writing(conn) as connection:
            connection.execute(
                sa.update(LINK_RUN)
                .where(LINK_RUN.c.number == number)
                .values(state=state, ended_at=ended_at)
            )
            for batch, kind in done or []:
                connection.execute(
                    sa.delete(LINK_TODO).where(
                        LINK_TODO.c.batch == batch, LINK_TODO.c.kind == kind
                    )
                )
