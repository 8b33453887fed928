"""Folders in S3 and in services that speak like it, by s3fs.

What lives here: a bucket, its listings and objects. The address of the service and
the pair of keys come from the declaration alone. An object's version is its ETag.
What does not: trying again (`remote`); the library's own attempts are switched off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import s3fs
from botocore.exceptions import BotoCoreError, ClientError

from hub.connectors.remote_servers import (
    BAD_LOGIN,
    MAY_NOT_READ,
    Address,
    Item,
    Refusal,
)

_PIECE = 8 << 20  # each piece is a request
_FORBIDDEN = frozenset({"401", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch"})


class S3Server:
    """One client of the service."""

    failures = (OSError, BotoCoreError, ClientError)
    seekable = True

    def __init__(self, address: Address) -> None:
        """Connect to nothing yet."""
        self._address = address
        self._system: Any = None

    def connect(self) -> None:
        """See `Server`; the first question is what really connects."""
        address = self._address
        signed = address.auth.kind == "access_key"
        endpoint = address.secret("endpoint")
        self._system = s3fs.S3FileSystem(
            anon=not signed,
            key=address.secret("key") if signed else None,
            secret=address.secret("secret") if signed else None,
            endpoint_url=endpoint,
            client_kwargs={"region_name": address.secret("region")},
            config_kwargs={
                "connect_timeout": address.timeout,
                "read_timeout": address.timeout,
                "retries": {"total_max_attempts": 1},
                # Services other than Amazon's seldom have a host per bucket.
                "s3": {"addressing_style": "path" if endpoint else "auto"},
            },
            use_listings_cache=False,
            skip_instance_cache=True,
        )
        self._system.retries = 1

    def listing(self, path: str) -> list[Item]:
        """See `Server`; a prefix without objects is an empty folder."""
        try:
            found = self._system.ls(path, detail=True, refresh=True)
        except FileNotFoundError:
            bucket = path.partition("/")[0]
            if bucket == path:
                raise
            self._system.ls(bucket, detail=True, refresh=True)
            return []
        own = path.strip("/")
        return [_item(one) for one in found if one["name"].strip("/") != own]

    def item(self, path: str) -> Item:
        """See `Server`."""
        return _item(self._system.info(path, refresh=True))

    def read(self, path: str, size: int) -> Iterator[bytes]:
        """See `Server`."""
        with self.open(path) as file:
            while piece := file.read(_PIECE):
                yield piece

    def open(self, path: str) -> Any:
        """The object, readable at any place; it fails once the object is another."""
        return self._system.open(
            path, "rb", block_size=_PIECE, cache_type="readahead", fill_cache=False
        )

    def refusal(self, error: Exception) -> Refusal | None:
        """See `Server`."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ClientError):
                code = str(cause.response.get("Error", {}).get("Code", ""))
                if code in _FORBIDDEN:
                    return BAD_LOGIN
            cause = cause.__cause__
        return MAY_NOT_READ if isinstance(error, PermissionError) else None

    def close(self) -> None:
        """See `Server`."""
        system, self._system = self._system, None
        if system is not None and getattr(system, "_s3", None) is not None:
            system.close_session(system.loop, system.s3)


def connect_to(address: Address) -> S3Server:
    """The service at an address."""
    return S3Server(address)


def _item(found: dict[str, Any]) -> Item:
    name = str(found["name"]).rstrip("/").rpartition("/")[2]
    if found["type"] != "file":
        return Item(name, "folder", 0, None)
    if str(found["name"]).endswith("/"):
        return Item(name, "other", 0, None)  # a mark that some tools make for a folder
    stamp = str(found.get("ETag") or "").strip('"')
    return Item(name, "file", int(found["size"]), stamp or None)
