"""Answers as programs and people read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from rich.cells import cell_len

from hub.cli.printing import Page, _styled, cell, percent, print_json


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


COUNTS = ("received", "accepted", "quarantined", "duplicate")
BATCHES = (
    ("b00000001", "platform/issues", "delivery", "merged", 1210, 1200, 10, 0),
    ("b00000002", "qiaokou/handling-of-cases", "delivery", "refused", 7, 0, 0, 0),
    ("b00000003", "jianghan/cases", "retry", "merged", 123456, 98765, 4321, 20370),
)


def test_at_80_columns_counts_are_headed_short_and_stay_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    Page().table(("batch", "partner/feed", "kind", "state", *COUNTS), BATCHES)

    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert lines[0].split()[-4:] == ["in", "ok", "out", "dup"]
    for row in BATCHES:
        (line,) = (one for one in lines if one.startswith(str(row[0])))
        told = line.split()
        assert told[2:] == [str(value) for value in row[2:]]
        # What is folded goes on below, and nothing of it is lost.
        below = lines[lines.index(line) + 1 :][:1]
        rest = below[0].strip() if below and below[0].startswith(" ") else ""
        assert told[1] + rest == row[1]


def test_at_100_columns_the_headings_are_written_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    Page().table(("batch", "partner/feed", "kind", "state", *COUNTS), BATCHES)

    out = capsys.readouterr().out.splitlines()
    assert out[0].split()[-4:] == list(COUNTS)
    assert len(out) == 2 + len(BATCHES)


def test_long_text_beside_short_text_is_folded_and_not_cut_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    row = ("a" * 24, "b" * 24, "c" * 24, "d" * 40, 1234567)

    Page().table(("first", "second", "third", "fourth", "count"), [row])

    out = capsys.readouterr().out
    assert max(map(cell_len, out.splitlines())) <= 80
    # The headings hold two of the letter d.
    assert [out.count(letter) for letter in "bd"] == [24, 42]
    assert "1234567" in out


def test_a_table_that_cannot_be_read_at_this_width_comes_row_by_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")

    Page().table(("batch", "partner/feed", "kind", "state", *COUNTS), BATCHES)

    out = capsys.readouterr().out
    assert "row 3" in out
    assert out.split("row 3")[1].split()[-4:] == [
        "quarantined",
        "4321",
        "duplicate",
        "20370",
    ]


def test_an_empty_table_is_one_sentence_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    Page().table(("batch",), [], empty="word " * 25 + "end.")

    assert capsys.readouterr().out == "word " * 25 + "end.\n"


def test_names_stay_whole_while_a_list_of_words_can_be_folded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    heads = ("column", "字段", "values", "share")
    names = ("reporter_person_id", "std_category_kind_code")

    Page().table(
        heads,
        [
            (name, "标准部件/事项", "CATEGORY_KIND", "closed, pseudonym")
            for name in names
        ],
    )

    shown = capsys.readouterr().out
    assert all(name in shown for name in (*names, "CATEGORY_KIND", "pseudonym"))
    assert max(map(cell_len, shown.splitlines())) <= 60


def test_a_state_has_its_colour_with_its_chinese_word_too() -> None:
    assert str(_styled("refused 整批退回").style) == "bold red"
    assert str(_styled("failed to be read").style) == ""


@pytest.mark.parametrize("width", range(50, 90))
def test_the_heading_of_a_count_is_never_broken_by_letters(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    texts = ("correction", "east-city", "category_code", "publication 2026-12-16 late")

    Page().table(("request", "kind", "who", "columns", "due"), [(1, *texts)])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["request", "kind", "who", "columns", "due"]
    assert max(map(cell_len, lines)) <= width
