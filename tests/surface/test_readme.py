"""The README tells the truth: both languages agree, the example loads, links lead on.

Its commands are run by `test_tour`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support.shown_output import PAGES, ROOT
from support.source_tree import repository_files, short

import hub.cities
from hub.partners.loader import load_city

FENCE = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")
ENGLISH, CHINESE = PAGES


def _fences(page: Path, kind: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return [body for word, body in FENCE.findall(text) if word == kind]


@pytest.mark.parametrize("kind", ["console", "sh", "toml"])
def test_both_languages_show_the_same(kind: str) -> None:
    english, chinese = _fences(ENGLISH, kind), _fences(CHINESE, kind)

    assert english
    assert chinese == english


def test_both_languages_have_the_same_sections() -> None:
    marks = [re.findall(r"^#+", page.read_text("utf-8"), re.M) for page in PAGES]

    assert marks[0] == marks[1]


def test_the_example_partner_loads(tmp_path: Path) -> None:
    (example,) = _fences(ENGLISH, "toml")
    (name,) = re.findall(r'^id = "(\w+)"', example, re.M)
    shipped = Path(next(iter(hub.cities.__path__))) / "wuhan"
    shutil.copytree(shipped, tmp_path / "wuhan")
    (tmp_path / "wuhan" / "partners" / f"{name}.toml").write_text(example, "utf-8")

    city = load_city(tmp_path / "wuhan", strict=True)

    assert city.partners[name].feeds
    assert len(example.splitlines()) <= 32


def test_links_lead_somewhere() -> None:
    pages = [path for path in repository_files() if path.suffix == ".md"]

    broken = [
        f"{short(page)} → {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]

    assert not broken


def test_named_files_and_folders_exist() -> None:
    """A path between backquotes that begins at the root of the house is there."""
    roots = "|".join(("hub", "tests", "docs", "deploy", "benchmarks"))
    named = re.compile(rf"`((?:{roots})/[\w./-]+)`")

    broken = [
        f"{page.name}: {path}"
        for page in [*PAGES, *(ROOT / "docs").glob("**/*.md")]
        for path in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]

    assert not broken


def test_every_decision_says_context_decision_and_consequences() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("0*.md"))
    index = (folder / "README.md").read_text(encoding="utf-8")

    parts = {
        page.name: re.findall(r"^## (\w+)", page.read_text("utf-8"), re.MULTILINE)
        for page in pages
    }

    wanted = ["Context", "Decision", "Consequences"]
    assert parts == dict.fromkeys(parts, wanted)
    assert all(f"({name})" in index for name in parts)
