"""How entries of the audit log hang together: what is sealed, hashed and signed.

What lives here: the exact bytes, and nothing that reads or writes. What does not:
storing (`audit`), walking a whole log (`hub.sharing.audit`).

Canonical JSON is that of RFC 8785 for what stands here: one object, its names sorted,
no spaces, UTF-8; its values are text, whole numbers and null, never a fraction. An
entry's row holds every column of `audit_entry`. Then, with `+` joining bytes:

- `seal` = Ed25519 over `hub audit entry 1` + LF + canonical JSON of all columns but
  `seal` and `hash`; so whoever has no key can change no single entry.
- `hash` = SHA-256 over canonical JSON of all columns but `hash`, so the seal as well.
- `previous` = `hash` of the entry numbered one less; 64 zeros in entry 1.
- a root's `signature` = Ed25519 over `hub audit root 1` + LF + canonical JSON of its
  other columns. It vouches for its entry and, through `previous`, for all before.
- the head's `signature` = Ed25519 over `hub audit head 1` + LF + canonical JSON of
  `number`, `hash` and `key_id`. It changes with every commit and tells the end.

Hashes, seals, signatures and keys are lower-case hex.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import orjson

from hub.storage.audit_tables import ENTRY
from hub.storage.signing import Signer, is_signed

Row = Mapping[str, Any]
"""All columns of `audit_entry`, as stored."""

NAMES = tuple(map(str, ENTRY.columns.keys()))  # plain text, not marked as quoted
HASHED = sorted(set(NAMES) - {"hash"})
SEALED = sorted(set(HASHED) - {"seal"})
NONE_BEFORE = "0" * 64

ENTRY_MARK = b"hub audit entry 1\n"
ROOT_MARK = b"hub audit root 1\n"
HEAD_MARK = b"hub audit head 1\n"


class Head(NamedTuple):
    """Where the log ends; before the first entry number 0 and no signature."""

    number: int
    hash: str
    key_id: str
    signature: str


class Root(NamedTuple):
    """An entry that the hub signed, with its instant and the key's public half."""

    entry: int
    hash: str
    at: str
    key_id: str
    public: str
    signature: str


def canonical(row: Row, names: Iterable[str]) -> bytes:
    """Canonical JSON of these columns of a row; the names come sorted.

    Raises:
        TypeError: a value is neither text nor a whole number nor null.
    """
    return orjson.dumps({name: row[name] for name in names})


def is_text(value: object) -> bool:
    """Whether it is text that UTF-8 can hold: no half of a surrogate pair."""
    try:
        return isinstance(value, str) and value.encode() is not None
    except UnicodeEncodeError:
        return False


def chained(told: Row, *, number: int, previous: str, signer: Signer) -> dict[str, Any]:
    """The row of the next entry: what is told, its place, its seal and its hash."""
    row = {
        **told,
        "number": number,
        "previous": previous,
        "key_id": signer.key_id,
    }
    row["seal"] = signer.sign(ENTRY_MARK + canonical(row, SEALED))
    row["hash"] = hash_of(row)
    return row


def hash_of(row: Row) -> str | None:
    """What a row's hash has to be; None where a value is of no kind that is stored."""
    try:
        return hashlib.sha256(canonical(row, HASHED)).hexdigest()
    except TypeError:
        return None


def is_sealed(row: Row, keys: Mapping[str, str]) -> bool:
    """Whether one of these keys sealed the row; keys are public halves by key id."""
    return _is_signed(
        ENTRY_MARK + canonical(row, SEALED), row["seal"], keys.get(row["key_id"])
    )


def signed_root(*, entry: int, hash_: str, at: str, signer: Signer) -> Root:
    """The root of an entry."""
    root = Root(entry, hash_, at, signer.key_id, signer.public, "")
    return root._replace(signature=signer.sign(_root_content(root)))


def is_root_signed(root: Root, keys: Mapping[str, str]) -> bool:
    """Whether one of these keys signed the root."""
    public = keys.get(root.key_id)
    return (
        is_root(root)
        and public == root.public
        and _is_signed(_root_content(root), root.signature, public)
    )


def is_root(root: Root) -> bool:
    """Whether its values are of the kinds that a root has."""
    return type(root.entry) is int and all(map(is_text, root[1:]))


def signed_head(number: int, hash_: str, signer: Signer) -> Head:
    """The head after an entry."""
    head = Head(number, hash_, signer.key_id, "")
    return head._replace(signature=signer.sign(_head_content(head)))


def is_head_signed(head: Head, keys: Mapping[str, str]) -> bool:
    """Whether one of these keys signed the head."""
    return (
        type(head.number) is int
        and all(map(is_text, head[1:]))
        and _is_signed(_head_content(head), head.signature, keys.get(head.key_id))
    )


def _root_content(root: Root) -> bytes:
    told = root._asdict()
    return ROOT_MARK + canonical(told, sorted(told.keys() - {"signature"}))


def _head_content(head: Head) -> bytes:
    return HEAD_MARK + canonical(head._asdict(), ("hash", "key_id", "number"))


def _is_signed(content: bytes, signature: object, public: str | None) -> bool:
    return (
        public is not None
        and isinstance(signature, str)
        and is_signed(content, signature, public)
    )
