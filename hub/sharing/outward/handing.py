"""Handing parcels over, group by group, each with its entry in the audit.

What lives here: the order of what is noted. First the audit's beginning, then that the
parcels may have arrived, then they leave one by one, each with its receipt noted before
the next; last the audit's end. A process that dies anywhere in between leaves parcels
that are sent again under the same key. What does not: which parcels (`run`, `plan`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import polars as pl

from hub.connectors.outward import Declined, Outgoing, Sender
from hub.errors import HubError, SourceUnavailable
from hub.flow.house import House, wall_clock
from hub.flow.run import LEASE
from hub.pipeline.digest import UNIT
from hub.pipeline.digest import sha256 as sha256_of
from hub.sharing.audit_log import open_audit
from hub.sharing.outward.granted import Granted
from hub.sharing.outward.written import KEY_LENGTH
from hub.storage.audit import Audit, Begun
from hub.storage.audit_entries import Draft, HandOver, Outcome
from hub.storage.control import write
from hub.storage.leases import Lease
from hub.storage.outward import Parcel, Parcels, State

GROUP = 200  # parcels under one entry of the audit
GROUP_ROWS = 20_000
REFUSED: tuple[State, ...] = ("refused",)


@dataclass
class Ended:
    """Rows by what became of them in one run."""

    inserted: int = 0
    updated: int = 0
    withdrawn: int = 0
    parcels: int = 0
    refused: int = 0
    dead: int = 0
    error: HubError | None = None


@dataclass
class Handing:
    """One receiver's parcels on their way.

    Attributes:
        house: the hub.
        granted: what may go.
        handover: as the audit tells it.
        sender: the way.
        lease: on the delivery; renewed while parcels go.
        ended: what came of it so far.
    """

    house: House
    granted: Granted
    handover: HandOver
    sender: Sender
    lease: Lease
    ended: Ended = field(default_factory=Ended)

    def __post_init__(self) -> None:
        self._parcels = Parcels(self.house.control.engine)
        self._audit: Audit = open_audit(self.house)

    @property
    def has_stopped(self) -> bool:
        """Whether nothing more should be sent now."""
        return self.ended.error is not None

    def hand_over(self, parcels: Iterable[Parcel]) -> None:
        """Send parcels in their order until the receiver cannot be reached.

        Raises:
            AuditUnwritable: the audit took no entry; nothing of the group left.
            LeaseHeld: another run has taken the delivery over.
        """
        for group in groups(parcels):
            if self.has_stopped:
                return
            split = self._group(group)
            if split and not self.has_stopped:
                self.hand_over(split)

    def _group(self, group: Sequence[Parcel]) -> list[Parcel]:
        rows = self._parcels.changes(self.granted.id, [one.number for one in group])
        texts = dict(
            rows.group_by("parcel").agg("payload").select("parcel", "payload").rows()
        )
        outgoing = {
            one.number: Outgoing(one.idempotency_key, tuple(texts[one.number]))
            for one in group
        }
        begun = self._begin(group, outgoing)
        self._keep_lease()
        with write(self.house.control.engine) as connection:
            self.house.leases.check(connection, self.lease)
            self._parcels.send(connection, group, at=self.house.now())
        split: list[Parcel] = []
        done: list[int] = []
        reason: str | None = None
        for place, parcel in enumerate(group):
            try:
                split += self._one(parcel, outgoing[parcel.number], done)
            except SourceUnavailable as error:
                self._fail(parcel, error.seen, is_sure=False)
                self.ended.error = error
            except HubError as error:
                # Said of the receiver as a whole. An attempt before may have arrived.
                self.ended.error = error
            if self.ended.error is not None:
                reason = self.ended.error.code
                self._parcels.stay(group[place + 1 :])
                break
        self._end(begun, [outgoing[number] for number in done], len(group), reason)
        return split

    def _one(self, parcel: Parcel, outgoing: Outgoing, done: list[int]) -> list[Parcel]:
        """Send one parcel; what it was cut into if it was refused as a whole."""
        try:
            receipt = self.sender.send(outgoing)
        except Declined as refusal:
            if parcel.rows > 1:
                return self._split(parcel, refusal.seen)
            self._fail(parcel, refusal.seen, is_sure=True)
            return []
        self._parcels.accept(parcel, at=self.house.now(), receipt=receipt)
        done.append(parcel.number)
        self.ended.parcels += 1
        self.ended.inserted += parcel.inserted
        self.ended.updated += parcel.updated
        self.ended.withdrawn += parcel.withdrawn
        return []

    def _fail(self, parcel: Parcel, seen: str, *, is_sure: bool) -> None:
        state = self._parcels.fail(
            parcel,
            at=self.house.now(),
            error=seen,
            is_sure=is_sure,
            most=self.granted.delivery.attempts,
        )
        self.ended.refused += parcel.rows if state == "refused" else 0
        self.ended.dead += parcel.rows if state == "dead" else 0

    def _split(self, parcel: Parcel, seen: str) -> list[Parcel]:
        """Each row alone: the ones that the receiver takes are not held up."""
        rows = self._parcels.changes(parcel.delivery, [parcel.number])
        with write(self.house.control.engine) as connection:
            first = self._parcels.next_number(connection, parcel.delivery)
        numbers = range(first, first + len(rows))
        own = pl.concat_str(
            pl.lit(parcel.delivery), "key", "op", "digest",
            pl.Series("number", numbers).cast(pl.String), separator=UNIT,
        )  # fmt: skip
        keyed = rows.select("key", sha256_of(own).str.slice(0, KEY_LENGTH).alias("own"))
        told = replace(parcel, error=seen)
        self._parcels.split(told, numbers, dict(keyed.rows()))
        return [
            one
            for begin in range(0, len(numbers), GROUP)
            for one in self._parcels.page(
                parcel.delivery,
                REFUSED,
                after=first + begin - 1,
                most=min(GROUP, len(numbers) - begin),
            )
        ]

    def _begin(self, group: Sequence[Parcel], outgoing: dict[int, Outgoing]) -> Begun:
        """The audit's entry, before the first byte leaves."""
        told = replace(self.handover, version=group[-1].release)
        content = [outgoing[one.number].content for one in group]
        outcome = Outcome(
            result="begun",
            row_count=sum(one.rows for one in group),
            byte_count=sum(map(len, content)),
            digest=sha256(b"".join(content)).hexdigest(),
        )
        draft = Draft(handover=told, outcome=outcome, at=self.house.now())
        return Begun(self._audit.append([draft])[0], told)

    def _end(
        self, begun: Begun, done: Sequence[Outgoing], parcels: int, reason: str | None
    ) -> None:
        content = [one.content for one in done]
        is_whole = len(done) == parcels
        outcome = Outcome(
            result="delivered" if is_whole else "failed",
            reason=None if is_whole else reason or "refused_by_receiver",
            row_count=sum(len(one.rows) for one in done),
            byte_count=sum(map(len, content)),
            digest=sha256(b"".join(content)).hexdigest(),
        )
        self._audit.end(begun, outcome, at=self.house.now())

    def _keep_lease(self) -> None:
        if self.lease.expires_at - wall_clock() < LEASE / 2:
            self.lease = self.house.leases.renew(self.lease, LEASE)


def groups(parcels: Iterable[Parcel]) -> Iterator[list[Parcel]]:
    """Parcels in groups that are held in memory together."""
    group: list[Parcel] = []
    rows = 0
    for one in parcels:
        if group and (len(group) == GROUP or rows + one.rows > GROUP_ROWS):
            yield group
            group, rows = [], 0
        group.append(one)
        rows += one.rows
    if group:
        yield group
