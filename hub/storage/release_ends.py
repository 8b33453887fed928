"""How a release stands: the seal of its manifest, and whether it has ended.

What lives here: writing a seal, a recall and an expiry into the control database,
and reading them. A recall is somebody's decision and names its reason; an expiry
follows the city's rule of retention. What does not: what a release pins
(`releases`), who may read one that ended (`hub.flow.release`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from hub.storage.assessment_tables import REVISION
from hub.storage.desk import Desk
from hub.storage.release_tables import RELEASE_END, RELEASE_MANIFEST

Kind = Literal["recalled", "expired"]


@dataclass(frozen=True)
class Seal:
    """The signature of a release's manifest; key and signature are hex.

    Attributes:
        digest: SHA-256 of the manifest's bytes.
        key_id: short name of the key (`hub.storage.signing`).
        public_key: its public half.
        signature: Ed25519, over the manifest's bytes.
        signed_at: when, in UTC.
    """

    digest: str
    key_id: str
    public_key: str
    signature: str
    signed_at: datetime


@dataclass(frozen=True)
class End:
    """When a release ended; a recall says why and who decided."""

    at: datetime
    reason: str | None = None
    author: str | None = None


class ReleaseEnds(Desk):
    """Seals and ends of the releases of one control database."""

    def seal(self, number: int, make: Callable[[], Seal]) -> Seal:
        """Seal a release that has no seal; one that has keeps its own.

        Args:
            number: of the release.
            make: signs and stores the manifest, inside the transaction: the record
                and the files appear together.
        """
        with self._writing(None) as connection:
            return find_seal(connection, number) or add_seal(connection, number, make())

    def recall(self, number: int, *, at: datetime, reason: str, author: str) -> bool:
        """Recall a release; False where somebody did before."""
        return bool(self._end([number], "recalled", End(at, reason, author)))

    def expire(self, numbers: Iterable[int], *, at: datetime) -> list[int]:
        """Mark releases as expired; those that were not before, and now are.

        One that a frozen month rests on stays, though the month was frozen just now.
        """
        frozen = sa.select(REVISION.c.release)
        return self._end(numbers, "expired", End(at), unless=frozen)

    def _end(
        self,
        numbers: Iterable[int],
        kind: Kind,
        end: End,
        unless: sa.Select[tuple[int]] | None = None,
    ) -> list[int]:
        known = sa.select(RELEASE_END.c.release).where(RELEASE_END.c.kind == kind)
        with self._writing(None) as connection:
            staying = set(connection.execute(known).scalars())
            if unless is not None:
                staying |= set(connection.execute(unless).scalars())
            new = [number for number in numbers if number not in staying]
            rows = [{"release": one, "kind": kind, **asdict(end)} for one in new]
            if rows:
                connection.execute(sa.insert(RELEASE_END), rows)
        return new


def add_seal(connection: sa.Connection, number: int, seal: Seal) -> Seal:
    """Write a seal in an open transaction, and give it back."""
    values = {"release": number, **asdict(seal)}
    connection.execute(sa.insert(RELEASE_MANIFEST).values(values))
    return seal


def find_seal(connection: sa.Connection, number: int) -> Seal | None:
    """The seal of a release; None where its manifest was never signed."""
    query = sa.select(
        *(RELEASE_MANIFEST.c[name] for name in Seal.__dataclass_fields__)
    ).where(RELEASE_MANIFEST.c.release == number)
    row = connection.execute(query).first()
    return None if row is None else Seal(**row._mapping)


def find_ends(connection: sa.Connection, number: int) -> dict[str, End]:
    """The ends of a release, by kind."""
    query = sa.select(RELEASE_END).where(RELEASE_END.c.release == number)
    return {
        row.kind: End(row.at, row.reason, row.author)
        for row in connection.execute(query)
    }
