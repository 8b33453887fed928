"""The signature of a set of fields (dialect 4).

Every signed field and `appKey`, `timestamp` and `nonce`, sorted by name, written
`name=value` and joined by `&`, then the secret without a separator; the digest of
it in hex. An HMAC takes the same text without the secret, which is its key. Signed
fields are the query parameters and the top-level fields of a body: texts and numbers
as they are, true and false in lower case, objects and lists as compact JSON, null
left out. What does not live here: which headers carry it (`auth`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC


def signature(
    fields: Mapping[str, str], secret: str, *, algorithm: str, upper: bool = False
) -> str:
    """The signature of a set of fields, in hex.

    Args:
        fields: name → value, with appKey, timestamp and nonce among them.
        secret: the secret half of the pair.
        algorithm: "md5", "sha256", "sm3", "hmac-sha256" or "hmac-sm3".
        upper: give upper-case hex.
    """
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    if algorithm.startswith("hmac-"):
        kind = algorithm.removeprefix("hmac-")
        digest = keyed_digest(kind, secret.encode(), text.encode())
    else:
        digest = plain_digest(algorithm, (text + secret).encode())
    return digest.upper() if upper else digest


# SM3 comes from `cryptography`: whether hashlib has it depends on the machine.
def plain_digest(kind: str, signed: bytes) -> str:
    """The digest of these bytes in hex; SM3 is that of GB/T 32905."""
    if kind == "sm3":
        made = hashes.Hash(hashes.SM3())
        made.update(signed)
        return made.finalize().hex()
    return hashlib.new(kind, signed, usedforsecurity=False).hexdigest()


def keyed_digest(kind: str, key: bytes, signed: bytes) -> str:
    """The HMAC of these bytes in hex (RFC 2104)."""
    if kind == "sm3":
        made = HMAC(key, hashes.SM3())
        made.update(signed)
        return made.finalize().hex()
    return hmac.new(key, signed, kind).hexdigest()
