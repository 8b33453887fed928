"""Releases in the control database: which table versions belong together.

What lives here: writing a release with its datasets, sources and seal in one
transaction, and finding it again. What does not: what a dataset's content is, and
which source counts as missing (`hub.flow`); how a release ends (`release_ends`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from hub.storage.desk import Desk
from hub.storage.release_ends import End, Seal, add_seal, find_ends, find_seal
from hub.storage.release_tables import RELEASE_END, RELEASE_MANIFEST
from hub.storage.tables import RELEASE, RELEASE_DATASET, RELEASE_SOURCE


@dataclass(frozen=True)
class Pinned:
    """One dataset of a release; version -1: the table has nothing yet."""

    dataset: str
    table_name: str
    version: int
    rows: int
    digest: str


@dataclass(frozen=True)
class Source:
    """Where one feed of the city stood when a release was made.

    Attributes:
        partner: partner id.
        feed: feed name; "" where the partner's file could not be read and nothing
            of it ever came.
        datasets: what its rows turn into.
        good: number of the batch that reaches furthest of those that were merged.
        as_of: how far that batch reaches: its own day, else the end of its window,
            else the instant it landed.
        until: the end of its window, where it has one.
        attempt: number of the newest delivery, whatever became of it.
        state: what became of that; `never` where nothing was ever asked for.
        error: its error code.
        is_missing: whether the release lacks what the feed should have brought.
        reason: why it is missing, one word of `hub.flow.sources.REASONS`.
    """

    partner: str
    feed: str
    datasets: tuple[str, ...]
    good: int | None = None
    as_of: datetime | None = None
    until: datetime | None = None
    attempt: int | None = None
    state: str = "never"
    error: str | None = None
    is_missing: bool = True
    reason: str | None = None

    @property
    def standing(self) -> tuple[str, str, str | None, str | None]:
        """What readers must be told of anew, even where no row changed."""
        return (self.partner, self.feed, self.reason, self.error)


@dataclass(frozen=True)
class Release:
    """One consistent picture; instants are UTC. Sources are outside its digest.

    Attributes:
        seal: of its manifest; None where none was ever signed.
        recalled: when, why and by whom it was taken back.
        expired: when its retention ended.
    """

    number: int
    city: str
    digest: str
    published_at: datetime
    datasets: tuple[Pinned, ...]
    sources: tuple[Source, ...] = ()
    seal: Seal | None = None
    recalled: End | None = None
    expired: End | None = None

    @property
    def has_ended(self) -> bool:
        """Whether readers get it no more."""
        return self.recalled is not None or self.expired is not None

    @property
    def id(self) -> str:
        """The name that people use, as in r000012."""
        return f"r{self.number:06d}"


def release_digest(pinned: Iterable[Pinned]) -> str:
    """The digest of a release, from those of its datasets in order of their names."""
    lines = "\n".join(f"{one.dataset}={one.digest}" for one in pinned)
    return sha256(lines.encode()).hexdigest()


class Releases(Desk):
    """The releases of one control database."""

    def publish(
        self,
        *,
        city: str,
        digest: str,
        datasets: tuple[Pinned, ...],
        at: datetime,
        sources: tuple[Source, ...] = (),
        seal: Callable[[Release], Seal] | None = None,
    ) -> Release:
        """Publish a release: readers see all of its datasets and its seal, or none.

        `seal` signs and stores the manifest; it is called inside the transaction,
        since the number of the release is known only there.
        """
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
            told = [{"release": number, **asdict(one)} for one in sources]
            if told:
                connection.execute(sa.insert(RELEASE_SOURCE), told)
            made = Release(number, city, digest, at, datasets, sources)
            if seal is not None:
                made = replace(made, seal=add_seal(connection, number, seal(made)))
        return made

    def all(self) -> list[Release]:
        """Every release, the newest first."""
        query = sa.select(RELEASE.c.number).order_by(RELEASE.c.number.desc())
        with self._reading(None) as connection:
            numbers = list(connection.execute(query).scalars())
            return [self._read(connection, number) for number in numbers]

    def newest(self) -> Release | None:
        """The release that readers get by default: the last that has not ended.

        None before the first, and where every one was recalled.
        """
        ended = sa.select(RELEASE_END.c.release)
        return self._last(RELEASE.c.number.not_in(ended))

    def latest(self) -> Release | None:
        """The release made last, whether or not it has ended."""
        return self._last(sa.true())

    def sealed(self) -> Release | None:
        """The last release whose manifest was signed."""
        return self._last(RELEASE.c.number.in_(sa.select(RELEASE_MANIFEST.c.release)))

    def before(self, number: int) -> Release | None:
        """The release that was published before that one; None for the first."""
        older = sa.select(sa.func.max(RELEASE.c.number)).where(
            RELEASE.c.number < number
        )
        with self._reading(None) as connection:
            found = connection.execute(older).scalar()
            return None if found is None else self._read(connection, found)

    def find(self, text: str) -> Release | None:
        """The release of that id; None where there is none."""
        if not (text.startswith("r") and text[1:].isdigit()):
            return None
        with self._reading(None) as connection:
            known = sa.select(RELEASE.c.number).where(RELEASE.c.number == int(text[1:]))
            number = connection.execute(known).scalar()
            return None if number is None else self._read(connection, number)

    def _last(self, which: sa.ColumnElement[bool]) -> Release | None:
        query = sa.select(sa.func.max(RELEASE.c.number)).where(which)
        with self._reading(None) as connection:
            number = connection.execute(query).scalar()
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
        ends = find_ends(connection, number)
        return Release(
            number,
            row.city,
            row.digest or "",
            row.published_at,
            ordered,
            _read_sources(connection, number),
            find_seal(connection, number),
            ends.get("recalled"),
            ends.get("expired"),
        )


def _read_sources(connection: sa.Connection, number: int) -> tuple[Source, ...]:
    columns = [RELEASE_SOURCE.c[field.name] for field in fields(Source)]
    query = (
        sa.select(*columns)
        .where(RELEASE_SOURCE.c.release == number)
        .order_by(RELEASE_SOURCE.c.partner, RELEASE_SOURCE.c.feed)
    )
    found = [Source(**row._mapping) for row in connection.execute(query)]
    return tuple(replace(one, datasets=tuple(one.datasets)) for one in found)
