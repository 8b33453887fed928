"""Whether the system behind a partner can be reached as it is declared.

What lives here: address and credentials fit the connector, no secret is written
out, a sign-in says everything it needs. What does not: OAuth2, certificates and hosts
(`check_access`), remote folders (`check_folder`), feeds (`check_feed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.partners.check_access import find_access_problems
from hub.partners.check_folder import find_folder_problems
from hub.partners.check_push import find_push_problems
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.redaction import holds_password, is_secret_name
from hub.partners.secrets import is_reference
from hub.partners.spec import Auth, Login, Source
from hub.partners.templates import leaves

_NEEDED = {
    "basic": ("username", "password"),
    "bearer": ("token",),
    "api_key": ("token",),
    "signed": ("key", "secret"),
    "login": ("username", "password", "login"),
    "oauth2": ("key", "secret", "oauth2"),
    "template": ("username", "password"),
    "key_file": ("username", "key_file"),
    "access_key": ("key", "secret"),
}
_LOGIN = ("username", "password")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_ADDRESS = {
    "rest": "base_url",
    "sql": "url",
    "files": "folder",
    "queue": "url",
    "push": "consumer",
}


def find_source_problems(source: Source, at: str = "source") -> Iterator[Problem]:
    """Address and credentials fit the connector, and no secret is written out.

    Args:
        source: the declaration.
        at: its place in the file.
    """
    needed = _ADDRESS[source.connector]
    if getattr(source, needed) is None:
        yield Problem(
            at,
            f'connector "{source.connector}" needs {needed}',
            'name the consumer that sends, e.g. consumer = "qiaokou"'
            if needed == "consumer"
            else f'write {needed} = "…" or "env:NAME"',
        )
    addresses = tuple(dict.fromkeys(_ADDRESS.values()))
    for key in addresses:
        if key != needed and getattr(source, key) is not None:
            yield Problem(
                path_of(at, key),
                f'has no meaning for connector "{source.connector}"',
                f"leave it out, or did you mean {needed}?",
            )
    for key in addresses:
        address = getattr(source, key)
        if address is not None and holds_password(address):
            yield Problem(
                path_of(at, key),
                "spells out a password",
                'put the whole address into a variable and write "env:NAME"',
            )
        elif address is not None:
            yield from _reference(path_of(at, key), address)
    yield from find_push_problems(source, at)
    yield from find_folder_problems(source, at)
    yield from _auth(source.auth, path_of(at, "auth"))
    yield from find_access_problems(source, at)


def _auth(auth: Auth, at: str) -> Iterator[Problem]:
    """The parts that the kind needs are there, secret ones by reference."""
    needed = _NEEDED.get(auth.kind, ())
    by_reference = {"token", "password", "secret"}
    if auth.kind == "api_key" and auth.key is not None:
        needed, by_reference = ("key",), by_reference | {"key"}
    if auth.kind == "access_key":
        by_reference |= {"key"}
    for key in needed:
        if getattr(auth, key) is None:
            yield Problem(at, f'kind "{auth.kind}" needs {key}', f"write {key} = …")
    for key in sorted(Auth.secret_fields):
        value = getattr(auth, key)
        if value is None:
            continue
        where = path_of(at, key)
        if key in by_reference and not value.startswith("env:"):
            yield Problem(
                where,
                "is written out",
                f'put it into a variable and write {key} = "env:NAME"',
            )
        else:
            yield from _reference(where, value)
    if auth.kind != "login" and auth.login is not None:
        yield Problem(
            path_of(at, "login"),
            f'has no meaning for kind "{auth.kind}"',
            'write kind = "login", or leave it out',
        )
    elif auth.login is not None:
        yield from _login(auth.login, path_of(at, "login"))


def _login(login: Login, where: str) -> Iterator[Problem]:
    """User name and password have their places, and no secret is written out."""
    used: set[str] = set()
    for path, value in leaves(login.body):
        if not isinstance(value, str):
            continue
        at = path_of(where, "body", *path)
        names = set(_PLACEHOLDER.findall(value))
        used |= names
        if value.startswith("env:"):
            yield Problem(
                at,
                "would be sent as it is written",
                'write "{username}" or "{password}"',
            )
        elif is_secret_name(path[-1]) and not names:
            yield Problem(
                at, "looks like a secret that is written out", 'write "{password}"'
            )
        yield from (
            not_allowed(
                at,
                kind="placeholder",
                given=f"{{{name}}}",
                allowed=[f"{{{known}}}" for known in _LOGIN],
            )
            for name in sorted(names - set(_LOGIN))
        )
    if "password" not in used:
        yield Problem(
            path_of(where, "body"), "holds no {password}", "say where it goes"
        )


def _reference(where: str, value: str) -> Iterator[Problem]:
    if value.startswith("env:") and not is_reference(value):
        yield Problem(
            where, "is no reference to a variable", 'write "env:" and its name'
        )
