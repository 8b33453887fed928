"""When certificates end: those of servers, those in files, and tokens that tell it.

What lives here: reading the end of a certificate or a JWT. What does not: trusting any
of them; connections are judged where they are made (`hub.connectors`).
"""

from __future__ import annotations

import base64
import binascii
import json
import socket
import ssl
from datetime import UTC, datetime

from cryptography import x509

PATIENCE = 5.0  # seconds


def server_end(host: str, port: int) -> datetime:
    """When the certificate that a server shows ends.

    It is only looked at: nothing is sent, so one that has ended or that nobody vouches
    for can be read as well.

    Raises:
        OSError: the server cannot be reached, or does not speak TLS.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as link,
    ):
        shown = link.getpeercert(binary_form=True)
    if shown is None:
        raise OSError("the server shows no certificate")
    return x509.load_der_x509_certificate(shown).not_valid_after_utc


def first_end(pem: bytes) -> datetime | None:
    """When the first certificate of a PEM file ends; None where there is none."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError:
        return None
    return min((one.not_valid_after_utc for one in found), default=None)


def token_end(token: str) -> datetime | None:
    """When a bearer token ends by its own word (JWT, `exp`); None without one."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (binascii.Error, ValueError, KeyError, TypeError, OverflowError):
        return None
