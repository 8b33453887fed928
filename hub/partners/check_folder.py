"""Whether a folder of files can be reached as it is declared.

What lives here: the schemes of remote folders, and which credentials and keys each
of them takes. All of it is judged from the file alone, no server is asked. A folder
behind `env:NAME` is only known when it is read, so nothing is said of it here. What
does not: addresses and credentials in general (`check_source`), opening a folder
(`hub.connectors.folder`).
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.secrets import is_reference
from hub.partners.source import Source

_AUTH = {
    "sftp": ("basic", "key_file"),
    "ftp": ("none", "basic"),
    "s3": ("none", "access_key"),
}
_OWN = {"known_hosts": "sftp", "endpoint": "s3", "region": "s3"}
SCHEMES = tuple(_AUTH)
_ELSEWHERE = ("key_file", "access_key")


def scheme_of(folder: str) -> str | None:
    """What stands before `://`; null for a path of this machine."""
    scheme, found, _ = folder.partition("://")
    return scheme.lower() if found else None


def find_folder_problems(source: Source, at: str = "source") -> Iterator[Problem]:
    """Everything about the folder that can be told without looking into it.

    Args:
        source: the declaration.
        at: its place in the file.
    """
    for key in _OWN:
        value = getattr(source, key)
        if value is not None and value.startswith("env:") and not is_reference(value):
            yield Problem(
                path_of(at, key),
                "is no reference to a variable",
                'write "env:" and its name',
            )
    folder = source.folder if source.connector == "files" else None
    if folder is not None and folder.startswith("env:"):
        return
    scheme = scheme_of(folder) if folder is not None else None
    if scheme is not None and scheme not in SCHEMES:
        yield not_allowed(
            path_of(at, "folder"),
            kind="scheme",
            given=scheme,
            allowed=SCHEMES,
            advice="a path of this machine needs none",
        )
        return
    yield from _keys(source, scheme, at)
    if scheme is not None and folder is not None:
        yield from _address(folder, scheme, at)


def _keys(source: Source, scheme: str | None, at: str) -> Iterator[Problem]:
    """Credentials and keys are those of the scheme, and none is missing."""
    for key, owner in _OWN.items():
        if getattr(source, key) is not None and scheme != owner:
            yield Problem(
                path_of(at, key),
                f"has no meaning without a folder at {owner}://",
                "leave it out",
            )
    kind = source.auth.kind
    if scheme is None and kind in _ELSEWHERE:
        yield Problem(
            path_of(at, "auth"),
            f'kind "{kind}" has no meaning without a remote folder',
            "leave it out",
        )
    elif scheme is not None and kind not in _AUTH[scheme]:
        yield not_allowed(
            path_of(at, "auth"),
            kind=f"kind of credentials for {scheme}://",
            given=kind,
            allowed=_AUTH[scheme],
        )
    if scheme == "sftp" and source.known_hosts is None:
        yield Problem(
            at,
            "a folder at sftp:// needs known_hosts",
            "name a file with the server's key, got from the partner or by ssh-keyscan "
            "and compared with what the partner says",
        )


def _address(folder: str, scheme: str, at: str) -> Iterator[Problem]:
    """Host, or bucket, and nothing secret."""
    where = path_of(at, "folder")
    try:
        parts = urlsplit(folder)
        good = bool(parts.hostname) and (parts.port is None or scheme != "s3")
    except ValueError:
        good = False
    if not good:
        form = "bucket/prefix" if scheme == "s3" else "host:port/path"
        yield Problem(where, "is no address", f'write "{scheme}://{form}"')
    elif parts.username is not None:
        yield Problem(where, "names a user", "write username in auth")
    elif parts.query or parts.fragment:
        yield Problem(where, "has something after the path", "leave out ? and #")
