"""Signatures worked out with other tools, and secrets that are kept nowhere."""

from __future__ import annotations

import pytest

from hub.connectors.auth import Credentials
from hub.connectors.signing import signature
from hub.errors import DeclarationError, SecretMissing
from hub.partners.spec import Auth
from hub.settings import Settings

FIELDS = {"page": "1", "appKey": "hub", "timestamp": "1790000000", "nonce": "n"}
# printf %s "appKey=hub&nonce=n&page=1&timestamp=1790000000s3cret" | md5sum, sha256sum
# printf %s "appKey=…1790000000" | openssl dgst -sha256 -hmac s3cret
MD5 = "62d68da7f6db99cbeaaf0db03a39a64c"
SHA256 = "86cec6a6c99712f8253a5946ff0170fce052e4c5836fdaecba3c6e266c824d45"
HMAC = "b2f12a4ef3de5e6d13432ff88564e20adad5c122677bd9276a499f4b3cf97fb4"


@pytest.mark.parametrize(
    ("algorithm", "expected"), [("md5", MD5), ("sha256", SHA256), ("hmac-sha256", HMAC)]
)
def test_signatures_are_those_of_other_tools(algorithm: str, expected: str) -> None:
    assert signature(FIELDS, "s3cret", algorithm=algorithm) == expected
    upper = signature(FIELDS, "s3cret", algorithm=algorithm, upper=True)
    assert upper == expected.upper()


def credentials(auth: dict[str, str], **environment: str) -> Credentials:
    settings = Settings(environment=environment)
    return Credentials(
        Auth.model_validate(auth),
        settings,
        partner="p",
        now=lambda: 1790000000.9,
        nonce=lambda: "n",
    )


def test_a_signed_request_carries_its_stamps() -> None:
    signed = credentials(
        {"kind": "signed", "key": "hub", "secret": "env:S"}, S="s3cret"
    ).headers({"page": "1"})

    assert signed == {
        "appKey": "hub",
        "timestamp": "1790000000",
        "nonce": "n",
        "sign": HMAC,
    }


def test_no_object_holds_a_secret() -> None:
    kept = credentials({"kind": "bearer", "token": "env:T"}, T="s3cret")

    kept.headers({})

    assert "s3cret" not in repr(vars(kept))


def test_a_missing_variable_and_a_missing_declaration_differ() -> None:
    with pytest.raises(SecretMissing, match="T"):
        credentials({"kind": "bearer", "token": "env:T"}).headers({})
    with pytest.raises(DeclarationError, match="no token"):
        credentials({"kind": "bearer"}).headers({})
