"""Files stay small, are named for what they hold, and say what lives in them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from support.source_tree import ROOT, python_files, short

MOST_LINES = 300
DRAWERS = {
    "base_utils", "common", "core", "helper", "helpers", "manager", "managers",
    "misc", "process_data", "stuff", "tools", "util", "utils",
}  # fmt: skip


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _support() -> list[Path]:
    """Test code that other tests read: it has no test names that speak for it."""
    return [path for path in python_files("tests") if "test_" not in path.name]


def test_no_file_is_longer_than_300_lines() -> None:
    sizes = {short(path): _lines(path) for path in python_files()}

    too_long = {name: lines for name, lines in sizes.items() if lines > MOST_LINES}

    assert not too_long, f"longest of {len(sizes)} files: {too_long}"


def test_no_module_is_a_drawer_for_leftovers() -> None:
    named = [
        short(path)
        for path in python_files()
        for word in (*path.relative_to(ROOT).parts[:-1], path.stem)
        if word in DRAWERS or re.search(r"_(utils?|helpers?|manager|misc)$", word)
    ]

    assert not named, ", ".join(named)


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        short(path)
        for path in [*python_files("hub", "benchmarks"), *_support()]
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        and path.read_text(encoding="utf-8").strip()
    ]

    assert not silent, ", ".join(silent)
