"""Secrets: references in declarations, values only at the moment of use.

What lives here: turning `env:NAME` into its value, and printing a declaration
without anything secret. What does not: keeping values. No object of the hub
holds one; the caller uses it and lets it go.
"""

from __future__ import annotations

import re
from typing import Any

from hub.errors import DeclarationError, SecretMissing
from hub.partners.redaction import MASK, holds_password, is_secret_name, mask, redact
from hub.partners.spec import Partner
from hub.settings import Settings

__all__ = [
    "MASK",
    "holds_password",
    "is_reference",
    "is_secret_name",
    "mask",
    "redact",
    "resolve",
    "shown",
]

_PREFIX = "env:"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def is_reference(text: str) -> bool:
    """Whether the text is a well-formed reference, `env:` and a variable's name."""
    return text.startswith(_PREFIX) and bool(_NAME.fullmatch(text[len(_PREFIX) :]))


def resolve(
    settings: Settings,
    text: str,
    *,
    partner: str | None = None,
    feed: str | None = None,
) -> str:
    """The value behind `env:NAME`; any other text as it is.

    Args:
        settings: the only reader of the environment.
        text: what the declaration says.
        partner: whose declaration it is, for the error.
        feed: which feed it is for, for the error.

    Raises:
        SecretMissing: the variable is not set or empty.
        DeclarationError: what follows `env:` is no name of a variable.
    """
    if not text.startswith(_PREFIX):
        return text
    name = text[len(_PREFIX) :]
    if not _NAME.fullmatch(name):
        raise DeclarationError(
            "read a secret from the environment",
            seen="what follows env: is not the name of a variable",
            next_step="Write env: and a name of letters, digits and underscores.",
            partner=partner,
            feed=feed,
        )
    value = settings.secret(name)
    if value is None:
        raise SecretMissing(
            f"read the secret {name} from the environment",
            seen="the variable is not set or empty",
            next_step=f"Set {name} where the hub runs, then try again.",
            partner=partner,
            feed=feed,
        )
    return value


def shown(partner: Partner) -> dict[str, Any]:
    """The declaration as plain tables for people, every secret as `***`."""
    return partner.model_dump(mode="json", by_alias=True, exclude_defaults=True)
