"""The typed declaration of how the hub proves who it is, and of what an answer says.

What lives here: credentials by reference, signing in, certificates, and the verdict of
an answer. `hub.partners.spec` re-exports every name. What does not: address and
reading (`source`), proving anything (`hub.connectors`).
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field

from hub.partners.base import Strict


class Verdict(Strict):
    """Where an answer with HTTP 200 says whether it is one."""

    field: str
    """Path of the verdict in the answer."""
    good: tuple[str, ...]
    """Values that mean success, as text (`"false"`, `"0"`, `"200"`)."""
    message: str | None = None
    """Path of the partner's own message."""
    busy: tuple[str, ...] = ()
    """Values that pass by themselves: the request is sent again, as after HTTP 503."""
    expired: tuple[str, ...] = ()
    """auth `login`, `oauth2`: values that mean our token is gone; a new one is fetched
    once."""


class Login(Strict):
    """The request that exchanges user name and password for a token."""

    path: str
    """Address of the sign-in, below base_url."""
    send: Literal["json", "form", "query"] = "json"
    """How `body` travels: a POST of JSON or of a form, or a GET with a query."""
    body: dict[str, Any] = Field(
        default_factory=lambda: {"username": "{username}", "password": "{password}"}
    )
    """What is sent, as a template with `{username}` and `{password}`."""
    verdict: Verdict | None = None
    """Where the answer says whether it succeeded."""
    token_field: str
    """Path of the token in the answer."""
    expires_field: str | None = None
    """Path of the token's life in seconds; without it the token is used until it is
    refused."""


class OAuth2(Strict):
    """Where client credentials are exchanged for a token (RFC 6749, 4.4)."""

    token_url: str
    """Token endpoint: a path below base_url, or a whole address on its host or one of
    `hosts`."""
    scope: str | None = None
    """Scopes asked for, with blanks between."""
    client_in: Literal["header", "body"] = "header"
    """Where client id and secret travel: HTTP Basic, or the fields `client_id` and
    `client_secret` of the form."""
    params: dict[str, str] = Field(default_factory=dict)
    """Further fields of the form, e.g. `audience`."""


class Tls(Strict):
    """Certificates of the connection; PEM files, their paths by reference."""

    secret_fields: ClassVar[frozenset[str]] = frozenset({"password"})

    cert: str | None = None
    """Path of our certificate and its chain, as `env:NAME`."""
    key: str | None = None
    """Path of its private key, as `env:NAME`; without it the key stands in `cert`."""
    password: str | None = None
    """Password of the private key, as `env:NAME`."""
    ca: str | None = None
    """Path of the authorities that may vouch for the partner, as `env:NAME`; without it
    the public ones."""


class Auth(Strict):
    """How the hub proves who it is. Secret values are references, `env:NAME`."""

    secret_fields: ClassVar[frozenset[str]] = frozenset(
        {"token", "password", "secret", "key", "username"}
    )

    kind: Literal[
        "none",
        "basic",
        "bearer",
        "api_key",
        "signed",
        "login",
        "oauth2",
        "template",
        "key_file",
        "access_key",
    ] = "none"
    """`basic` needs username and password, `bearer` a token, `api_key` a token or
    key, `signed` key and secret, `login` username, password and the table login,
    `oauth2` key, secret and the table oauth2, `template` username and password, whose
    places are `{username}` and `{password}` in params, body or envelope. Remote
    folders: `basic` for sftp and ftp, `key_file` (username and key_file) for sftp,
    `access_key` (key and secret) for s3."""
    token: str | None = None
    """Bearer token or API key, as `env:NAME`."""
    username: str | None = None
    """User name; may be `env:NAME`."""
    password: str | None = None
    """Password, as `env:NAME`."""
    header: str | None = None
    """Header of the API key (else `X-API-Key`), of the signature (else `sign`) or of
    a token got by `login` or `oauth2` (else `Authorization`)."""
    scheme: str = "Bearer"
    """login, oauth2: word before the token in its header; empty for the bare token."""
    login: Login | None = None
    """login: the request that fetches the token."""
    oauth2: OAuth2 | None = None
    """oauth2: where the token comes from."""
    key: str | None = None
    """Public half of a signing pair (appKey) or client id, may be `env:NAME`;
    access_key: the access key, as `env:NAME`."""
    secret: str | None = None
    """Secret half of a signing pair or access key, or client secret, as `env:NAME`."""
    key_file: str | None = None
    """key_file: path of our private key, may be `env:NAME`; `password` is its
    passphrase, if it has one."""
    algorithm: Literal["md5", "sha256", "sm3", "hmac-sha256", "hmac-sm3"] = (
        "hmac-sha256"
    )
    """How the sorted parameters are signed; SM3 is GB/T 32905."""
    timestamp: Literal["seconds", "milliseconds"] = "seconds"
    """Unit of the time stamp that is signed along."""
    nonce: str = "nonce"
    """signed: name of the text that is used once; empty for partners that want none."""
    upper: bool = False
    """Whether the signature is sent in upper-case hex."""
    expires_on: date | None = None
    """Last day of the token, password or key, where the partner has named one; alarm
    A09 comes before it."""
