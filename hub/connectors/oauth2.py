"""OAuth2's client credentials (RFC 6749, 4.4) in the words of a sign-in.

What lives here: the token request, its Basic header, and what a token endpoint says
about itself. What does not: keeping and renewing a token (`login`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote_plus

from hub.connectors.base import Place
from hub.connectors.envelope import Envelope, open_envelope, quotable
from hub.connectors.outcomes import Answer, Passing
from hub.errors import SourceRejected
from hub.partners.secrets import redact
from hub.partners.spec import Login, OAuth2

# With these a token endpoint says why not, in its body (RFC 6749, 5.2).
REFUSALS = frozenset({400, 401})
_TOKEN, _LIFE = "access_token", "expires_in"


def as_login(declared: OAuth2) -> Login:
    """The token request, with `{key}` and `{secret}` where they go in its form."""
    body = {"grant_type": "client_credentials"}
    if declared.scope:
        body["scope"] = declared.scope
    body |= declared.params
    if declared.client_in == "body":
        body |= {"client_id": "{key}", "client_secret": "{secret}"}
    return Login(
        path=declared.token_url,
        send="form",
        body=body,
        token_field=_TOKEN,
        expires_field=_LIFE,
    )


def client_header(secrets: Mapping[str, str]) -> dict[str, str]:
    """RFC 6749, 2.3.1: both halves are form-encoded before they are joined."""
    client, secret = quote_plus(secrets["key"]), quote_plus(secrets["secret"])
    coded = base64.b64encode(f"{client}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {coded}"}


def refusal(
    answer: Answer, secrets: Mapping[str, str], *, place: Place, path: str
) -> SourceRejected:
    """The error for an answer with one of `REFUSALS`."""
    try:
        envelope = open_envelope(
            answer, declared=None, digits=False, place=place, path=path
        )
        told = envelope.text("error") or "no reason given"
    except (Passing, SourceRejected):
        told = "no reason given"
    shown = quotable(redact(told, tuple(secrets.values())))
    return place.rejected(
        f"sign in at {path}",
        f"it refused our credentials (HTTP {answer.status}, {shown})",
        "Check [source] auth and the environment variables it names.",
    )


def check_type(envelope: Envelope, place: Place) -> None:
    """Refuse a token that is used in a way we do not know (RFC 6749, 7.1)."""
    kind = envelope.text("token_type") or "bearer"
    if kind.lower() != "bearer":
        raise place.rejected(
            f"sign in at {envelope.path}",
            f"its token is of type {quotable(kind)}, not Bearer",
            "Ask the partner for another way to sign in.",
        )
