"""The list of requests on a terminal of 80 columns: one heading, no word broken."""

from __future__ import annotations

from datetime import date

import pytest
from rich.cells import cell_len

from hub.cli.printing import Page
from hub.cli.request_page import show_requests


def told(number: int, kind: str, columns: list[str], *, is_final: bool) -> dict:
    return {
        "request": number,
        "kind": kind,
        "consumer": "qiaokou",
        "dataset": "issue",
        "columns": columns,
        "partner": "platform",
        "due": {"what": "answer", "on": date(2026, 12, 16), "is_final": is_final},
        "state": "overdue",
    }


def test_the_heading_is_one_line_and_words_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    show_requests(
        Page(),
        [
            told(1, "correction", ["category_code"], is_final=True),
            told(2, "access", ["person_id", "started_at"], is_final=False),
        ],
    )

    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0].split() == [
        "no", "kind", "consumer", "dataset", "columns", "for", "due", "state",
    ]  # fmt: skip
    assert max(map(cell_len, lines)) <= 80
    for word in ("correction", "category_code", "started_at", "2026-12-16", "预估"):
        assert word in out
