"""Whether tokens, certificates and further hosts are declared completely.

What lives here: OAuth2, `tls`, `hosts`. What does not: the other kinds of credentials
and the address (`check_source`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.partners.problems import Problem, path_of
from hub.partners.redaction import holds_password, is_secret_name
from hub.partners.secrets import is_reference
from hub.partners.spec import OAuth2, Source, Tls

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?")
_TOKEN_URL = re.compile(r"/\S*|https?://[^\s/]+\S*")


def find_access_problems(source: Source, at: str) -> Iterator[Problem]:
    """Everything that is wrong with what is said about tokens and certificates.

    Args:
        source: the declaration.
        at: its place in the file.
    """
    auth = source.auth
    if auth.oauth2 is not None:
        where = path_of(at, "auth", "oauth2")
        if auth.kind != "oauth2":
            yield Problem(
                where,
                f'has no meaning for kind "{auth.kind}"',
                'write kind = "oauth2", or leave it out',
            )
        else:
            yield from _oauth2(auth.oauth2, where)
    if source.connector != "rest":
        for key in ("tls", "hosts"):
            if getattr(source, key):
                what = f'has no meaning for connector "{source.connector}"'
                yield Problem(path_of(at, key), what, "it belongs to rest")
        return
    if source.tls is not None:
        yield from _tls(source.tls, path_of(at, "tls"))
        if (source.base_url or "").lower().startswith("http:"):
            what = "shows certificates, and base_url is http"
            yield Problem(path_of(at, "tls"), what, "write https:// in base_url")
    for host in source.hosts:
        if not _HOST.fullmatch(host):
            yield Problem(
                path_of(at, "hosts"),
                "holds something that is no host",
                'write "name" or "name:port", without https:// and path',
            )


def _oauth2(oauth2: OAuth2, where: str) -> Iterator[Problem]:
    at = path_of(where, "token_url")
    if holds_password(oauth2.token_url):
        yield Problem(at, "spells out a password", "key and secret have their places")
    elif not _TOKEN_URL.fullmatch(oauth2.token_url):
        yield Problem(
            at, "is no address", 'write "/path" below base_url, or a whole "https://…"'
        )
    for name in oauth2.params:
        if is_secret_name(name):
            yield Problem(
                path_of(where, "params", name),
                "looks like a secret that is written out",
                'the client\'s own is secret = "env:NAME" in auth',
            )


def _tls(tls: Tls, where: str) -> Iterator[Problem]:
    if tls.cert is None and tls.ca is None:
        yield Problem(where, "says nothing", "give cert and key, or ca, or all three")
    for key in ("key", "password"):
        if getattr(tls, key) is not None and tls.cert is None:
            yield Problem(path_of(where, key), "needs cert", 'add cert = "env:NAME"')
    for key in Tls.model_fields:
        value = getattr(tls, key)
        if value is not None and not is_reference(value):
            yield Problem(
                path_of(where, key),
                "is no reference to a variable",
                f'put it into a variable and write {key} = "env:NAME"',
            )
