"""Join keys: tokens that let one recipient join, for one purpose, and nobody else.

What lives here: the master secret in the home's `keys/`, the key of a recipient and
purpose derived from it, and HMAC-SHA256 over normalised values (sharing §5). A plain
hash would not do: eleven-digit numbers are counted through in seconds. What does not:
which columns are handed out so (`hub.sharing.masks`), and who may ask for them.

No key is ever kept in the data store, logged, printed or exported; a hand-over is
described by the key's `id`, which tells nothing about the key.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

import polars as pl
import polars_hash as plh
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import MisuseError, StorageDamaged
from hub.pipeline.text import fold, identifier, phone
from hub.storage.durable import write_secret

FOLDER = Path("keys")
FILE = re.compile(r"join-([0-9]{4})\.key")
LENGTH = 32
GONE: tuple[int, ...] = ()  # the mark of a file that is not there
ABOUT = b"hub join key"

Kind = Literal["phone", "code", "name"]


@dataclass(frozen=True)
class Master:
    """One version of the secret from which all join keys follow.

    Attributes:
        version: from 1; a new version breaks old joins, which is its purpose.
        secret: 32 random bytes.
    """

    version: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class JoinKey:
    """The key of one recipient and one purpose.

    Attributes:
        id: version and a short name, fit for the audit; says nothing of the secret.
        secret: 32 bytes as lower-case hex.
    """

    id: str
    secret: str = field(repr=False)


def master(home: Path, version: int | None = None) -> Master:
    """The newest master secret of a home, or an older one; the first is made here.

    Args:
        home: the hub's home.
        version: of the secret under which something was handed out before.

    Raises:
        MisuseError: no such version.
        StorageDamaged: the file holds no secret.
        StorageUnwritable: the disk did not take a new one.
    """
    known = _versions(home)
    if not known and version in (None, 1):
        _make(home, 1)
        known = [1]
    wanted = known[-1] if version is None else version
    if wanted not in known:
        raise MisuseError(
            "read a join key",
            seen=f"there is no version {version}",
            next_step=f"Versions are {', '.join(map(str, known)) or 'none yet'}.",
        )
    return Master(wanted, _read(_file(home, wanted)))


def renew(home: Path) -> Master:
    """A new master secret; tokens made from now on join with no older ones.

    Older versions stay in the home, so that an old hand-over can be made again.
    """
    newest = master(home).version + 1
    _make(home, newest)
    return master(home, newest)


class KnownMaster:
    """The newest master secret of a home, read again when its files have changed.

    For servers, which need it with every request: two looks at the disk in place of
    a listing and a reading.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._known: tuple[tuple[int, ...], Master] | None = None

    def __call__(self) -> Master:
        """The secret.

        Raises:
            StorageDamaged: the file holds no secret.
            StorageUnwritable: the disk did not take the first one.
        """
        known = self._known
        if known is None or known[0] == GONE or known[0] != self._mark(known[1]):
            found = master(self._home)
            known = self._known = (self._mark(found), found)
        return known[1]

    def _mark(self, known: Master) -> tuple[int, ...]:
        """What changes with a new version, and with another content of this one."""
        try:
            folder = (self._home / FOLDER).stat()
            file = _file(self._home, known.version).stat()
        except FileNotFoundError:
            return GONE
        return folder.st_mtime_ns, file.st_mtime_ns, file.st_size, file.st_ino


@lru_cache(maxsize=1024)
def join_key(secret: Master, recipient: str, purpose: str) -> JoinKey:
    """The key of a recipient and a purpose: HKDF-SHA256 over the master secret.

    Args:
        secret: the master secret.
        recipient: who joins, as the grant names it.
        purpose: what for, as the grant names it.

    Raises:
        MisuseError: recipient or purpose is empty.
    """
    if not recipient.strip() or not purpose.strip():
        raise MisuseError(
            "derive a join key",
            seen="recipient or purpose is empty",
            next_step="Name both as in the grant; a key belongs to exactly one pair.",
        )
    # Lengths before the texts: ("ab", "c") and ("a", "bc") are different pairs.
    parts = [text.encode() for text in (recipient, purpose)]
    about = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    key, name = (
        HKDF(SHA256(), LENGTH, salt=None, info=b"\0".join((ABOUT, use, about))).derive(
            secret.secret
        )
        for use in (b"key", b"id")
    )
    return JoinKey(f"{secret.version}-{name.hex()[:16]}", key.hex())


def normalised(value: pl.Expr, kind: Kind) -> pl.Expr:
    """The one form of a value that is hashed (sharing §5).

    NFKC and trimmed throughout, null where nothing is left. `phone`: as dialled at
    home, digits only. `code`: without blanks, upper case. `name`: no more than that.
    """
    match kind:
        case "phone":
            digits = phone(fold(value)).str.replace_all("[^0-9]", "")
            return pl.when(digits != "").then(digits)
        case "code":
            return identifier(value).str.to_uppercase()
        case "name":
            return fold(value)


def token(value: pl.Expr, kind: Kind, key: JoinKey) -> pl.Expr:
    """Tokens of a text column: 43 signs of base64url; null where there is no value.

    HMAC-SHA256 under the key's hex text, in native code for the whole column; the key
    shows neither in the expression nor in its plan.
    """
    return token_of(normalised(value, kind), key)


def token_of(value: pl.Expr, key: JoinKey) -> pl.Expr:
    """Tokens of values that are `normalised` already."""
    hashing = plh.CryptographicHashingNameSpace(value)
    digest: pl.Expr = hashing.hmac_sha256(key=key.secret)
    letters = digest.str.decode("hex").bin.encode("base64")
    return (
        letters.str.replace_all("+", "-", literal=True)
        .str.replace_all("/", "_", literal=True)
        .str.strip_suffix("=")
    )


def _file(home: Path, version: int) -> Path:
    return home / FOLDER / f"join-{version:04}.key"


def _versions(home: Path) -> list[int]:
    folder = home / FOLDER
    names = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    return sorted(int(hit[1]) for name in names if (hit := FILE.fullmatch(name)))


def _make(home: Path, version: int) -> None:
    """Write a secret as hex; of several that begin at once one is everybody's."""
    made = secrets.token_hex(LENGTH).encode()
    write_secret(_file(home, version), made, "the master secret of join keys")


def _read(path: Path) -> bytes:
    content = path.read_bytes().strip()
    if not re.fullmatch(rb"[0-9a-f]{%d}" % (2 * LENGTH), content):
        raise StorageDamaged(
            "read the master secret of join keys",
            seen=f"{FOLDER / path.name} holds no secret of {LENGTH} bytes",
            next_step="Put the file back from a backup; with a new one, old joins "
            "are broken for good.",
        )
    return bytes.fromhex(content.decode())
