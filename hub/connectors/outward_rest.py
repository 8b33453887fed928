"""Handing over by HTTP: one POST per parcel, the same key whenever it is repeated.

What lives here: the request and how its answer is judged. The idempotency key travels
in the header `Idempotency-Key`. What does not: sending, pace and trying again
(`transport`); an answer that says nothing definite counts as none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from hub.connectors.asking import Ask, split_query
from hub.connectors.auth import Credentials
from hub.connectors.envelope import open_envelope
from hub.connectors.outcomes import Answer, Passing
from hub.connectors.outward import Closing, Declined, Outgoing, place_of
from hub.connectors.tls import make_context
from hub.connectors.transport import Transport
from hub.errors import DeclarationError, SourceRejected
from hub.partners.secrets import resolve
from hub.partners.spec import Delivery, Partner
from hub.settings import Settings

HEADER = "Idempotency-Key"
# Said of the parcel itself: nothing of it was taken.
DECLINING = frozenset({400, 413, 415, 422})
# The same key is being worked on at this moment (draft-ietf-httpapi-idempotency-key).
BUSY = 409
MOST_RECEIPT = 120


class RestSender(Closing):
    """Posts parcels to one receiver."""

    def __init__(
        self,
        receiver: Partner,
        delivery: Delivery,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect to nothing yet.

        Args:
            receiver: the partner, its source the one that rows go to.
            delivery: the declaration.
            settings: secrets.
            sleep: waits so many seconds between attempts.

        Raises:
            DeclarationError: there is no address.
        """
        source = receiver.source
        self._write = delivery.write
        self._place = place_of(receiver, delivery)
        if source.base_url is None or self._write.path is None:
            raise DeclarationError(
                f"hand over {delivery.name}",
                seen="there is no base_url or no path",
                next_step="Give base_url in [source] or to, and path in write.",
                partner=receiver.id,
                feed=delivery.name,
            )
        self._transport = Transport(
            resolve(settings, source.base_url, partner=receiver.id),
            Credentials(source.auth, settings, partner=receiver.id),
            source.limits,
            context=make_context(source.tls, settings, partner=receiver.id),
            hosts=source.hosts,
            sleep=sleep,
        )

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def send(self, outgoing: Outgoing) -> str | None:
        """See `Sender`."""
        return self._transport.fetch(self._ask(outgoing), self._judge, self._place)

    def _ask(self, outgoing: Outgoing) -> Ask:
        path, params = split_query(self._write.path or "")
        body: dict[str, object] | None = None
        sent: bytes | None = None
        headers = {HEADER: outgoing.key}
        if self._write.records is not None:
            *outer, last = self._write.records.split(".")
            body = {last: outgoing.objects()}
            for name in reversed(outer):
                body = {name: body}
        elif (self._write.size or 1) == 1:
            (body,) = outgoing.objects()
        else:
            sent = outgoing.content
            headers["Content-Type"] = "application/json"
        return Ask(
            "POST",
            path,
            params,
            body,
            sent=sent,
            headers=headers,
            verb="hand over to",
            tells=DECLINING | {BUSY},
        )

    def _judge(self, answer: Answer) -> str | None:
        if answer.status == BUSY:
            raise Passing("it is still at work on this parcel (HTTP 409)")
        if answer.status in DECLINING:
            raise Declined(f"it answered HTTP {answer.status}")
        if self._write.verdict is None and self._write.receipt is None:
            return None
        try:
            told: Any = open_envelope(
                answer,
                declared=None,
                digits=True,
                place=self._place,
                path=self._write.path or "",
            )
        except SourceRejected as unread:
            # It took the request and says nothing that we understand.
            raise Passing(unread.seen) from None
        verdict = self._write.verdict
        if verdict is not None and told.text(verdict.field) is None:
            raise Passing(
                f"its answer has no {verdict.field}, where its verdict stands"
            )
        try:
            told.check_verdict(verdict)
        except SourceRejected as said:
            raise Declined(said.seen) from None
        receipt = told.text(self._write.receipt)
        return None if receipt is None else receipt[:MOST_RECEIPT]
