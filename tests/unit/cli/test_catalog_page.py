"""The catalogue on a terminal, and the options of an export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.catalogues import released_house

from hub.cli.catalog_page import show_entry, show_list
from hub.cli.printing import Page
from hub.cli.program import main
from hub.sharing.catalogue.build import catalogue_of

FORMS = ("dcat", "package", "xlsx", "html", "svg")


@pytest.fixture
def home(tmp_path: Path) -> list[str]:
    house = released_house(tmp_path)
    house.control.close()
    return ["--home", str(tmp_path / "home"), "--city", str(tmp_path / "city")]


def test_the_list_fits_80_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    found = catalogue_of(released_house(tmp_path))

    show_list(Page(), found)
    listed = capsys.readouterr().out
    show_entry(Page(), found, found.entry("issue"))
    entry = capsys.readouterr().out

    rows = [line for line in listed.splitlines() if line.startswith("issue ")]
    assert rows == [rows[0]]
    assert rows[0].split() == ["issue", "案件/问题", "conditional", "17", "0", "0"]
    assert "1020030004/0007" in entry
    assert "platform/cases" in entry


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_written(home: list[str], tmp_path: Path, form: str) -> None:
    out = tmp_path / f"catalogue.{form}"

    code = main(["catalog", "export", "--format", form, "--out", str(out), *home])

    assert code == 0
    assert out.stat().st_size > 1000
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "more",
    [
        ["--format", "xlsx", "--base", "https://x.org/"],
        ["--format", "dcat", "--language", "en"],
        ["--format", "html", "--release", "r9"],
    ],
)
def test_options_that_do_not_fit_are_refused(
    home: list[str], tmp_path: Path, more: list[str]
) -> None:
    out = tmp_path / "x"

    code = main(["catalog", "export", "--out", str(out), *more, *home])

    assert code == 2
    assert not out.exists()


def test_an_unknown_dataset_is_misuse(
    home: list[str], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = main(["catalog", "show", "isue", "--json", *home])

    told = json.loads(capsysbinary.readouterr().out)
    assert code == 2
    assert "issue" in told["error"]["message"]


def test_without_a_hub_it_shows_what_is_declared(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = main(["catalog", "show", "--json", "--home", str(tmp_path / "none")])

    told = json.loads(capsysbinary.readouterr().out)
    assert code == 0
    assert told["release"] is None
    assert len(told["datasets"]) == 22
