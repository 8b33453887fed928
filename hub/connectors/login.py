"""Signing in: credentials for a token that passes for a while.

OAuth2's client credentials (RFC 6749, 4.4) are one way of it, a login with user name
and password the other.

What lives here: fetching the token when it is first needed, keeping it until
shortly before it ends, and letting it go when the partner refuses it. One lock for
all threads, and one refusal for all requests: a wrong password that is tried again
and again locks the account. The token stays in memory and in no message. What does
not: when a request is sent a second time (`transport`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

import orjson

from hub.connectors import oauth2
from hub.connectors.asking import Ask
from hub.connectors.base import Place
from hub.connectors.envelope import Envelope, open_envelope
from hub.connectors.exact import as_text, dig
from hub.connectors.outcomes import Answer
from hub.errors import DeclarationError, SourceRejected
from hub.partners.secrets import resolve
from hub.partners.spec import Auth
from hub.partners.spec import Login as Declared
from hub.settings import Settings

T = TypeVar("T")
Send = Callable[[Ask, Callable[[Answer], T], Place], T]
TOKEN_KINDS = frozenset({"login", "oauth2"})
# A token is renewed this long before its end, or in the last tenth of a short life.
MARGIN = 60.0


class Login:
    """The token of one partner."""

    def __init__(
        self,
        auth: Auth,
        settings: Settings,
        *,
        send: Send[dict[str, str]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask for nothing yet.

        Args:
            auth: the declaration, of kind `login` or `oauth2`.
            settings: the reader of the environment.
            send: sends a request and judges its answer, as any other.
            monotonic: seconds on a clock that never goes back.
        """
        self._auth = auth
        self._settings = settings
        self._send = send
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._headers: dict[str, str] | None = None
        self._ends: float | None = None
        self._refused: SourceRejected | None = None

    def headers(self, place: Place) -> dict[str, str]:
        """The header with a token that is still good, as far as we know.

        Raises:
            SourceRejected: the partner does not take our credentials, or did not take
                them before.
            SourceUnavailable: it could not be asked.
            SecretMissing: the environment lacks a value.
        """
        with self._lock:
            if self._refused is not None:
                said = self._refused
                raise place.rejected(said.attempted, said.seen, said.next_step)
            ended = self._ends is not None and self._monotonic() >= self._ends
            if self._headers is None or ended:
                self._headers = self._sign_in(place)
            return self._headers

    def forget(self, headers: Mapping[str, str]) -> None:
        """Let go of this token; of no newer one that another thread has fetched."""
        with self._lock:
            if self._headers == headers:
                self._headers = None

    def _sign_in(self, place: Place) -> dict[str, str]:
        flow = self._auth.oauth2 if self._auth.kind == "oauth2" else None
        names = ("key", "secret") if flow else ("username", "password")
        declared = oauth2.as_login(flow) if flow else self._auth.login
        secrets = {name: self._secret(name, place) for name in names}
        if declared is None:
            raise self._incomplete(self._auth.kind, place)
        asked = self._monotonic()

        def judge(answer: Answer) -> dict[str, str]:
            if flow and answer.status in oauth2.REFUSALS:
                path = declared.path
                raise oauth2.refusal(answer, secrets, place=place, path=path)
            envelope = open_envelope(
                answer, declared=None, digits=False, place=place, path=declared.path
            )
            envelope.check_verdict(declared.verdict, hide=tuple(secrets.values()))
            self._ends = _end_of_life(envelope, declared, asked)
            return self._header(envelope, declared, place)

        try:
            ask = _ask(declared, secrets)
            if flow:
                ask = replace(ask, tells=oauth2.REFUSALS)
            if flow and flow.client_in == "header":
                who = oauth2.client_header(secrets)
                ask = replace(ask, headers=ask.headers | who)
            return self._send(ask, judge, place)
        except SourceRejected as said:
            attempted = f"sign in at {declared.path}"
            self._refused = place.rejected(attempted, said.seen, said.next_step)
            raise self._refused from None

    def _header(
        self, envelope: Envelope, declared: Declared, place: Place
    ) -> dict[str, str]:
        token = as_text(dig(envelope.doc, declared.token_field))
        if not token or not (token.isascii() and token.isprintable()):
            raise place.rejected(
                f"sign in at {declared.path}",
                f"its answer holds no token at {declared.token_field}",
                "Compare login in [source] auth with the partner's documentation.",
            )
        if self._auth.kind == "oauth2":
            oauth2.check_type(envelope, place)
        name = self._auth.header or "Authorization"
        return {name: f"{self._auth.scheme} {token}".strip()}

    def _secret(self, name: str, place: Place) -> str:
        declared: str | None = getattr(self._auth, name)
        if declared is None:
            raise self._incomplete(name, place)
        return resolve(self._settings, declared, partner=place.partner, feed=place.feed)

    def _incomplete(self, name: str, place: Place) -> DeclarationError:
        return DeclarationError(
            "sign in",
            seen=f"auth has no {name}",
            next_step=f"Give {name} in [source] auth.",
            partner=place.partner,
            feed=place.feed,
        )


def _end_of_life(envelope: Envelope, declared: Declared, asked: float) -> float | None:
    """When the token should be renewed, on the monotonic clock; null = unknown."""
    text = envelope.text(declared.expires_field) or ""
    try:
        life = float(text)
    except ValueError:
        return None
    return asked + life - min(MARGIN, life / 10)


def _ask(declared: Declared, secrets: Mapping[str, str]) -> Ask:
    body = _filled(declared.body, secrets)
    assert isinstance(body, dict)
    is_whole = "://" in declared.path
    plain = Ask(
        "POST",
        declared.path,
        verb="sign in at",
        anonymous=True,
        address=declared.path if is_whole else None,
    )
    if declared.send == "json":
        return plain.sending(orjson.dumps(body), "application/json")
    texts = {name: as_text(value) or "" for name, value in body.items()}
    if declared.send == "form":
        return plain.sending_form(texts)
    return replace(plain, method="GET", params=texts)


def _filled(template: object, secrets: Mapping[str, str]) -> object:
    if isinstance(template, str):
        for name, value in secrets.items():
            template = template.replace(f"{{{name}}}", value)
        return template
    if isinstance(template, Mapping):
        return {name: _filled(inner, secrets) for name, inner in template.items()}
    if isinstance(template, (list, tuple)):
        return [_filled(inner, secrets) for inner in template]
    return template
