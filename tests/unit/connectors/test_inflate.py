"""A gzip body is whole or an error, wherever it is cut and however it is changed."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connectors.inflate import BodyBroken, BodyTooLarge, CodingUnknown, inflate

CAP = 1 << 20


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 64))
def test_every_member_arrives_however_the_pieces_fall(
    parts: list[bytes], size: int
) -> None:
    packed = b"".join(map(gzip.compress, parts))

    assert inflate(pieces(packed, size), "gzip", cap=CAP) == b"".join(parts)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_every_cut_is_found(content: bytes, data: st.DataObject) -> None:
    packed = gzip.compress(content)
    cut = data.draw(st.integers(1, len(packed) - 1))

    with pytest.raises(BodyBroken):
        inflate([packed[:cut]], "gzip", cap=CAP)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_changed_byte_never_gives_another_body(
    content: bytes, data: st.DataObject
) -> None:
    packed = bytearray(gzip.compress(content))
    packed[data.draw(st.integers(10, len(packed) - 1))] ^= data.draw(
        st.integers(1, 255)
    )

    try:
        found = inflate([bytes(packed)], "gzip", cap=CAP)
    except BodyBroken:
        return
    assert found == content


def test_the_cap_holds_for_each_way() -> None:
    big = b"0" * 1000

    assert inflate([big], "", cap=1000) == big
    for coding, data in (("", big), ("gzip", gzip.compress(big))):
        with pytest.raises(BodyTooLarge):
            inflate([data], coding, cap=999)


def test_other_ways_of_packing_are_unknown() -> None:
    with pytest.raises(CodingUnknown):
        inflate([b"x"], "br", cap=1)
