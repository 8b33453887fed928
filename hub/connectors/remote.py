"""Folders of servers: what lies there, and files of it whole or not at all.

What lives here: asking a server until it answers, in the partner's pace; walking
down a folder; and fetching a file so that what arrives is what was listed. A file
is known by its size and by what the server says of its version, since fetching
everything to see whether it is new would cost more every day. Messages name the
host and the file, never a user, and no word of the server. What does not: the
protocols (`remote_sftp`, `remote_ftp`, `remote_s3`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

from hub.connectors import tally
from hub.connectors.base import Place
from hub.connectors.file_proof import digest_of
from hub.connectors.folder import LINK, Entry, FileChanged
from hub.connectors.outcomes import Passing, waiting_time
from hub.connectors.pace import Pace
from hub.connectors.patterns import matcher
from hub.connectors.remote_servers import Item, Server, open_server
from hub.connectors.scratch import Scratch
from hub.partners.spec import Partner
from hub.settings import Settings

T = TypeVar("T")
_ANY_DEPTH = "**"
_ODD = re.compile(r"[\x00-\x1f\x7f/]")


class RemoteFolder:
    """A folder of a server; see `Folder`."""

    def __init__(
        self,
        folder: str,
        partner: Partner,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect to nothing yet.

        Args:
            folder: its address.
            partner: credentials and limits.
            settings: secrets.
            sleep: waits so many seconds.
            monotonic: seconds on a clock that never goes back.

        Raises:
            DeclarationError: the address or its credentials are not as they must be.
        """
        limits = partner.source.limits
        self._server, self._root = open_server(folder, partner, settings)
        self._host = urlsplit(folder).hostname or "the server"
        self._attempts = limits.attempts
        self._pace = Pace(limits.per_minute, sleep=sleep, monotonic=monotonic)
        self._sleep = sleep
        self._connected = False
        self._items: dict[str, Item] | None = None
        self._scratch = Scratch()

    def look(self, pattern: str, place: Place) -> Iterator[Entry]:
        """See `Folder`; only folders that the pattern reaches are opened."""
        steps = PurePosixPath(pattern).parts
        deep = _ANY_DEPTH in steps
        items: dict[str, Item] = {}
        open_ones = [""]
        while open_ones:
            above = open_ones.pop()
            level = above.count("/")
            for item in self._listing(above, place):
                name = above + item.name
                if _ODD.search(item.name) or item.name in {"", ".", ".."}:
                    item = item._replace(kind="other")  # whatever it leads to
                items[name] = item
                on_way = level + 1 < len(steps) and fnmatchcase(item.name, steps[level])
                if item.kind == "folder" and (deep or on_way):
                    open_ones.append(f"{name}/")
        self._items = items
        fits = matcher(pattern)
        for name, item in sorted(items.items()):
            if item.kind != "folder" and fits(name):
                passed = LINK if item.kind == "other" else None
                yield Entry(name, item.size, passed, item.changed)

    def holds(self, name: str, place: Place) -> bool:
        """See `Folder`."""
        if self._items is not None:
            found = self._items.get(name)
            return found is not None and found.kind == "file"
        try:
            return self._item(name, place).kind == "file"
        except FileNotFoundError:
            return False

    def version(self, name: str, place: Place) -> str:
        """Size and stamp; SHA-256 where the server gives no stamp."""
        item = (self._items or {}).get(name) or self._item(name, place)
        if item.stamp is None:
            return digest_of(self.fetch(name, None, place))
        return _told(item)

    def fetch(self, name: str, version: str | None, place: Place) -> Path:
        """A copy of the file; see `Folder`."""

        def ask(server: Server) -> Path:
            path = self._path(name)
            before = server.item(path)
            if version is not None and before.stamp and _told(before) != version:
                raise FileChanged
            pieces = server.read(path, before.size)
            copy = self._scratch.write(_at_most(pieces, before.size))
            if server.item(path) != before:
                raise FileChanged
            came = copy.stat().st_size
            if came < before.size:
                raise Passing(f"only {came} of {before.size} bytes came")
            return copy

        copy = self._steadily(f"fetch {name}", ask, place)
        if version is not None and _is_digest(version) and digest_of(copy) != version:
            raise FileChanged
        return copy

    def peek(self, name: str, place: Place, look: Callable[[BinaryIO], T]) -> T:
        """Look into a file at any place, without fetching all of it where possible."""
        if not self._server.seekable:
            with self.fetch(name, None, place).open("rb") as file:
                answer: T = look(file)
                return answer

        def ask(server: Server) -> T:
            with server.open(self._path(name)) as file:
                answer: T = look(file)
                return answer

        return self._steadily(f"look into {name}", ask, place)

    def clear(self) -> None:
        """See `Folder`."""
        self._scratch.close()

    def close(self) -> None:
        """See `Folder`."""
        self._hang_up()
        self._scratch.close()

    def _listing(self, below: str, place: Place) -> list[Item]:
        path = self._path(below.rstrip("/"))
        try:
            return self._steadily(
                "look into the folder", lambda server: server.listing(path), place
            )
        except FileNotFoundError:
            if below:
                return []  # it went away since its own folder was read
            raise place.unavailable(
                f"look into the folder at {self._host}",
                "there is no such folder, or it may not be entered",
                "Check folder in [source].",
            ) from None

    def _item(self, name: str, place: Place) -> Item:
        path = self._path(name)
        return self._steadily(
            f"look at {name}", lambda server: server.item(path), place
        )

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}" if name else self._root

    def _steadily(self, deed: str, ask: Callable[[Server], T], place: Place) -> T:
        """Ask until there is an answer, with a new connection after each failure."""
        retrying = Retrying(
            stop=stop_after_attempt(self._attempts),
            retry=retry_if_exception_type(Passing),
            wait=waiting_time,
            before=tally.counting(place),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(lambda: self._attempt(deed, ask, place))
        except Passing as last:
            tries = self._attempts
            raise place.unavailable(
                f"{deed} at {self._host}",
                f"{last.seen}, {tries} attempts" if tries > 1 else last.seen,
                "Try again later; if it stays so, tell the partner.",
            ) from None

    def _attempt(self, deed: str, ask: Callable[[Server], T], place: Place) -> T:
        self._pace.wait()
        server = self._server
        try:
            if not self._connected:
                server.connect()
                self._connected = True
            return ask(server)
        except FileNotFoundError:
            raise
        except (Passing, FileChanged):
            self._hang_up()  # a transfer may be under way still
            raise
        except server.failures as error:
            refusal = server.refusal(error)
            self._hang_up()
            if refusal is not None:
                attempted = f"{deed} at {self._host}"
                raise place.rejected(attempted, *refusal) from None
            was = "could not be reached" if isinstance(error, ConnectionError) else ""
            words = was or f"broke off ({type(error).__name__})"
            raise Passing(f"the connection {words}") from None

    def _hang_up(self) -> None:
        self._connected = False
        self._server.close()


def _told(item: Item) -> str:
    return f"{item.size} bytes, {item.stamp}"


def _is_digest(version: str) -> bool:
    return " bytes, " not in version


def _at_most(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The pieces, unless they are more than was listed: then the file is growing."""
    came = 0
    for piece in pieces:
        came += len(piece)
        if came > size:
            raise FileChanged
        yield piece
