"""Nothing in the repository knows the machine that it was written on."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from support.source_tree import ROOT, repository_files, short

TEXT = {
    "", ".cfg", ".css", ".csv", ".html", ".ini", ".js", ".json", ".lock", ".mako",
    ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip
HOMES = re.compile(
    r"(?<![\w./:-])(?:/(?:root|work|workspace)/\w|/(?:home|Users)/\w+/|[A-Z]:\\Users\\)"
)
INDEX = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host"
    r"|\bPIP_(?:INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS)\s*="
    r"|https?://[^\s\"')]+/simple\b"
)
SHARED = re.compile(r"\.\./shared\b|/shared/(?:DESIGN|STYLE|domain|research)")


def _texts() -> list[tuple[Path, str]]:
    return [
        (path, path.read_text(encoding="utf-8", errors="replace"))
        for path in repository_files()
        if path.suffix in TEXT and path != Path(__file__).resolve()
    ]


def _hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{short(path)}:{text.count(chr(10), 0, hit.start()) + 1} {hit.group()!r}"
        for path, text in _texts()
        for hit in pattern.finditer(text)
    ]


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert not _hits(HOMES)


def test_no_file_names_a_package_index() -> None:
    assert not _hits(INDEX)


def test_nothing_leans_on_files_outside_the_repository() -> None:
    assert not _hits(SHARED)


def test_no_file_names_this_machines_index_or_checkout() -> None:
    urls = [
        url
        for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL")
        for url in os.environ.get(name, "").split()
    ]
    own = {str(ROOT), *(urlsplit(url).netloc.rpartition("@")[2] for url in urls)}
    own -= {"", "/", "pypi.org"}

    told = [
        f"{short(path)} names {word}"
        for path, text in _texts()
        for word in own
        if word in text
    ]

    assert not told
