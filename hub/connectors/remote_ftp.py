"""Folders over FTP, by the standard library.

What lives here: a session, its listings and files. FTP has no encryption, so this
is for partners who have nothing else. File names are UTF-8, or GB18030 where they
cannot be, as text files are read. A server without MLSD, such as that of Windows,
is asked for size and time of each name. What does not: trying again (`remote`).
"""

from __future__ import annotations

import ftplib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal

from hub.connectors.remote_servers import (
    BAD_LOGIN,
    BAD_NAMES,
    CHECK_AUTH,
    MAY_NOT_READ,
    PIECE,
    Address,
    Item,
    Refusal,
)

_NOT_LOGGED_IN = "530"
_NO_FILE = "550"
_UNKNOWN = ("500", "501", "502", "504")


class FtpServer:
    """One FTP session."""

    failures = (OSError, EOFError, ftplib.Error, ValueError)
    seekable = False

    def __init__(self, address: Address) -> None:
        """Connect to nothing yet."""
        self._address = address
        self._ftp: ftplib.FTP | None = None
        self._encoding = "utf-8"

    def connect(self) -> None:
        """See `Server`."""
        address = self._address
        ftp = ftplib.FTP(timeout=address.timeout, encoding=self._encoding)  # noqa: S321
        self._ftp = ftp
        ftp.connect(address.host, address.parts.port or ftplib.FTP_PORT)
        ftp.login(address.secret("username") or "", address.secret("password") or "")
        ftp.voidcmd("TYPE I")

    def listing(self, path: str) -> list[Item]:
        """See `Server`."""
        try:
            return self._listing(path)
        except UnicodeDecodeError:
            if self._encoding != "utf-8":
                raise
            self.close()
            self._encoding = "gb18030"
            self.connect()
            return self._listing(path)

    def _listing(self, path: str) -> list[Item]:
        try:
            found = list(self._session.mlsd(path, ["type", "size", "modify"]))
        except ftplib.error_perm as error:
            if not str(error).startswith(_UNKNOWN):
                raise self._absent(error) from None
            return self._by_name(path)
        return [
            _file(name, int(facts.get("size", 0)), facts.get("modify"))
            if facts.get("type", "").lower() == "file"
            else Item(name, _kind(facts.get("type", "")), 0, None)
            for name, facts in found
            if name not in {".", ".."}
        ]

    def _by_name(self, path: str) -> list[Item]:
        try:
            names = self._session.nlst(path)
        except ftplib.error_perm as error:
            # Many say so of an empty folder too; then it can be entered.
            try:
                self._session.cwd(path)
            except ftplib.error_perm as closed:
                raise self._absent(closed) from None
            if str(error).startswith(_NO_FILE):
                return []
            raise
        plain = [name.replace("\\", "/").rpartition("/")[2] for name in names]
        return [self._asked(f"{path.rstrip('/')}/{name}") for name in plain]

    def item(self, path: str) -> Item:
        """See `Server`."""
        found = self._asked(path)
        if found.kind == "folder":
            raise FileNotFoundError
        return found

    def _asked(self, path: str) -> Item:
        """Size and time by a question each; what has no size is a folder."""
        name = path.rpartition("/")[2]
        self._session.voidcmd("TYPE I")  # a listing by name leaves it at text
        try:
            size = self._session.size(path)
        except ftplib.error_perm:
            return Item(name, "folder", 0, None)
        stamp = None
        with suppress(ftplib.error_perm):
            stamp = self._session.voidcmd(f"MDTM {path}").removeprefix("213").strip()
        return _file(name, size or 0, stamp)

    def read(self, path: str, size: int) -> Iterator[bytes]:
        """See `Server`; a transfer that the server does not confirm is a failure."""
        del size
        try:
            data = self._session.transfercmd(f"RETR {path}")
        except ftplib.error_perm as error:
            raise self._absent(error) from None
        with data:
            while piece := data.recv(PIECE):
                yield piece
        self._session.voidresp()

    def open(self, path: str) -> Any:
        """FTP sends a file from its beginning only, or not reliably otherwise."""
        raise NotImplementedError(path)

    def refusal(self, error: Exception) -> Refusal | None:
        """See `Server`."""
        if isinstance(error, UnicodeDecodeError):
            return BAD_NAMES
        if isinstance(error, ValueError):
            return Refusal("user name or password hold a line break", CHECK_AUTH)
        if isinstance(error, ftplib.error_perm):
            said = str(error)[:3]
            return BAD_LOGIN if said == _NOT_LOGGED_IN else MAY_NOT_READ
        return None

    def close(self) -> None:
        """See `Server`."""
        ftp, self._ftp = self._ftp, None
        if ftp is not None:
            ftp.close()

    def _absent(self, error: ftplib.error_perm) -> Exception:
        return FileNotFoundError() if str(error).startswith(_NO_FILE) else error

    @property
    def _session(self) -> ftplib.FTP:
        if self._ftp is None:
            raise EOFError
        return self._ftp


def connect_to(address: Address) -> FtpServer:
    """The server at an address."""
    return FtpServer(address)


def _file(name: str, size: int, stamp: str | None) -> Item:
    """A file by the time that FTP gives, which is UTC."""
    changed = None
    with suppress(ValueError):
        at = datetime.strptime((stamp or "")[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        changed = at.timestamp()
    return Item(name, "file", size, stamp, changed)


def _kind(said: str) -> Literal["folder", "other"]:
    return "folder" if said.lower() == "dir" else "other"
