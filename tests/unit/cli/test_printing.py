"""Answers as programs and people read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from rich.cells import cell_len

from hub.cli.printing import Page, cell, percent, print_json


def test_json_writes_instants_in_utc_and_shares_as_text(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    east = timezone(timedelta(hours=8))

    print_json(
        {
            "at": datetime(2026, 10, 1, 8, tzinfo=east),
            "share": Decimal("0.500000"),
            "unknown": None,
            "name": "武汉",
        }
    )

    told = json.loads(capfdbinary.readouterr().out)
    assert told == {
        "at": "2026-10-01T00:00:00Z",
        "share": "0.500000",
        "unknown": None,
        "name": "武汉",
    }


def test_cells_are_short_and_never_empty_for_unknown() -> None:
    assert cell(None) == "–"
    assert cell(True) == "yes"
    assert cell(datetime(2026, 10, 1, 0, 5, tzinfo=UTC)) == "2026-10-01 00:05Z"
    assert cell(["a", None]) == "a, –"
    assert (percent(Decimal("0.123456")), percent(None)) == ("12.35%", "–")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_table_keeps_to_the_width_with_chinese_in_it(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))

    Page().table(
        ("batch", "问题", "count"),
        [("b00000001", "该取值不在本通道的取值对照表中" * 5, 12)],
    )

    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= width
    assert "b00000001" in lines[2]


def test_what_is_too_wide_for_a_table_comes_row_by_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    Page().records(("first", "second"), [("x" * 30, "y" * 30)])

    out = capsys.readouterr().out
    assert "row 1" in out
    assert "x" * 30 in out
