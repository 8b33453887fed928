"""Encodings are declared and proven, never guessed (T38)."""

from __future__ import annotations

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connectors.encodings import (
    BLOCK,
    EncodingUnfit,
    find_encoding,
    find_xml_encoding,
)

CHINESE = "编号,名称\n1,硚口区民族街 𬭳\n"


def find(data: bytes, declared: str | None = None) -> str:
    return find_encoding(lambda: io.BytesIO(data), declared)


@pytest.mark.parametrize(
    ("data", "declared", "codec"),
    [
        (CHINESE.encode(), None, "utf-8"),
        (CHINESE.encode(), "utf-8", "utf-8"),
        (CHINESE.encode(), "UTF8", "utf-8"),
        (CHINESE.encode("utf-8-sig"), None, "utf-8-sig"),
        (CHINESE.encode("utf-8-sig"), "gb18030", "utf-8-sig"),
        (CHINESE.encode("utf-16"), None, "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-8", "utf-16"),
        (CHINESE.encode("utf-32"), None, "utf-32"),
        (("\ufeff" + CHINESE).encode("gb18030"), "utf-8", "gb18030"),
        (CHINESE.encode("gb18030"), None, "gb18030"),
        (CHINESE.encode("gb18030"), "gb18030", "gb18030"),
        (CHINESE.encode("gb18030"), "GBK", "gb18030"),
        (CHINESE.encode("gb18030"), "gb2312", "gb18030"),
        (b"plain,ascii\n", "gb18030", "gb18030"),
        (b"plain,ascii\n", None, "utf-8"),
        ("é".encode("latin-1"), "latin-1", "iso8859-1"),
        (b"", None, "utf-8"),
    ],
)
def test_a_mark_wins_then_the_declaration_then_strict_trial(
    data: bytes, declared: str | None, codec: str
) -> None:
    assert find(data, declared) == codec


@pytest.mark.parametrize(
    ("data", "declared", "message"),
    [
        (CHINESE.encode(), "gb18030", "gb18030 is declared, but the bytes are UTF-8"),
        (CHINESE.encode(), "gbk", "gbk is declared, but the bytes are UTF-8"),
        (CHINESE.encode("gb18030"), "utf-8", "byte 0 does not fit.*read as gb18030"),
        (CHINESE.encode("utf-8-sig") + b"\xff", None, "its mark says utf-8-sig"),
        (CHINESE.encode()[:-4], None, "UTF-8 text that breaks at byte"),
        (CHINESE.encode() + b"\xff" + b"x" * 99, None, "UTF-8 text that breaks"),
        (b"\xff\xff\xff", None, "neither UTF-8 nor GB18030"),
        (b"x", "klingon", "klingon is unknown"),
    ],
)
def test_what_fits_nothing_is_said_what_it_looks_like(
    data: bytes, declared: str | None, message: str
) -> None:
    with pytest.raises(EncodingUnfit, match=message):
        find(data, declared)


def test_gb18030_that_happens_to_be_valid_utf8_is_not_accused() -> None:
    data = "一".encode("gb18030")
    data.decode("utf-8")  # valid, and means a Cyrillic letter

    assert find(data, "gb18030") == "gb18030"


def test_the_place_of_the_fault_is_exact_over_blocks() -> None:
    good = "a" * (BLOCK - 1) + "硚"
    data = good.encode() + b"\xff"

    with pytest.raises(EncodingUnfit, match=f"breaks at byte {BLOCK + 2}"):
        find(data)


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=3)


@given(chinese)
def test_utf8_declared_as_gb18030_is_always_found_out(text: str) -> None:
    with pytest.raises(EncodingUnfit):
        find(text.encode(), "gb18030")


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_text_in_the_declared_encoding_is_taken(text: str) -> None:
    assert find(text.encode(), "utf-8") in {"utf-8", "utf-8-sig", "utf-16", "utf-32"}


@pytest.mark.parametrize(
    ("named", "body", "declared", "found"),
    [
        ("UTF-8", "utf-8", None, "utf-8"),
        ("GBK", "gb18030", None, "gb18030"),
        ("gb2312", "gb18030", None, "gb18030"),
        ("UTF-8", "gb18030", None, "gb18030"),
        ("GBK", "utf-8", None, "utf-8"),
        ("ISO-8859-1", "utf-8", None, "utf-8"),
        ("ISO-8859-1", "gb18030", None, "gb18030"),
        ("nonsense", "gb18030", None, "gb18030"),
        ("Big5", "big5", None, "big5"),
        ("UTF-8", "gb18030", "gbk", "gb18030"),
        ("UTF-8", "utf-8-sig", None, "utf-8-sig"),
        ("GBK", "utf-16", None, "utf-16"),
    ],
)
def test_what_an_xml_document_says_of_itself_must_be_true(
    named: str, body: str, declared: str | None, found: str
) -> None:
    text = f'<?xml version="1.0" encoding="{named}"?><r>武漢市江岸區</r>'

    data = text.encode(body)

    assert find_xml_encoding(lambda: io.BytesIO(data), declared) == found


def test_a_damaged_xml_document_is_refused() -> None:
    data = '<?xml version="1.0" encoding="UTF-8"?><r>武汉市</r>'.encode()[:-5] + b"\xff"

    with pytest.raises(EncodingUnfit, match="breaks at byte"):
        find_xml_encoding(lambda: io.BytesIO(data), None)
