"""What must never be printed, and how it is printed instead.

What lives here: which names bear secrets, and functions that put `***` in their
place, in mappings and in running text. `hub.partners.spec` uses them so that no
declaration can show a secret by accident. What does not: reading secrets
(`hub.partners.secrets`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MASK = "***"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET_WORDS = frozenset(
    {
        "authorization",
        "cookie",
        "credential",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "sign",
        "signature",
        "token",
    }
)
_SECRET_KEYS = frozenset({"accesskey", "apikey", "appkey", "privatekey"})
_USERINFO = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*://)[^\s/@?#'\"]+(:[^\s/?#'\"]*)?@")
_USER_AND_PASSWORD = re.compile(r"[A-Za-z][\w+.-]*://[^\s/@:?#]*:[^\s/?#]+@")
_QUERY_VALUE = re.compile(r"(?P<mark>[?&])(?P<name>[\w.-]+)=(?P<value>[^&#\s'\"]+)")


def is_secret_name(name: str) -> bool:
    """Whether a parameter of this name usually bears a secret.

    The last word decides, so `appSecret` and `access_token` do, `design` does not.
    """
    words = [word.lower() for word in _WORD.findall(name)]
    if not words:
        return False
    if words[-1] in _SECRET_WORDS:
        return True
    return words[-1] in _SECRET_KEYS or "".join(words[-2:]) in _SECRET_KEYS


def holds_password(url: str) -> bool:
    """Whether the URL spells out a password before its host."""
    return _USER_AND_PASSWORD.search(url) is not None


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without URL credentials, secret query values and these secrets.

    Args:
        text: any running text: a URL, a log line, a foreign error message.
        secrets: further values that must not appear, in any place.
    """
    for secret in sorted((s for s in secrets if s), key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _USERINFO.sub(rf"\g<scheme>{MASK}@", text)
    return _QUERY_VALUE.sub(_without_secret, text)


def _without_secret(match: re.Match[str]) -> str:
    name = match["name"]
    is_secret = is_secret_name(name) or name.lower() == "key"
    return f"{match['mark']}{name}={MASK if is_secret else match['value']}"


def mask(value: object, *, secret: bool = False) -> object:
    """The same structure with secret-bearing values replaced; null stays null.

    Args:
        value: text, number, mapping or sequence as it stands in a declaration.
        secret: whether the value as a whole is secret.
    """
    if value is None:
        return None
    if secret:
        return MASK
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {
            name: mask(inner, secret=is_secret_name(str(name)))
            for name, inner in value.items()
        }
    if isinstance(value, tuple):
        return tuple(mask(inner) for inner in value)
    if isinstance(value, list):
        return [mask(inner) for inner in value]
    return value
