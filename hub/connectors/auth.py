"""Proving who we are: one closed list of manners.

What lives here: the headers of a request that carry credentials, made anew for
every attempt because a signed time stamp ages and a nonce counts once. Secrets
are looked up at that moment and kept nowhere. What does not: tokens that are
fetched (`login`), how a signature is made (`signing`), sending (`transport`).
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable, Mapping

from hub.connectors.login import TOKEN_KINDS, Login, Send
from hub.connectors.signing import signature
from hub.errors import DeclarationError
from hub.partners.secrets import resolve
from hub.partners.spec import Auth
from hub.settings import Settings


class Credentials:
    """The credentials of one partner, as headers for one attempt."""

    def __init__(
        self,
        auth: Auth,
        settings: Settings,
        *,
        partner: str,
        now: Callable[[], float] = time.time,
        nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        """Remember where the secrets are, not what they are.

        Args:
            auth: the declaration.
            settings: the reader of the environment.
            partner: whose credentials they are, for errors.
            now: seconds since 1970 on the wall clock; a partner compares it with
                its own, so a fixed hub clock does not count here.
            nonce: gives a text that was never used before.
        """
        self._auth = auth
        self._settings = settings
        self._partner = partner
        self._now = now
        self._nonce = nonce

    def login(
        self, send: Send[dict[str, str]], monotonic: Callable[[], float]
    ) -> Login | None:
        """How to get a token, where credentials are exchanged for one; else null.

        Args:
            send: sends a request without credentials.
            monotonic: seconds on a clock that never goes back.
        """
        if self._auth.kind not in TOKEN_KINDS:
            return None
        return Login(self._auth, self._settings, send=send, monotonic=monotonic)

    def headers(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Headers for one attempt.

        Args:
            fields: what a signature covers.

        Raises:
            SecretMissing: the environment lacks a value.
            DeclarationError: the declaration lacks one.
        """
        auth = self._auth
        if auth.kind == "basic":
            pair = f"{self._secret('username')}:{self._secret('password')}"
            coded = base64.b64encode(pair.encode()).decode()
            return {"Authorization": f"Basic {coded}"}
        if auth.kind == "bearer":
            return {"Authorization": f"Bearer {self._secret('token')}"}
        if auth.kind == "api_key":
            name = "token" if auth.token is not None else "key"
            return {auth.header or "X-API-Key": self._secret(name)}
        if auth.kind == "signed":
            return self._signed(fields)
        return {}

    def fill(self, text: str, plain: Callable[[str], str]) -> str:
        """A request template with user name and password in their places.

        Args:
            text: what is sent.
            plain: writes a value so that it stays one where it stands.

        Raises:
            SecretMissing: the environment lacks a value.
        """
        if self._auth.kind != "template":
            return text
        for name in ("username", "password"):
            if f"{{{name}}}" in text:
                text = text.replace(f"{{{name}}}", plain(self._secret(name)))
        return text

    def _signed(self, fields: Mapping[str, str]) -> dict[str, str]:
        auth = self._auth
        scale = 1000 if auth.timestamp == "milliseconds" else 1
        stamps = {
            "appKey": self._secret("key"),
            "timestamp": str(int(self._now() * scale)),
        }
        if auth.nonce:
            stamps[auth.nonce] = self._nonce()
        sign = signature(
            {**fields, **stamps},
            self._secret("secret"),
            algorithm=auth.algorithm,
            upper=auth.upper,
        )
        return {**stamps, auth.header or "sign": sign}

    def _secret(self, name: str) -> str:
        declared = getattr(self._auth, name)
        if declared is None:
            raise DeclarationError(
                f"sign in as {self._auth.kind}",
                seen=f"auth has no {name}",
                next_step=f"Give {name} in [source] auth, as env:NAME if it is secret.",
                partner=self._partner,
            )
        return resolve(self._settings, declared, partner=self._partner)
