"""Cleaning removes what carries no meaning and nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from hub.pipeline.text import clean, fold, identifier, is_ruined, phone


def apply(function: object, text: str | None) -> object:
    frame = pl.DataFrame({"t": [text]}, schema={"t": pl.String})
    return frame.select(function(pl.col("t"))).item()  # type: ignore[operator]


@pytest.mark.parametrize(
    "text", [None, "", "  ", "\u3000", "--", "无", "null", "N/A", "\t\r\n", "\u200b"]
)
def test_nothing_and_placeholders_are_null(text: str | None) -> None:
    assert apply(clean, text) is None


def test_free_text_is_trimmed_and_keeps_its_signs() -> None:
    assert apply(clean, "\u3000中山路（东）１号\t") == "中山路（东）１号"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("４２０１０２", "420102"), ("'0110", "0110"), ("0110\u200b", "0110")],
)
def test_codes_are_folded(text: str, plain: str) -> None:
    assert apply(fold, text) == plain


def test_identifiers_lose_inner_blanks() -> None:
    assert apply(identifier, "138 1234\u00a05678") == "13812345678"


@pytest.mark.parametrize(
    ("text", "ruined"),
    [("1.23457E+17", True), ("1e5", True), ("12345", False), ("E12", False)],
)
def test_spreadsheet_exponents_are_told(text: str, *, ruined: bool) -> None:
    assert apply(is_ruined, text) is ruined


@pytest.mark.parametrize(
    ("text", "dialled"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("027-8578 1234", "027-85781234"),
        ("617-555-0123", "617-555-0123"),
        (None, None),
    ],
)
def test_phones_are_as_dialled_at_home(text: str | None, dialled: str | None) -> None:
    assert apply(phone, text) == dialled
