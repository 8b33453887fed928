"""What every protocol of a remote folder must be able to do, and which there are.

What lives here: the words between a protocol and `remote`, credentials at the
moment of use, and the choice by scheme. A protocol's library is an optional extra
and is imported only here on. What does not: the protocols themselves, trying again
and fetching whole files (`remote`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, cast
from urllib.parse import SplitResult, unquote, urlsplit

from hub.errors import DeclarationError
from hub.partners.check_folder import SCHEMES, find_folder_problems, scheme_of
from hub.partners.secrets import resolve
from hub.partners.spec import Auth, Partner
from hub.settings import Settings

PIECE = 1 << 18
_EXTRAS = {"sftp": "sftp", "s3": "s3"}


class Refusal(NamedTuple):
    """The server's answer is no; trying again cannot help.

    Attributes:
        seen: what it refused, in our words.
        step: what to do.
    """

    seen: str
    step: str


CHECK_AUTH = "Check [source] auth and the environment variables it names."
MAY_NOT_READ = Refusal(
    "our login may not read it", "Ask the partner for the right to read the folder."
)
BAD_LOGIN = Refusal("it refused our credentials", CHECK_AUTH)

BAD_NAMES = Refusal(
    "one of its file names cannot be decoded", "Ask the partner for names in UTF-8."
)


class Item(NamedTuple):
    """One entry of a remote folder.

    Attributes:
        name: without its folder.
        kind: "other" is a link, a device or whatever else is no file.
        size: bytes; 0 for what is no file.
        stamp: what the server changes with the content; null if it says nothing.
        changed: seconds since 1970 of the last change, where the server says so.
    """

    name: str
    kind: Literal["file", "folder", "other"]
    size: int
    stamp: str | None
    changed: float | None = None


class Server(Protocol):
    """One connection; every method may raise `FileNotFoundError` and `failures`."""

    failures: tuple[type[Exception], ...]
    """What its library raises."""
    seekable: bool
    """Whether `open` gives any place of a file without sending all of it."""

    def connect(self) -> None:
        """Connect and sign in."""
        ...

    def listing(self, path: str) -> list[Item]:
        """What lies in a folder."""
        ...

    def item(self, path: str) -> Item:
        """One file as it is now."""
        ...

    def open(self, path: str) -> Any:
        """A file that can be read at any place, where `seekable`."""
        ...

    def read(self, path: str, size: int) -> Iterator[bytes]:
        """The content of a file, piece by piece.

        Args:
            path: the file.
            size: bytes that it is known to have.
        """
        ...

    def refusal(self, error: Exception) -> Refusal | None:
        """What a failure says, where trying again cannot help."""
        ...

    def close(self) -> None:
        """Hang up; also where nothing was connected."""
        ...


@dataclass(frozen=True)
class Address:
    """Where a folder is, and what is needed to get there.

    Attributes:
        parts: the address, split.
        root: path of the folder on the server.
        timeout: seconds to wait for the next bytes.
        secret: value of a key of [source] or [source] auth, resolved when asked for.
        auth: kind and names of the credentials.
    """

    parts: SplitResult
    root: str
    timeout: float
    secret: Callable[[str], str | None]
    auth: Auth

    @property
    def host(self) -> str:
        """The host, or the bucket."""
        return self.parts.hostname or ""

    def file(self, key: str) -> Path:
        """A file of this machine that a key names.

        Raises:
            DeclarationError: it is not there.
        """
        path = Path(self.secret(key) or "")
        if not path.is_file():
            raise DeclarationError(
                f"connect to {self.host}",
                seen=f"there is no file where {key} points",
                next_step=f"Correct {key}, or put the file there.",
            )
        return path


def open_server(
    folder: str, partner: Partner, settings: Settings
) -> tuple[Server, str]:
    """The server of a folder, not connected yet, and the folder's path there.

    Raises:
        DeclarationError: the address or its credentials are not as they must be, or
            the library for it is not installed.
        SecretMissing: the declaration names a variable that is not set.
    """
    declared = partner.source.model_copy(update={"folder": folder})
    # The address may come from a variable, of which nobody could judge before.
    for problem in find_folder_problems(declared):
        raise DeclarationError(
            "look into the remote folder",
            seen=problem.line,
            next_step="Correct [source] or the variable that holds the address.",
            partner=partner.id,
        )
    scheme = scheme_of(folder)
    assert scheme in SCHEMES
    parts = urlsplit(folder)

    def secret(key: str) -> str | None:
        owner = partner.source if hasattr(partner.source, key) else partner.source.auth
        text = getattr(owner, key)
        return None if text is None else resolve(settings, text, partner=partner.id)

    address = Address(
        parts,
        _root(parts),
        partner.source.limits.timeout_seconds,
        secret,
        partner.source.auth,
    )
    try:
        module = importlib.import_module(f"hub.connectors.remote_{scheme}")
    except ModuleNotFoundError as error:
        extra = _EXTRAS.get(scheme, scheme)
        raise DeclarationError(
            f"read a folder at {scheme}://",
            seen=f"the package {error.name} is not installed here",
            next_step=f"Install the hub with its extra: city-hub[{extra}].",
            partner=partner.id,
        ) from None
    return cast(Server, module.connect_to(address)), address.root


def _root(parts: SplitResult) -> str:
    """The path as the server knows it."""
    path = unquote(parts.path).rstrip("/")
    if parts.scheme.lower() == "s3":
        return f"{parts.netloc}{path}"
    if path == "/~" or path.startswith("/~/"):
        return path[3:] or "."
    return path or "/"
