"""Small decisions of single commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cli.checks import _within
from hub.cli.demo import days_in_order
from hub.cli.failures import asks_for_json, ended
from hub.cli.files import ending_of, written_aside
from hub.cli.findings import place_of, row_number
from hub.errors import MisuseError, SourceUnavailable


@pytest.mark.parametrize(
    ("days", "order", "arrive"),
    [
        (2, None, [1, 2]),
        (2, "2,1", [2, 1]),
        (4, "2,1", [2, 1, 3, 4]),
        (3, "3,1", [3, 2, 1]),
        (3, "2", [1, 2, 3]),
        (4, "4,1,3", [4, 2, 1, 3]),
    ],
)
def test_days_not_named_keep_their_place(
    days: int, order: str | None, arrive: list[int]
) -> None:
    assert days_in_order(days, order) == arrive


@pytest.mark.parametrize("order", ["3", "1,1", "0", "x", "1;2", ""])
def test_an_order_of_other_days_is_refused(order: str) -> None:
    with pytest.raises(MisuseError):
        days_in_order(2, order)


@given(part=st.integers(0, 99), ordinal=st.integers(0, 10**6))
def test_a_row_is_found_by_the_number_that_was_shown(part: int, ordinal: int) -> None:
    row = part * 2**32 + ordinal

    assert row_number(place_of(row)) == row
    assert row_number(str(row)) == row


@pytest.mark.parametrize("text", ["", "x", "1:", ":1", "-1", "1:x"])
def test_other_row_numbers_are_refused(text: str) -> None:
    with pytest.raises(MisuseError):
        row_number(text)


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("before")

    def write_half() -> None:
        with written_aside(file) as out:
            out.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()

    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_endings_are_told_apart_by_lower_case() -> None:
    assert ending_of(Path("x.CSV"), (".csv",)) == ".csv"
    with pytest.raises(MisuseError, match=r"\.csv or \.jsonl"):
        ending_of(Path("x.xlsx"), (".csv", ".jsonl"))


@pytest.mark.parametrize(
    ("installed", "bounds", "fits"),
    [
        ("1.6.0", ">=1.6,<2", True),
        ("1.5.9", ">=1.6,<2", False),
        ("2.0", ">=1.6,<2", False),
        ("2025.2", ">=2025.2", True),
        ("3", "", True),
    ],
)
def test_plain_bounds_of_versions(installed: str, bounds: str, fits: bool) -> None:
    assert _within(installed, bounds) is fits


def test_json_is_asked_for_before_the_end_of_options_only() -> None:
    assert asks_for_json(["run", "--json"])
    assert not asks_for_json(["run", "--", "--json"])


def test_an_unforeseen_failure_tells_nothing_of_its_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_DEBUG", raising=False)

    def fail() -> None:
        raise ValueError("王小二 13800000000")

    code = ended(fail, [])

    captured = capsys.readouterr()
    assert (code, captured.out) == (1, "")
    assert "ValueError" in captured.err
    assert "王" not in captured.err
    assert "Traceback" not in captured.err


def test_a_traceback_is_for_those_who_ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DEBUG", "1")

    ended(lambda: [][1], [])

    assert "Traceback" in capsys.readouterr().err


def test_a_failure_of_the_hub_keeps_its_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise SourceUnavailable("read", seen="nobody answers", next_step="Wait.")

    assert ended(fail, []) == 1
    assert capsys.readouterr().err == "could not read: nobody answers. Wait.\n"
