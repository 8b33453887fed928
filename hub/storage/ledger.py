"""The ledger: what came, what became of every row, and where each batch stands.

What lives here: batches with their parts, counts and findings by rule. Every
writing method takes an optional open transaction, so that a merge is told to
the ledger, the key index and the marks in one. What does not: watermarks and
other marks between batches, see `marks`; reading, see `records`; a row's own
findings, which lie in the lake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from hub.storage.batches import (
    Batch,
    BatchPart,
    CaseCounts,
    DatasetCounts,
    Kind,
    RuleCount,
    State,
    refuse_unbalanced_facts,
    refuse_unbalanced_rows,
    refuse_way,
)
from hub.storage.control import write
from hub.storage.marks import Marks
from hub.storage.records import Records, as_batch, find_batch, find_datasets
from hub.storage.tables import (
    BATCH,
    BATCH_CASES,
    BATCH_DATASET,
    BATCH_PART,
    BATCH_RULE,
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger(Records, Marks):
    """The batches of one control database."""

    def __init__(
        self, engine: sa.Engine, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        super().__init__(engine)
        self._clock = clock

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction for everything that must become true together."""
        with write(self._engine) as connection:
            yield connection

    def open_batch(
        self,
        *,
        partner: str,
        feed: str,
        name: str,
        kind: Kind = "delivery",
        parent: int | None = None,
        content: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
        city_digest: str | None = None,
        declaration_digest: str | None = None,
        token: int | None = None,
        conn: sa.Connection | None = None,
    ) -> Batch:
        """A new batch in state `landing`; its number is larger than any before.

        `name` and `content` are the delivery's, see `seen`; `token` is that of the
        lease under which it was opened.
        """
        now = self._clock()
        values = {
            "partner": partner,
            "feed": feed,
            "name": name,
            "kind": kind,
            "parent": parent,
            "content": content,
            "since": since,
            "until": until,
            "as_of": as_of,
            "city_digest": city_digest,
            "declaration_digest": declaration_digest,
            "token": token,
            "state": "landing",
            "created_at": now,
            "updated_at": now,
        }
        with self._writing(conn) as connection:
            row = connection.execute(sa.insert(BATCH).values(values).returning(BATCH))
            return as_batch(row.one())

    def set_state(
        self,
        number: int,
        state: State,
        *,
        received: int | None = None,
        accepted: int | None = None,
        quarantined: int | None = None,
        duplicate: int | None = None,
        landed_at: datetime | None = None,
        as_of: datetime | None = None,
        error: Mapping[str, str | None] | None = None,
        conn: sa.Connection | None = None,
    ) -> Batch:
        """Move a batch on; what is not given stays, an error only with its state.

        Raises:
            IllegalTransition: there is no way from its state to this one.
            LedgerUnbalanced: `merged`, and a row or a fact is unaccounted for.
        """
        given = {
            "received": received,
            "accepted": accepted,
            "quarantined": quarantined,
            "duplicate": duplicate,
            "landed_at": landed_at,
            "as_of": as_of,
        }
        with self._writing(conn) as connection:
            before = find_batch(connection, number, lock=True)
            refuse_way(before, state)
            changes: dict[str, Any] = {
                name: value for name, value in given.items() if value is not None
            }
            query = (
                sa.update(BATCH)
                .where(BATCH.c.number == number)
                .values(state=state, updated_at=self._clock(), **changes)
                .values(error=None if error is None else dict(error))
            )
            if state == "merged":
                after = replace(before, **changes)
                refuse_unbalanced_rows(after)
                refuse_unbalanced_facts(after, find_datasets(connection, number))
            return as_batch(connection.execute(query.returning(BATCH)).one())

    def record_parts(
        self,
        number: int,
        parts: Iterable[BatchPart],
        *,
        conn: sa.Connection | None = None,
    ) -> None:
        """Replace what is known of a batch's parts."""
        rows = [{"batch": number, **asdict(part)} for part in parts]
        self._replace(BATCH_PART, number, rows, conn)

    def record_datasets(
        self,
        number: int,
        datasets: Mapping[str, DatasetCounts],
        *,
        conn: sa.Connection | None = None,
    ) -> None:
        """Replace what is known of a batch's facts, per dataset.

        Raises:
            LedgerUnbalanced: a dataset's facts do not add up.
        """
        rows = [
            {"batch": number, "dataset": name, **asdict(counts)}
            for name, counts in datasets.items()
        ]
        with self._writing(conn) as connection:
            refuse_unbalanced_facts(find_batch(connection, number), datasets)
            self._replace(BATCH_DATASET, number, rows, connection)

    def record_rules(
        self,
        number: int,
        rules: Iterable[RuleCount],
        *,
        conn: sa.Connection | None = None,
    ) -> None:
        """Replace what is known of a batch's findings, counted by rule."""
        rows = [{"batch": number, **asdict(rule)} for rule in rules]
        self._replace(BATCH_RULE, number, rows, conn)

    def record_cases(
        self,
        number: int,
        counts: CaseCounts | None,
        *,
        conn: sa.Connection | None = None,
    ) -> None:
        """Replace what is known of a batch's cases; None: it tells of none."""
        rows = [] if counts is None else [{"batch": number, **asdict(counts)}]
        self._replace(BATCH_CASES, number, rows, conn)

    def _replace(
        self,
        table: sa.Table,
        number: int,
        rows: Sequence[Mapping[str, object]],
        conn: sa.Connection | None,
    ) -> None:
        with self._writing(conn) as connection:
            connection.execute(sa.delete(table).where(table.c.batch == number))
            if rows:
                connection.execute(sa.insert(table), rows)
