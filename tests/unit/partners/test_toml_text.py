"""Syntax errors of hand-written TOML, told apart without showing the line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from hub.partners.problems import FaultyDeclaration
from hub.partners.toml_text import parse_tables, read_tables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[codes]\n3 = "A"\n3 = "B"\n',
            "line 3, column 8: a key or table is given twice; keep one; TOML takes no "
            "second",
        ),
        (
            "[codes]\n[codes]\n",
            "line 2, column 7: a key or table is given twice; keep one; TOML takes no "
            "second",
        ),
        (
            "a = { b = 1, b = 2 }",
            "line 1, column 19: a key or table is given twice; keep one; TOML takes no "
            "second",
        ),
        (
            '结案 = "CLOSED"\n',
            "line 1, column 1: not valid TOML, and the key is not bare ASCII; put the "
            'key in quotes, e.g. "结案" = "CLOSED"',
        ),
        (
            "a = 0123\n",
            "line 1, column 6: a number may not begin with 0; codes are text: put the "
            'value in quotes, e.g. "0123"',
        ),
        (
            'token = "hunter2\n',
            "line 1, column 17: not valid TOML; look for a missing quote, bracket or "
            "equals sign",
        ),
    ],
)
def test_a_syntax_error_says_line_and_remedy(tmp_path: Path, text, expected):
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(FaultyDeclaration) as caught:
        read_tables(path)

    assert [problem.line for problem in caught.value.problems] == [expected]
    assert "hunter2" not in str(caught.value)


def test_codes_keep_their_zeros(tmp_path: Path):
    path = tmp_path / "x.toml"
    path.write_text('0123 = "A"\n83 = "B"\nno = "C"\n', encoding="utf-8")

    assert read_tables(path) == {"0123": "A", "83": "B", "no": "C"}


def test_a_byte_order_mark_is_no_error(tmp_path: Path):
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\n")

    assert read_tables(path) == {"a": 1}


def test_a_file_in_gbk_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "x.toml"
    path.write_bytes("a = 1\nb = '硚口'\n".encode("gbk"))

    with pytest.raises(FaultyDeclaration, match="line 2: the text is not UTF-8"):
        read_tables(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(FaultyDeclaration, match="cannot be read"):
        read_tables(tmp_path / "none.toml")


def test_numbers_with_a_point_are_decimals_where_they_must_be_exact() -> None:
    path = Path("p.toml")

    assert parse_tables("a = 0.1", path, exact=True) == {"a": Decimal("0.1")}
    assert isinstance(parse_tables("a = 0.1", path)["a"], float)
