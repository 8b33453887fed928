"""A channel to a partner's broker: messages are taken, and told of much later.

What lives here: the address, connecting, taking messages without acknowledging them,
and every failure in the hub's words. Queues are never made, changed or deleted. The
broker's own words never reach a message, only its reply code does. What does not:
what a message becomes (`messages`), batches (`queue`).
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pika
from pika import exceptions as told

from hub.connectors.base import Place
from hub.connectors.messages import Message, message_of
from hub.errors import DeclarationError, HubError
from hub.partners.secrets import resolve
from hub.partners.spec import Partner
from hub.settings import Settings

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

# Every failure is told in the hub's words; the library's own quote the broker's.
logging.getLogger("pika").setLevel(logging.CRITICAL)
PORTS = {"amqp": 5672, "amqps": 5671}
ASK = "Ask the partner"
CONNECT = "connect to the message broker"
_SAID = {
    403: (
        "it refused us access (403)",
        "have our login granted reading of the queue, and see that no other program "
        "uses it exclusively",
    ),
    404: (
        "there is no such queue (404)",
        "have it made there, or correct queue or the virtual host in url; the hub "
        "never makes one",
    ),
    405: (
        "another connection holds the queue for itself (405)",
        "have the queue made without exclusive, so that others may read it",
    ),
    530: (
        "it did not let us into the virtual host (530)",
        "have our login granted the virtual host, or correct it in url",
    ),
}
_SEEN: dict[type[BaseException], str] = {
    ssl.SSLCertVerificationError: "its TLS certificate is not one we trust; a private "
    "authority is trusted by the variable SSL_CERT_FILE",
    ssl.SSLError: "the TLS handshake failed",
    socket.gaierror: "its host name is not known",
    ConnectionRefusedError: "nobody listens at its address",
    told.AMQPHeartbeatTimeout: "its heartbeat stopped",
    told.StreamLostError: "the connection broke off",
    TimeoutError: "it did not answer in time",
}


def parameters_of(partner: Partner, settings: Settings) -> pika.ConnectionParameters:
    """Where and as whom to connect; TLS is verified against the system's authorities.

    Raises:
        DeclarationError: there is no address, or it is no AMQP address.
        SecretMissing: it names a variable that is not set.
    """
    source = partner.source
    url = urlsplit(resolve(settings, source.url or "", partner=partner.id))
    try:
        port = url.port or PORTS.get(url.scheme, 0)
    except ValueError:
        port = 0
    if not (port and url.scheme in PORTS and url.hostname):
        raise DeclarationError(
            CONNECT,
            seen="[source] has no url of a broker",
            next_step='Write url = "amqps://host/vhost", or env:NAME that holds it.',
            partner=partner.id,
        )
    names = [(url.username, source.auth.username), (url.password, source.auth.password)]
    user, password = (
        unquote(inside or "") or resolve(settings, given or "guest", partner=partner.id)
        for inside, given in names
    )
    tls = None
    if url.scheme == "amqps":
        tls = pika.SSLOptions(ssl.create_default_context(), url.hostname)
    patience = source.limits.timeout_seconds
    return pika.ConnectionParameters(
        host=url.hostname,
        port=port,
        virtual_host=unquote(url.path[1:]) or "/",
        credentials=pika.PlainCredentials(user, password, erase_on_connect=False),
        ssl_options=tls,
        connection_attempts=source.limits.attempts,
        retry_delay=1,
        socket_timeout=patience,
        stack_timeout=patience * 1.5,
        blocked_connection_timeout=patience,
        client_properties={"product": "hub", "connection_name": f"hub {partner.id}"},
    )


class Link:
    """One connection with one channel, for one queue."""

    def __init__(
        self, parameters: pika.ConnectionParameters, queue: str, place: Place
    ) -> None:
        """Connect, and see that the queue is there.

        Raises:
            SourceUnavailable: the broker could not be reached.
            SourceRejected: it refused us, or the queue.
        """
        self._queue = queue
        self._place = place
        self._last = 0
        with self._failing(CONNECT):
            self._connection = pika.BlockingConnection(parameters)
        try:
            with self._failing(f"look at the queue {queue}"):
                self._channel: BlockingChannel = self._connection.channel()
                seen = self._channel.queue_declare(queue, passive=True)
        except HubError:
            self.close()
            raise
        self.waiting: int = seen.method.message_count
        """Messages that wait in the queue, not counting those that others hold."""

    def take(self, most: int, *, quiet: float) -> Iterator[Message]:
        """Messages in their order, none of them acknowledged.

        The broker never sends more than `most`, so nothing has to be sent back:
        quorum queues count what is sent back, and give up in the end. One consumer
        takes them all: what several hold goes back in another order. The client reads
        from the wire only when its hands are empty, so few are in memory at a time.

        Args:
            most: how many at most, 1 to 65,535.
            quiet: seconds of silence after which the queue counts as drained.

        Raises:
            SourceUnavailable: the connection was lost.
            SourceRejected: the queue may not be read.
        """
        attempted = f"read the queue {self._queue}"
        with self._failing(attempted):
            self._channel.basic_qos(prefetch_count=most)
        coming = self._channel.consume(self._queue, inactivity_timeout=quiet)
        for _ in range(most):
            with self._failing(attempted):
                method, properties, body = next(coming, (None, None, b""))
            if method is None:
                break
            self._last = method.delivery_tag
            yield message_of(method, properties, body)
        with self._failing(attempted):
            self._channel.cancel()

    def acknowledge(self) -> None:
        """Tell the broker that everything taken may go, and wait until it has heard.

        Raises:
            SourceUnavailable: it could not be told; everything taken comes again.
        """
        with self._failing(f"acknowledge what came from the queue {self._queue}"):
            if self._last:
                self._channel.basic_ack(self._last, multiple=True)
            self._channel.close()  # its answer comes after the acknowledgement

    def close(self) -> None:
        """Part; what was not acknowledged goes back into its place in the queue."""
        if self._connection.is_open:
            with suppress(told.AMQPError, OSError):
                self._connection.close()

    @contextmanager
    def _failing(self, attempted: str) -> Iterator[None]:
        try:
            yield
        except (told.ProbableAuthenticationError, told.AuthenticationError):
            raise self._place.rejected(
                attempted,
                "it refused our credentials",
                "Correct user name and password where env: finds them, or have the "
                "login made on the broker.",
            ) from None
        except told.ProbableAccessDeniedError:
            raise self._refused(attempted, 530) from None
        except (told.ChannelClosedByBroker, told.ConnectionClosedByBroker) as error:
            if error.reply_code in _SAID:
                raise self._refused(attempted, error.reply_code) from None
            raise self._lost(attempted, f"it hung up ({error.reply_code})") from None
        except told.IncompatibleProtocolError:
            raise self._place.rejected(
                attempted,
                "what answered does not speak AMQP 0-9-1",
                "Correct host, port and amqp:// or amqps:// in url.",
            ) from None
        except (told.AMQPError, OSError) as error:
            raise self._lost(attempted, _what(error)) from None

    def _refused(self, attempted: str, code: int) -> HubError:
        seen, step = _SAID[code]
        return self._place.rejected(attempted, seen, f"{ASK} to {step}.")

    def _lost(self, attempted: str, seen: str) -> HubError:
        step = "Nothing is lost: what was not acknowledged comes again on the next run."
        if attempted == CONNECT:
            step = "See that the broker runs and that url is its address; try again."
        return self._place.unavailable(attempted, seen, step)


def _what(error: BaseException) -> str:
    """A lost connection in plain words; foreign ones may quote the address."""
    causes = [error, *error.args]
    causes += [getattr(one, "exception", None) for one in error.args]
    for kind, seen in _SEEN.items():
        if any(isinstance(one, kind) for one in causes):
            return seen
    return "the connection could not be made or kept"
