"""Handing a parcel over to a partner's system: the words that all manners share.

What lives here: what is handed over, what may come of it, and the choice of the manner
by connector. What does not: the manners (`outward_rest`, `outward_sql`,
`outward_files`), which rows go and when (`hub.sharing.outward`).

There are three ends. A receipt: it has arrived. `Declined`: the receiver says of this
very parcel that it does not take it, and nothing of it arrived. An error of the hub:
`SourceUnavailable` leaves open whether it arrived, so only the same parcel may follow;
any other is about the receiver as a whole, before anything arrived.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

import orjson
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from hub.connectors.base import Place
from hub.connectors.outcomes import waiting_time
from hub.errors import DeclarationError, SourceUnavailable
from hub.partners.spec import Delivery, Partner
from hub.settings import Settings

SIZES = {"rest": 1, "sql": 500, "files": 10_000}


@dataclass(frozen=True)
class Outgoing:
    """What is handed over at once.

    Attributes:
        key: idempotency key, the same whenever this parcel is sent.
        rows: each row as one JSON object, with the receiver's own names.
    """

    key: str
    rows: tuple[str, ...]

    @property
    def content(self) -> bytes:
        """The rows as one JSON list."""
        return f"[{','.join(self.rows)}]".encode()

    def objects(self) -> list[dict[str, Any]]:
        """The rows as objects."""
        found: list[dict[str, Any]] = orjson.loads(self.content)
        return found


class Declined(Exception):
    """The receiver does not take this parcel, and nothing of it arrived.

    Args:
        seen: what it said, without values of rows.
    """

    def __init__(self, seen: str) -> None:
        super().__init__(seen)
        self.seen = seen


class Sender(Protocol):
    """One manner of handing over; a context manager that holds one receiver's link."""

    def send(self, outgoing: Outgoing) -> str | None:
        """Hand a parcel over, once however often it is called.

        Returns:
            The receiver's own receipt number, where it gives one.

        Raises:
            Declined: the receiver does not take this parcel.
            SourceUnavailable: it may have arrived.
            HubError: nothing arrived, and nothing else would.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: object) -> None: ...


class Closing:
    """The context manager half of a sender."""

    def close(self) -> None:
        """Let go of connections."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class Patient(Closing):
    """A sender that tries a parcel again where its failure may pass.

    Args:
        inner: sends once.
        attempts: tries in all.
        sleep: waits so many seconds between two of them.
    """

    def __init__(
        self, inner: Sender, attempts: int, sleep: Callable[[float], None]
    ) -> None:
        self._inner = inner
        self._retrying = Retrying(
            stop=stop_after_attempt(attempts),
            retry=retry_if_exception_type(SourceUnavailable),
            wait=waiting_time,
            sleep=sleep,
            reraise=True,
        )

    def send(self, outgoing: Outgoing) -> str | None:
        """See `Sender`."""
        return self._retrying(lambda: self._inner.send(outgoing))

    def close(self) -> None:
        """Let go of connections."""
        self._inner.close()


def open_sender(
    partner: Partner,
    delivery: Delivery,
    settings: Settings,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Sender:
    """The manner that a delivery declares; nothing is connected to yet.

    Args:
        partner: whose delivery it is.
        delivery: the declaration.
        settings: clock and secrets.
        sleep: waits so many seconds between attempts.

    Raises:
        DeclarationError: there is no such manner, or no address.
        SecretMissing: the declaration names a variable that is not set.
    """
    receiver = partner.receiving(delivery)
    attempts = receiver.source.limits.attempts
    match receiver.source.connector:
        case "rest":
            from hub.connectors.outward_rest import RestSender

            return RestSender(receiver, delivery, settings, sleep=sleep)
        case "sql":
            from hub.connectors.outward_sql import SqlSender

            return Patient(SqlSender(receiver, delivery, settings), attempts, sleep)
        case "files":
            from hub.connectors.outward_files import FileSender

            return Patient(FileSender(receiver, delivery, settings), attempts, sleep)
    raise DeclarationError(
        f"hand over {delivery.name}",
        seen=f"nothing can be handed over by connector {receiver.source.connector}",
        next_step=f"Use one of {', '.join(SIZES)}.",
        partner=partner.id,
        feed=delivery.name,
    )


def size_of(partner: Partner, delivery: Delivery) -> int:
    """Rows of one parcel."""
    return delivery.write.size or SIZES[partner.receiving(delivery).source.connector]


def place_of(partner: Partner, delivery: Delivery) -> Place:
    """Where errors say that they happened."""
    return Place(partner.id, delivery.name)


def receiver_fields(delivery: Delivery) -> list[str]:
    """The receiver's fields in their order: columns, fixed ones, then the marks."""
    write = delivery.write
    marks = [name for name in (write.op, write.at, write.number, write.key) if name]
    return [*(one.name for one in delivery.columns.values()), *delivery.fixed, *marks]
