"""Frozen months in the control database: revisions, and what each of them pins.

What lives here: writing a revision with its policies and digests in one
transaction, which makes it the current one, and finding revisions again. What does
not: inputs made by hand (`assessment_inputs`), the frozen rows, which lie in the
lake, and computing them (`hub.flow.assessment`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hub.errors import MisuseError
from hub.storage.assessment_tables import FROZEN, POLICY, REVISION
from hub.storage.desk import Desk
from hub.storage.tables import RELEASE_DATASET


@dataclass(frozen=True)
class KeptPolicy:
    """A policy as it stood when a month was frozen, its whole text included."""

    level: str
    policy: str
    version: str
    digest: str
    text: str


@dataclass(frozen=True)
class FrozenTable:
    """The rows of one table of a revision; lake version -1: there are none at all."""

    name: str
    version: int
    rows: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One frozen state of one month; instants are UTC.

    Attributes:
        period: month `YYYY-MM`.
        number: 1 for the first freeze, then one more each time.
        release: number of the release that it was computed from.
        as_of: instant of knowledge of every figure.
        terms: the city's parameters that figures depend on, as JSON values.
        definitions: versions of metrics and calibers, by id.
        reason: why it was made.
        author: who made it.
        approver: who signed it, where somebody did.
        made_at: when.
        is_current: whether readers get it by default.
        policies: at most one per level.
        tables: what was frozen, by name.
    """

    period: str
    number: int
    release: int
    as_of: datetime
    terms: Mapping[str, Any]
    definitions: Mapping[str, Mapping[str, int]]
    reason: str
    author: str
    approver: str | None
    made_at: datetime
    is_current: bool
    policies: tuple[KeptPolicy, ...]
    tables: tuple[FrozenTable, ...]

    @property
    def name(self) -> str:
        """As people call it, e.g. 2026-10/2."""
        return f"{self.period}/{self.number}"

    @property
    def release_id(self) -> str:
        """Id of the release, as in r000012."""
        return f"r{self.release:06d}"

    def table(self, name: str) -> FrozenTable | None:
        """One frozen table; None where the revision has none of that name."""
        return next((one for one in self.tables if one.name == name), None)


class Assessments(Desk):
    """The revisions of one control database."""

    def record(self, revision: Revision) -> None:
        """Write a revision and make it the current one: all of it, or nothing.

        Raises:
            MisuseError: the month has this revision already.
        """
        key = {"period": revision.period, "revision": revision.number}
        values = {
            name: getattr(revision, name)
            for name in ("release", "as_of", "reason", "author", "approver", "made_at")
        }
        with self._writing(None) as connection:
            known = sa.select(REVISION.c.revision).where(
                REVISION.c.period == revision.period,
                REVISION.c.revision >= revision.number,
            )
            if connection.execute(known).first() is not None:
                raise MisuseError(
                    f"record revision {revision.number} of {revision.period}",
                    seen="somebody else made it meanwhile",
                    next_step="Look at `hub assessment show`, then decide anew.",
                )
            connection.execute(
                sa.update(REVISION)
                .where(REVISION.c.period == revision.period)
                .values(is_current=False)
            )
            connection.execute(
                sa.insert(REVISION).values(
                    **key,
                    **values,
                    terms=dict(revision.terms),
                    definitions={
                        kind: dict(told) for kind, told in revision.definitions.items()
                    },
                    is_current=True,
                )
            )
            policies = [key | asdict(one) for one in revision.policies]
            if policies:
                connection.execute(sa.insert(POLICY), policies)
            tables = [
                key
                | {
                    "name": one.name,
                    "version": one.version,
                    "rows": one.rows,
                    "content_digest": one.digest,
                }
                for one in revision.tables
            ]
            if tables:
                connection.execute(sa.insert(FROZEN), tables)

    def frozen_months(self) -> set[str]:
        """Months that have a revision."""
        query = sa.select(REVISION.c.period).distinct()
        with self._reading(None) as connection:
            return set(connection.execute(query).scalars())

    def revisions(self, period: str | None = None) -> list[Revision]:
        """Every revision of a month, or of all, months and numbers ascending."""
        query = sa.select(REVISION).order_by(REVISION.c.period, REVISION.c.revision)
        if period is not None:
            query = query.where(REVISION.c.period == period)
        with self._reading(None) as connection:
            return [_read(connection, row) for row in connection.execute(query)]

    def current(self, period: str) -> Revision | None:
        """The revision that readers of a month get; None where it is not frozen."""
        query = sa.select(REVISION).where(
            REVISION.c.period == period, REVISION.c.is_current
        )
        with self._reading(None) as connection:
            row = connection.execute(query).first()
            return None if row is None else _read(connection, row)

    def held_releases(self) -> set[int]:
        """Numbers of releases that some revision of a month was computed from."""
        query = sa.select(REVISION.c.release).distinct()
        with self._reading(None) as connection:
            return set(connection.execute(query).scalars())

    def held_versions(self) -> dict[str, set[int]]:
        """Table versions that no clean-up may touch, by lake name.

        A frozen month must be computed again from the release that it names, and
        its own rows are read at the version in which they were written.
        """
        pinned = (
            sa.select(RELEASE_DATASET.c.table_name, RELEASE_DATASET.c.version)
            .join(REVISION, REVISION.c.release == RELEASE_DATASET.c.release)
            .distinct()
        )
        own = sa.select(FROZEN.c.name, FROZEN.c.version).distinct()
        held: dict[str, set[int]] = {}
        with self._reading(None) as connection:
            told = [tuple(row) for row in connection.execute(pinned)]
            told += [(f"assessment/{n}", v) for n, v in connection.execute(own)]
        for name, version in told:
            if version >= 0:
                held.setdefault(name, set()).add(version)
        return held


def _read(connection: sa.Connection, row: sa.Row[Any]) -> Revision:
    def of(table: sa.Table, order: str) -> sa.CursorResult[Any]:
        query = sa.select(table).where(
            table.c.period == row.period, table.c.revision == row.revision
        )
        return connection.execute(query.order_by(table.c[order]))

    policies = tuple(
        KeptPolicy(one.level, one.policy, one.version, one.digest, one.text)
        for one in of(POLICY, "level")
    )
    tables = tuple(
        FrozenTable(one.name, one.version, one.rows, one.content_digest)
        for one in of(FROZEN, "name")
    )
    return Revision(
        period=row.period,
        number=row.revision,
        release=row.release,
        as_of=row.as_of,
        terms=row.terms,
        definitions=row.definitions,
        reason=row.reason,
        author=row.author,
        approver=row.approver,
        made_at=row.made_at,
        is_current=row.is_current,
        policies=policies,
        tables=tables,
    )
