"""Certificates: ours, where the partner wants one, and the authority behind its own.

What lives here: the TLS context of one partner, from PEM files whose paths stand in
the environment. Verification is never off. What does not: connecting (`deadline`).
"""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path

import httpx

from hub.errors import DeclarationError
from hub.partners.secrets import resolve
from hub.partners.spec import Tls
from hub.settings import Settings


def make_context(
    tls: Tls | None, settings: Settings, *, partner: str
) -> ssl.SSLContext:
    """What a connection to this partner trusts and shows.

    Raises:
        SecretMissing: the environment lacks a path.
        DeclarationError: a file cannot be read, or is not what it should be.
    """
    if tls is None:
        return _usual()

    def path(name: str) -> Path | None:
        declared: str | None = getattr(tls, name)
        if declared is None:
            return None
        found = Path(resolve(settings, declared, partner=partner))
        if not found.is_file():
            raise _unfit(name, "names no file", partner)
        return found

    ca, cert, key = path("ca"), path("cert"), path("key")
    context = httpx.create_ssl_context(trust_env=False)
    if ca is not None:
        try:
            context = ssl.create_default_context(cafile=ca)
        except (ssl.SSLError, OSError):
            raise _unfit("ca", "holds no PEM certificate", partner) from None
    if cert is not None:
        password = ""
        if tls.password is not None:
            password = resolve(settings, tls.password, partner=partner)
        try:
            # Never without a password: OpenSSL would ask for one on the terminal.
            context.load_cert_chain(cert, key, password=password)
        except (ssl.SSLError, OSError, ValueError):
            seen = "and its key do not fit together, or the password is wrong"
            raise _unfit("cert", seen, partner) from None
    return context


@cache
def _usual() -> ssl.SSLContext:
    """For partners that ask for nothing special; reading all authorities takes time."""
    return httpx.create_ssl_context(trust_env=False)


def _unfit(name: str, seen: str, partner: str) -> DeclarationError:
    return DeclarationError(
        "read the certificates",
        seen=f"{name} in [source] tls {seen}",
        next_step="Correct the variable, or put PEM files where it points.",
        partner=partner,
    )
