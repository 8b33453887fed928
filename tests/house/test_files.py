"""Files stay small, are named for what they hold, and say what lives in them."""

from __future__ import annotations

import ast
import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from support.source_tree import HUB, ROOT, python_files, repository_files, short

MOST_LINES = 300
DRAWERS = {
    "base_utils", "common", "core", "helper", "helpers", "manager", "managers",
    "misc", "process_data", "stuff", "tools", "util", "utils",
}  # fmt: skip


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


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
        for path in python_files()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        and path.read_text(encoding="utf-8").strip()
    ]

    assert not silent, ", ".join(silent)


def test_every_shipped_file_is_in_the_package() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    globs = table["package-data"]["hub"]

    lost = [
        short(path)
        for path in repository_files()
        if HUB in path.parents
        and path.suffix != ".py"
        and not any(
            fnmatch(path.relative_to(HUB).as_posix(), glob.replace("**/", "*"))
            for glob in globs
        )
    ]

    assert not lost, f"not in [tool.setuptools.package-data]: {lost}"


def test_every_package_folder_is_a_package() -> None:
    holding = {path.parent for path in python_files("hub")}
    data_only = {
        folder
        for folder in holding
        if "cities" in folder.relative_to(ROOT).parts and folder.name != "cities"
    }

    without = [
        short(folder)
        for folder in sorted(holding - data_only)
        if not (folder / "__init__.py").is_file()
    ]

    assert not without, ", ".join(without)
