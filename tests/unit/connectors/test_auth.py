"""The headers of an attempt, and secrets that are kept nowhere."""

from __future__ import annotations

import pytest

from hub.connectors.auth import Credentials
from hub.errors import DeclarationError, SecretMissing
from hub.partners.spec import Auth
from hub.settings import Settings

# openssl dgst -sha256 -hmac s3cret, over "appKey=hub&nonce=n&page=1&timestamp=…",
# and the same without the nonce.
HMAC = "b2f12a4ef3de5e6d13432ff88564e20adad5c122677bd9276a499f4b3cf97fb4"
WITHOUT = "551bc373795fa92dd66d4be621c9d16e0995a16bd545e132e003129ba76b9979"


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


def test_a_partner_may_want_no_nonce_or_name_it_otherwise() -> None:
    auth = {"kind": "signed", "key": "hub", "secret": "env:S"}

    bare = credentials(auth | {"nonce": ""}, S="s3cret").headers({"page": "1"})
    named = credentials(auth | {"nonce": "once"}, S="s3cret").headers({"page": "1"})

    assert bare == {"appKey": "hub", "timestamp": "1790000000", "sign": WITHOUT}
    assert named["once"] == "n"
    assert named["sign"] not in (HMAC, WITHOUT)


def test_no_object_holds_a_secret() -> None:
    kept = credentials({"kind": "bearer", "token": "env:T"}, T="s3cret")

    kept.headers({})

    assert "s3cret" not in repr(vars(kept))


def test_a_missing_variable_and_a_missing_declaration_differ() -> None:
    with pytest.raises(SecretMissing, match="T"):
        credentials({"kind": "bearer", "token": "env:T"}).headers({})
    with pytest.raises(DeclarationError, match="no token"):
        credentials({"kind": "bearer"}).headers({})
