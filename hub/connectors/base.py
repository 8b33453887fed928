"""What every connector hands over: deliveries, and parts as they were sent.

What lives here: the words between fetching and the rest of the hub, and the
protocol that each kind of connector keeps. The flow lands parts before anything
looks into them, so a part is bytes and a description, never rows. What does not:
any transport (`rest`, `sql`, `files`) and reading parts (`hub.connectors.decode`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Protocol, Self, runtime_checkable

import polars as pl

from hub.errors import BatchRefused, SourceRejected, SourceUnavailable
from hub.partners.spec import Feed

Media = Literal["json", "jsonl", "csv", "xlsx", "parquet", "arrow", "xml", "messages"]
Seen = Callable[[str, str | None], bool]


@dataclass(frozen=True, kw_only=True)
class PartMeta:
    """All that is needed to read a landed part again, years later.

    Attributes:
        sequence: ordinal of the part in its delivery, from 0.
        media: form of the body; xlsx is a workbook, old ones (.xls) too.
        encoding: codec of a text body; null for xlsx, parquet and arrow.
        records: path of the rows in a JSON or XML body; null = the body is the list.
        as_of: the day that the answer itself names, aware, UTC.
        origin: where it came from (path, page, window, file, delimiter …), no secrets.
        received_sha256: digest of the bytes received, before anything was cut.
        cut: field → values removed before landing (`never_land`, trap T50).
        counts: of the last part of a listing that the partner counts as well: rows
            `listed` and `counted` (trap T4).
    """

    sequence: int
    media: Media
    received_sha256: str
    encoding: str | None = None
    records: str | None = None
    as_of: datetime | None = None
    origin: dict[str, str] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> str:
        """The description as one JSON object, keys sorted."""
        plain = asdict(self)
        plain["as_of"] = self.as_of.isoformat() if self.as_of else None
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PartMeta:
        """The description that `as_json` wrote."""
        plain = json.loads(text)
        if plain["as_of"] is not None:
            plain["as_of"] = datetime.fromisoformat(plain["as_of"])
        return cls(**plain)


@dataclass(frozen=True)
class Told:
    """What an answer says beside its rows; looked at when it comes, never kept.

    Attributes:
        total: rows of the whole listing, where the feed declares it.
        answered_at: when it was answered by the partner's own clock, aware.
    """

    total: int | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Part:
    """A page, result chunk or file as sent, inflated, less `never_land`.

    A body that is a path belongs to the connector or the partner: read it before
    the connector is closed, and leave it where it is.
    """

    meta: PartMeta
    body: bytes | Path
    told: Told = Told()


@dataclass(frozen=True)
class Delivery:
    """One thing to fetch.

    Attributes:
        name: stable name: the window, or the file's path below the folder; that of a
            member of an archive follows it after `!/`.
        since: start of the window asked for, aware UTC, itself inside; null = all.
        until: end of the window, aware UTC, itself outside.
        as_of: the day the delivery names before it is opened (file names).
        content: what changes with the content of a file: its SHA-256; of a remote one
            what its server says; of a member the archive's and its own checksum. Null
            where it cannot be known before reading.
    """

    name: str
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    content: str | None = None


class Connector(Protocol):
    """One manner of fetching; a context manager that holds one partner's link."""

    def deliveries(
        self, feed: Feed, *, since: datetime | None, until: datetime | None, seen: Seen
    ) -> Iterator[Delivery]:
        """What there is to fetch, oldest first: one per file, or one per run.

        Args:
            feed: the feed to look for.
            since: start of the window, aware; null = from the beginning.
            until: end of the window, aware; null = up to now.
            seen: whether a delivery of this name and content was taken before.
        """
        ...

    def read(
        self, feed: Feed, delivery: Delivery, *, sweep_keys: Iterator[pl.Series] | None
    ) -> Iterator[Part]:
        """Fetch one delivery, part by part, in bounded memory.

        Args:
            feed: the feed of the delivery.
            delivery: what `deliveries` named.
            sweep_keys: source keys to ask for again after the window (T2).

        Raises:
            SourceUnavailable: a retry may help.
            SourceRejected: the partner's answer is no.
            BatchRefused: what came contradicts itself or cannot be read.
        """
        ...

    def landed(self, feed: Feed, delivery: Delivery) -> None:
        """Every part that `read` gave is durable here, and the ledger knows it.

        Called after `read` has ended and before anything else is read. Who must tell
        the partner that a delivery arrived does it here and nowhere before; a process
        may die right before this call, so what it says must not be needed.

        Raises:
            SourceUnavailable: it could not be told; the delivery comes again.
        """
        ...

    def count(self, feed: Feed, delivery: Delivery) -> int | None:
        """How many rows the source itself says a delivery has; null if it cannot.

        Raises:
            As `read`.
        """
        ...

    def close(self) -> None:
        """Let go of connections and temporary files."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Marked(NamedTuple):
    """What became of the rows of an acknowledgement."""

    marked: int
    """Rows that are marked in the partner's table now."""
    left: int
    """Rows that were changed, marked or removed there since they were read."""


@runtime_checkable
class Acknowledging(Protocol):
    """A connector that can tell the partner which rows have landed."""

    def acknowledge(self, feed: Feed, landed: Iterable[pl.DataFrame]) -> Marked:
        """Mark rows in one transaction, each only if it still is what landed.

        Args:
            feed: declares `read.acknowledge`.
            landed: the rows as text, with all columns that were read.

        Raises:
            SourceUnavailable: nothing was marked; the rows are read again.
            SourceRejected: the same, and a later attempt will not help.
        """
        ...


class Closing:
    """The context manager half of a connector; `close` is the subclass's."""

    def landed(self, feed: Feed, delivery: Delivery) -> None:
        """Nobody waits for word from us."""

    def count(self, feed: Feed, delivery: Delivery) -> int | None:
        """Null: a source that does not count; others say it themselves."""
        del feed, delivery
        return None

    def close(self) -> None:
        """Let go of connections and temporary files."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@dataclass(frozen=True)
class Place:
    """Partner and feed, to word failures with."""

    partner: str
    feed: str | None = None

    def unavailable(self, attempted: str, seen: str, step: str) -> SourceUnavailable:
        """The partner could not be reached or broke off."""
        return SourceUnavailable(
            attempted, seen=seen, next_step=step, partner=self.partner, feed=self.feed
        )

    def rejected(self, attempted: str, seen: str, step: str) -> SourceRejected:
        """The partner answered, and the answer is no."""
        return SourceRejected(
            attempted, seen=seen, next_step=step, partner=self.partner, feed=self.feed
        )

    def refused(self, attempted: str, seen: str, step: str) -> BatchRefused:
        """The delivery contradicts itself or cannot be read."""
        return BatchRefused(
            attempted, seen=seen, next_step=step, partner=self.partner, feed=self.feed
        )
