"""The masks of sharing §4, a second time: value by value, with the rules as written.

What lives here: those that the served city's columns need. What does not: anything of
`hub.sharing.masks`; values of no known shape, of which the rules do not speak.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from pathlib import Path

COMPOUND = ("欧阳", "司马", "诸葛", "上官")
MOBILE = r"(?<!\d)1[3-9](?:-?\d){9}(?!\d)"
IDENTITY = r"(?<!\d)\d{17}[\dXx](?!\d)"
PLATE = r"[鄂京沪][A-Z][0-9A-Z]{5}"


def masked(mask: str, value: str | None, row: dict[str, object], key: bytes) -> object:
    """One value as a recipient sees it; null stays null."""
    if value is None:
        return None
    if mask == "owner_name":
        code = str(row["uscc_id"] or "")
        is_body = code != "" and not code.startswith("92")
        return value if is_body or value.endswith("公司") else _name(value)
    if mask == "uscc":
        return pseudonym(value, key) if value.startswith("92") else value
    if mask == "pseudonym":
        return pseudonym(value, key)
    return {"name": _name, "phone": _phone, "address": _address, "scrub": _scrub}[mask](
        value
    )


def _name(value: str) -> str:
    if "·" in value:
        first, rest = value.split("·", 1)
        return f"{first}·{'*' * len(rest)}"
    kept = 2 if value[:2] in COMPOUND and len(value) > 2 else 1
    return value[:kept] + "*" * (len(value) - kept)


def _phone(value: str) -> str:
    digits = value.replace("-", "")
    if re.fullmatch(r"1\d{10}", digits):
        return f"{digits[:3]}****{digits[-4:]}"
    area, number = value.split("-")
    return f"{area}-{'*' * (len(number) - 4)}{number[-4:]}"


def _address(value: str) -> str:
    found = re.match(r".*(?:社区|小区|路\d+号)", value)
    return found.group() if found else value


def _scrub(value: str) -> str:
    # Full-width digits are found in a copy that has as many signs.
    plain = unicodedata.normalize("NFKC", value)
    assert len(plain) == len(value)
    found = [
        (one.start(), one.end(), word)
        for pattern, word in (
            (PLATE, "[车牌]"), (IDENTITY, "[证件号]"), (MOBILE, "[电话]"),
        )
        for one in re.finditer(pattern, plain)
    ]  # fmt: skip
    for begin, end, word in sorted(found, reverse=True):
        value = value[:begin] + word + value[end:]
    return value


def pseudonym(value: str, key: bytes) -> str:
    """HMAC-SHA256 over the normalised value, as base64url."""
    plain = "".join(unicodedata.normalize("NFKC", value).split()).upper()
    digest = hmac.new(key, plain.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def join_key(home: Path, recipient: str, purpose: str) -> bytes:
    """The key of a recipient and purpose (RFC 5869 over the home's secret), as hex."""
    (file,) = (home / "keys").glob("join-*.key")
    secret = bytes.fromhex(file.read_text().strip())
    pair = b"".join(
        len(one.encode()).to_bytes(4, "big") + one.encode()
        for one in (recipient, purpose)
    )
    extracted = hmac.new(b"\0" * 32, secret, hashlib.sha256).digest()
    about = b"hub join key\0key\0" + pair
    return hmac.new(extracted, about + b"\1", hashlib.sha256).hexdigest().encode()
