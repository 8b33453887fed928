"""Releases in the control database: which table versions belong together.

What lives here: writing a release with all its datasets in one transaction, and
finding it again. What does not: what a dataset's content is (`hub.flow`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from hub.storage.desk import Desk
from hub.storage.tables import RELEASE, RELEASE_DATASET


@dataclass(frozen=True)
class Pinned:
    """One dataset of a release; version -1: the table has nothing yet."""

    dataset: str
    table_name: str
    version: int
    rows: int
    digest: str


@dataclass(frozen=True)
class Release:
    """One consistent picture; instants are UTC."""

    number: int
    city: str
    digest: str
    published_at: datetime
    datasets: tuple[Pinned, ...]

    @property
    def id(self) -> str:
        """The name that people use, as in r000012."""
        return f"r{self.number:06d}"


class Releases(Desk):
    """The releases of one control database."""

    def publish(
        self, *, city: str, digest: str, datasets: tuple[Pinned, ...], at: datetime
    ) -> Release:
        """Publish a release: readers see all of its datasets, or none."""
        with self._writing(None) as connection:
            number = connection.execute(
                sa.insert(RELEASE)
                .values(
                    city=city,
                    state="published",
                    digest=digest,
                    created_at=at,
                    published_at=at,
                )
                .returning(RELEASE.c.number)
            ).scalar_one()
            rows = [
                {
                    "release": number,
                    "dataset": one.dataset,
                    "table_name": one.table_name,
                    "version": one.version,
                    "rows": one.rows,
                    "content_digest": one.digest,
                }
                for one in datasets
            ]
            connection.execute(sa.insert(RELEASE_DATASET), rows)
        return Release(number, city, digest, at, datasets)

    def all(self) -> list[Release]:
        """Every release, the newest first."""
        query = sa.select(RELEASE.c.number).order_by(RELEASE.c.number.desc())
        with self._reading(None) as connection:
            numbers = list(connection.execute(query).scalars())
            return [self._read(connection, number) for number in numbers]

    def newest(self) -> Release | None:
        """The release that readers get by default; None before the first."""
        with self._reading(None) as connection:
            number = connection.execute(sa.select(sa.func.max(RELEASE.c.number)))
            newest = number.scalar()
            return None if newest is None else self._read(connection, newest)

    def find(self, text: str) -> Release | None:
        """The release of that id; None where there is none."""
        if not (text.startswith("r") and text[1:].isdigit()):
            return None
        with self._reading(None) as connection:
            known = sa.select(RELEASE.c.number).where(RELEASE.c.number == int(text[1:]))
            number = connection.execute(known).scalar()
            return None if number is None else self._read(connection, number)

    def _read(self, connection: sa.Connection, number: int) -> Release:
        row = connection.execute(
            sa.select(RELEASE).where(RELEASE.c.number == number)
        ).one()
        found = connection.execute(
            sa.select(RELEASE_DATASET).where(RELEASE_DATASET.c.release == number)
        )
        datasets = {
            one.dataset: Pinned(
                one.dataset, one.table_name, one.version, one.rows, one.content_digest
            )
            for one in found
        }
        ordered = tuple(datasets[name] for name in sorted(datasets))
        return Release(number, row.city, row.digest or "", row.published_at, ordered)
