"""The import law: rooms know only what lies below them, and one knows Dagster."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from support.source_tree import (
    HUB,
    ROOT,
    imported_names,
    module_name,
    python_files,
    short,
    tree_of,
)

# From the ground up; a room may use the rooms on lines above its own.
LAW = (
    # cities: folders of declarations, no code
    {"allocators", "settings", "errors", "cities", "workbooks"},
    {"schemas"},
    {"partners"},
    {"connectors", "pipeline", "metrics", "scoring", "storage", "telling"},
    {"flow"},
    {"alarms"},
    {"watching"},
    {"assets", "sharing", "onboarding", "bulletin"},
    {"definitions"},
    {"demo"},
    {"cli"},
)
FLOOR = {room: floor for floor, rooms in enumerate(LAW) for room in rooms}
DAGSTER_ROOMS = {"assets", "definitions"}

ROOMS = sorted(
    path.stem
    for path in HUB.iterdir()
    if (path.is_dir() and any(path.glob("*.py")))
    or (path.suffix == ".py" and path.stem != "__init__")
)


def _room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def _files(room: str) -> list[Path]:
    return [path for path in python_files("hub") if _room(module_name(path)) == room]


def test_every_room_has_a_place_in_the_law() -> None:
    unknown = set(ROOMS) - set(FLOOR)

    assert not unknown, f"rooms without a floor: {sorted(unknown)}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_uses_only_rooms_below_it(room: str) -> None:
    below = {other for other in FLOOR if FLOOR[other] < FLOOR[room]} | {room}

    broken = [
        f"{short(path)}:{line} imports {name}"
        for path in _files(room)
        for name, line in imported_names(path)
        if name.split(".")[0] == "hub" and _room(name) not in below
    ]

    assert not broken, "\n".join(broken)


def test_only_assets_and_definitions_know_dagster() -> None:
    broken = [
        f"{short(path)}:{line} imports {name}"
        for path in python_files("hub")
        if _room(module_name(path)) not in DAGSTER_ROOMS
        for name, line in imported_names(path)
        if re.match(r"dagster($|[._])", name)
    ]

    assert not broken, "\n".join(broken)


def test_imports_are_absolute() -> None:
    broken = [
        f"{short(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("hub", ("mysql", "sftp", "s3")),
        ("tests", ("dev", "blackbox")),
        ("benchmarks", ("dev", "bench")),
    ],
)
def test_every_imported_package_is_declared(
    folder: str, extras: tuple[str, ...]
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = list(project["dependencies"])
    for extra in extras:
        listed += project["optional-dependencies"][extra]
    declared = {Requirement(text).name.lower().replace("_", "-") for text in listed}
    owners = packages_distributions()
    own = {"hub", "benchmarks", *(p.stem for p in (ROOT / "tests").iterdir())}

    missing = {
        f"{name.split('.')[0]} ({short(path)}:{line})"
        for path in python_files(folder)
        for name, line in imported_names(path)
        if (top := name.split(".")[0]) not in sys.stdlib_module_names | own
        and not declared
        & {owner.lower().replace("_", "-") for owner in owners.get(top, [top])}
    }

    assert not missing, "\n".join(sorted(missing))
