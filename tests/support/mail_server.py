"""A mail server on loopback: SMTP with TLS and a login, and letters that it keeps.

What lives here: just as much of RFC 5321 as a client needs that sends letters, with
STARTTLS (RFC 3207) or TLS from the first byte, and refusals as a test tells them. What
does not: delivering anything.
"""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import SocketIO
from typing import cast


@dataclass
class MailServer:
    """A running server.

    Attributes:
        port: where it listens on 127.0.0.1.
        letters: what it took.
        encrypted: for each letter, whether the connection was encrypted.
        logins: user and password of each login.
        refuse: verb → answers that it gives in place of its own, one after the other.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    refuse: dict[str, list[str]] = field(default_factory=dict)


@contextmanager
def mail_server(
    context: ssl.SSLContext, *, implicit: bool = False
) -> Iterator[MailServer]:
    """Run a server until the block ends.

    Args:
        context: its certificate.
        implicit: TLS from the first byte; else by STARTTLS.
    """
    state = MailServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            # A client that does not trust us, or that had enough, just goes.
            with suppress(OSError), ExitStack() as stay:
                link = self.request
                if implicit:
                    link = stay.enter_context(_secure(context, link))
                _talk(state, context, link, stay, is_encrypted=implicit)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def _secure(context: ssl.SSLContext, link: socket.socket) -> ssl.SSLSocket:
    return context.wrap_socket(link, server_side=True)


def _talk(
    state: MailServer,
    context: ssl.SSLContext,
    link: socket.socket,
    stay: ExitStack,
    *,
    is_encrypted: bool,
) -> None:
    stream = stay.enter_context(link.makefile("rwb", buffering=0))
    _say(stream, "220 mail.test ESMTP")
    while line := stream.readline():
        verb = line.split(b" ")[0].strip().decode().upper()
        if state.refuse.get(verb):
            _say(stream, state.refuse[verb].pop(0))
        elif verb == "EHLO":
            _say(stream, "250-mail.test")
            _say(stream, "250 AUTH PLAIN" if is_encrypted else "250 STARTTLS")
        elif verb == "STARTTLS":
            _say(stream, "220 go ahead")
            link = stay.enter_context(_secure(context, link))
            stream = stay.enter_context(link.makefile("rwb", buffering=0))
            is_encrypted = True
        elif verb == "AUTH":
            told = base64.b64decode(line.split(b" ")[2]).decode().split("\0")
            state.logins.append((told[1], told[2]))
            _say(stream, "235 welcome")
        elif verb == "DATA":
            _say(stream, "354 go on")
            _keep(state, stream, is_encrypted=is_encrypted)
            _say(stream, "250 taken")
        elif verb == "QUIT":
            _say(stream, "221 bye")
            return
        else:
            _say(stream, "250 fine")


def _keep(state: MailServer, stream: SocketIO, *, is_encrypted: bool) -> None:
    lines = []
    while (line := stream.readline()) not in (b".\r\n", b""):
        lines.append(line[1:] if line.startswith(b"..") else line)
    letter = message_from_bytes(b"".join(lines), policy=policy.default)
    state.letters.append(cast(EmailMessage, letter))
    state.encrypted.append(is_encrypted)


def _say(stream: SocketIO, text: str) -> None:
    stream.write(text.encode() + b"\r\n")
