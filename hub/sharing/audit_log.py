"""The audit log of an open hub: to write, to read and to verify.

What lives here: putting together what the storage room and the judgement need, and
pseudonyms for values that people filter by. What does not: either of these.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from hub.errors import MisuseError
from hub.flow.house import House
from hub.sharing.audit import Verdict, check
from hub.sharing.audit_witnesses import in_database, in_file
from hub.storage.audit import Audit
from hub.storage.audit_entries import WORDS, ToldCondition
from hub.storage.audit_reading import AuditReading
from hub.storage.audit_roots import FILE
from hub.storage.signing import key_id, own_public, signer

PURPOSE = "audit filter 1"


def open_audit(house: House) -> Audit:
    """The log to write to; the hub's key is made where it has none.

    Raises:
        StorageDamaged: the file of the key holds none.
        StorageUnwritable: the disk did not take the key.
    """
    home = house.settings.home.absolute()
    return Audit(house.control.engine, home=home, signer=signer(home))


def reading(house: House) -> AuditReading:
    """The log to read from."""
    return AuditReading(house.control.engine)


def told_condition(
    column: str, operator: str, values: Iterable[str], *, key: bytes
) -> ToldCondition:
    """A condition as the log may tell it: the same value is the same pseudonym.

    A pseudonym is HMAC-SHA256 over the trimmed value in Unicode NFKC, its first 128
    bits as hex. Without the key nobody can try values until one fits.

    Args:
        column, operator: of the filter.
        values: what was asked for; kept only where it is a word after `is`.
        key: of `filter_key`.
    """
    told = tuple(
        value if operator == "is" and value in WORDS else pseudonym(value, key=key)
        for value in values
    )
    return ToldCondition(column=column, operator=operator, values=told)


def pseudonym(value: str, *, key: bytes) -> str:
    """What stands for a value in the log: 32 hex digits."""
    plain = unicodedata.normalize("NFKC", value).strip()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:32]


def filter_key(home: Path) -> bytes:
    """The secret behind the pseudonyms of filters; it follows from the hub's key."""
    return signer(home).secret(PURPOSE)


def verify(
    house: House, *, keys: Sequence[str] = (), copies: Sequence[Path] = ()
) -> Verdict:
    """Walk the whole log; nothing is written, and others may write meanwhile.

    Args:
        house: the hub.
        keys: public halves, as hex, that were the hub's own before.
        copies: files of roots that were kept elsewhere.

    Raises:
        MisuseError: a key is none, or a copy is not there.
    """
    home = house.settings.home.absolute()
    own = own_public(home)
    own_and_former = trusted((*keys, *([own] if own else ())))
    for path in copies:
        if not path.is_file():
            raise MisuseError(
                "read a copy of the signed roots",
                seen=f"there is no file {path.name}",
                next_step=f"Name a copy of {FILE} with --roots.",
            )
    # Before the database: a root is there first, so none is met that it lacks yet.
    filed = [in_file(home / FILE), *(in_file(path, kind="copy") for path in copies)]
    with reading(house).log() as log:
        witnesses = [in_database(log.roots), *filed]
        return check(log.entries, witnesses, log.head, own_and_former)


def trusted(keys: Iterable[str]) -> dict[str, str]:
    """Public keys by key id.

    Raises:
        MisuseError: one of them is not 32 bytes as hex.
    """
    return {_named(public): public for public in keys}


def _named(public: str) -> str:
    try:
        if len(bytes.fromhex(public)) == 32:
            return key_id(public)
    except ValueError:
        pass
    raise MisuseError(
        "read a public key",
        seen="it is not 64 hex digits",
        next_step="`hub audit sign` prints the present one as `public`.",
    )
