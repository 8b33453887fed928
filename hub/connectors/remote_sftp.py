"""Folders over SFTP, by paramiko.

What lives here: a session whose host key was vouched for, its listings and files.
A key that the known-hosts file does not hold ends the attempt: whoever accepts it
reads files of a stranger and tells him the password. Neither an agent nor keys of
the machine's user are tried. What does not: trying again (`remote`).
"""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator

import paramiko

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

_AHEAD = 32  # requests under way, of 32 KB each
_OTHER_KEY = Refusal(
    "its host key is not the one in known_hosts",
    "Ask the partner whether the key was changed; only then correct known_hosts.",
)
_NO_KEY = Refusal(
    "known_hosts holds no key of this host and port",
    "Get the key from the partner, compare it, and add it to known_hosts.",
)
_NO_KEY_FILE = Refusal("our key file cannot be read as a private key", CHECK_AUTH)


class _Unknown(Exception):
    """The known-hosts file does not name the host."""


class _RefuseUnknown(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
    def missing_host_key(self, *_arguments: object) -> None:
        raise _Unknown


class SftpServer:
    """One SFTP session."""

    failures = (OSError, EOFError, ValueError, paramiko.SSHException, _Unknown)
    seekable = True

    def __init__(self, address: Address) -> None:
        """Connect to nothing yet."""
        # It logs failures of connections with their traces; we word our own.
        logging.getLogger("paramiko").setLevel(logging.CRITICAL)
        self._address = address
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None

    def connect(self) -> None:
        """See `Server`."""
        address, seconds = self._address, self._address.timeout
        known = address.file("known_hosts")
        by_key = address.auth.kind == "key_file"
        password = address.secret("password")
        self._client = client = paramiko.SSHClient()
        client.load_host_keys(str(known))
        client.set_missing_host_key_policy(_RefuseUnknown())
        client.connect(
            address.host,
            port=address.parts.port or 22,
            username=address.secret("username"),
            password=None if by_key else password,
            key_filename=str(address.file("key_file")) if by_key else None,
            passphrase=password if by_key else None,
            allow_agent=False,
            look_for_keys=False,
            timeout=seconds,
            banner_timeout=seconds,
            auth_timeout=seconds,
            channel_timeout=seconds,
        )
        self._sftp = client.open_sftp()
        self._sftp.get_channel().settimeout(seconds)

    def listing(self, path: str) -> list[Item]:
        """See `Server`; links are not followed."""
        return [_item(one.filename, one) for one in self._session.listdir_attr(path)]

    def item(self, path: str) -> Item:
        """See `Server`."""
        return _item(path.rpartition("/")[2], self._session.lstat(path))

    def read(self, path: str, size: int) -> Iterator[bytes]:
        """See `Server`."""
        with self._session.open(path, "rb") as file:
            file.prefetch(size, max_concurrent_requests=_AHEAD)
            while piece := file.read(PIECE):
                yield piece

    def open(self, path: str) -> paramiko.SFTPFile:
        """The file, readable at any place."""
        return self._session.open(path, "rb", bufsize=PIECE)

    def refusal(self, error: Exception) -> Refusal | None:
        """See `Server`."""
        if isinstance(error, _Unknown):
            return _NO_KEY
        if isinstance(error, paramiko.BadHostKeyException):
            return _OTHER_KEY
        if isinstance(error, paramiko.PasswordRequiredException):
            step = "Write the passphrase's variable as password in auth."
            return Refusal("our key file is protected by a passphrase", step)
        if isinstance(error, paramiko.AuthenticationException):
            return BAD_LOGIN
        if isinstance(error, UnicodeDecodeError):
            return BAD_NAMES
        if isinstance(error, ValueError) or "private key" in str(error):
            return _NO_KEY_FILE
        return MAY_NOT_READ if isinstance(error, PermissionError) else None

    def close(self) -> None:
        """See `Server`."""
        client, self._client, self._sftp = self._client, None, None
        if client is not None:
            client.close()

    @property
    def _session(self) -> paramiko.SFTPClient:
        if self._sftp is None:
            raise EOFError
        return self._sftp


def connect_to(address: Address) -> SftpServer:
    """The server at an address."""
    return SftpServer(address)


def _item(name: str, found: paramiko.SFTPAttributes) -> Item:
    mode = found.st_mode or 0
    if stat.S_ISDIR(mode):
        return Item(name, "folder", 0, None)
    if not stat.S_ISREG(mode):
        return Item(name, "other", 0, None)
    stamp = None if found.st_mtime is None else str(found.st_mtime)
    return Item(name, "file", found.st_size or 0, stamp, found.st_mtime)
