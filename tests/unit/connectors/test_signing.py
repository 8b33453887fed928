"""Digests and signatures against published vectors and other tools."""

from __future__ import annotations

import pytest

from hub.connectors.signing import keyed_digest, plain_digest, signature

FIELDS = {"page": "1", "appKey": "hub", "timestamp": "1790000000", "nonce": "n"}


@pytest.mark.parametrize(
    ("kind", "signed", "expected"),
    [
        # GB/T 32905-2016, annex A, examples 1 and 2.
        (
            "sm3",
            b"abc",
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        ),
        (
            "sm3",
            b"abcd" * 16,
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
        ),
        # RFC 1321, A.5 and FIPS 180-4.
        ("md5", b"abc", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "sha256",
            b"abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
    ],
)
def test_digests_are_those_of_the_standards(
    kind: str, signed: bytes, expected: str
) -> None:
    assert plain_digest(kind, signed) == expected


@pytest.mark.parametrize(
    ("kind", "key", "signed", "expected"),
    [
        # GM/T 0042-2015, annex D.3.
        (
            "sm3",
            bytes(range(1, 33)),
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        (
            "sm3",
            bytes(range(1, 38)),
            b"\xcd" * 50,
            "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
        ),
        # RFC 4231, test case 2.
        (
            "sha256",
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ],
)
def test_keyed_digests_are_those_of_the_standards(
    kind: str, key: bytes, signed: bytes, expected: str
) -> None:
    assert keyed_digest(kind, key, signed) == expected


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        # openssl dgst, over "appKey=hub&nonce=n&page=1&timestamp=1790000000" and
        # s3cret behind it or as the key.
        ("md5", "62d68da7f6db99cbeaaf0db03a39a64c"),
        ("sha256", "86cec6a6c99712f8253a5946ff0170fce052e4c5836fdaecba3c6e266c824d45"),
        ("sm3", "82cf21b74259505ba2a9ea38f6be3df09c7d150155e334e8a6a403ff33e9dbfc"),
        (
            "hmac-sha256",
            "b2f12a4ef3de5e6d13432ff88564e20adad5c122677bd9276a499f4b3cf97fb4",
        ),
        (
            "hmac-sm3",
            "ef0b0377be22e7ca71296f2a21e6a0ab07dfede3414118500d6bdc1c2b40e87f",
        ),
    ],
)
def test_signatures_are_those_of_other_tools(algorithm: str, expected: str) -> None:
    assert signature(FIELDS, "s3cret", algorithm=algorithm) == expected
    upper = signature(FIELDS, "s3cret", algorithm=algorithm, upper=True)
    assert upper == expected.upper()
