"""The hub's signature: one Ed25519 key of its own, kept in its home.

What lives here: making the key once, signing with it, and checking a signature with
the public half alone. What does not: what is signed (releases, roots of the audit).
The private half never leaves its file, which nobody but its owner may read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from hub.errors import StorageDamaged
from hub.storage.durable import write_secret

FILE = Path("keys") / "signing.pem"


class Signer(NamedTuple):
    """A key that signs."""

    key: Ed25519PrivateKey

    def sign(self, content: bytes) -> str:
        """Signature of the content: 64 bytes as lower-case hex."""
        return self.key.sign(content).hex()

    @property
    def public(self) -> str:
        """The public half: 32 bytes as lower-case hex."""
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return raw.hex()

    @property
    def key_id(self) -> str:
        """Short name of the key: the first 16 hex digits of its public half's hash."""
        return key_id(self.public)

    def secret(self, purpose: str) -> bytes:
        """A secret of 32 bytes for one purpose, the same for ever (HKDF, RFC 5869).

        It tells nothing of the key, nor of what belongs to another purpose.
        """
        raw = self.key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode())
        return derived.derive(raw)


def own_public(home: Path) -> str | None:
    """The public half of a home's key, as hex; None where it has no key yet.

    Raises:
        StorageDamaged: the file holds no Ed25519 key.
    """
    return signer(home).public if (home / FILE).exists() else None


def key_id(public: str) -> str:
    """Short name of a public key that is given as hex."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def signer(home: Path) -> Signer:
    """The key of a home, made when it is first asked for.

    Args:
        home: the hub's home.

    Raises:
        StorageDamaged: the file holds no Ed25519 key.
        StorageUnwritable: the disk did not take it.
    """
    path = home / FILE
    if not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise StorageDamaged(
            "read the signing key",
            seen=f"{FILE} holds no Ed25519 key",
            next_step="Put the file back from a backup; without it nothing new is "
            "signed, and what was signed stays valid.",
        )
    return Signer(key)


def is_signed(content: bytes, signature: str, public: str) -> bool:
    """Whether the holder of a public key's other half signed exactly this content.

    Args:
        content: what is said to be signed.
        signature, public: as hex; anything else is no signature.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(path: Path) -> None:
    """Write a new key; of several that begin at once one wins and is everybody's."""
    made = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    write_secret(path, made, "the signing key")
