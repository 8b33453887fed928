"""Who may look at the clock, the environment and the disk."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from support.source_tree import imported_names, python_files, short, tree_of

CLOCK = {"now", "today", "utcnow", "monotonic", "perf_counter"}
DISK = {
    "mkdir", "read_bytes", "read_csv", "read_delta", "read_parquet", "read_text",
    "scan_csv", "scan_delta", "scan_parquet", "unlink", "write_bytes", "write_csv",
    "write_parquet", "write_text",
}  # fmt: skip


def _room_files(room: str) -> list[Path]:
    return [path for path in python_files("hub") if f"hub/{room}/" in short(path)]


def _calls(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else None
            name = func.id if isinstance(func, ast.Name) else name
            found.append((name or "", node.lineno))
    return found


@pytest.mark.parametrize("room", ["pipeline", "metrics", "scoring"])
def test_pure_rooms_have_no_clock_and_no_disk(room: str) -> None:
    broken = [
        f"{short(path)}:{line} calls {name}"
        for path in _room_files(room)
        for name, line in _calls(path)
        if name in CLOCK | DISK | {"open"}
    ]

    assert not broken, "\n".join(broken)


def _environment_reads(path: Path) -> list[int]:
    """Lines that read the environment; filling it or handing it on is not reading."""
    tree = tree_of(path)
    written = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="update", value=target)):
                written.add(target)
            case ast.Subscript(ctx=ast.Store() | ast.Del(), value=target):
                written.add(target)
            case ast.keyword(arg="env", value=ast.Dict(keys=keys, values=values)):
                written |= {v for k, v in zip(keys, values, strict=True) if k is None}
    read = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "environb", "getenv"}
        and node not in written
    ]
    names = {"os.environ", "os.environb", "os.getenv"}
    return read + [line for name, line in imported_names(path) if name in names]


# The allocators are told before anything is loaded, settings among it.
READERS = ("hub/settings.py", "hub/allocators.py")


def test_only_settings_reads_the_environment() -> None:
    broken = [
        f"{short(path)}:{line}"
        for path in python_files("hub")
        if short(path) not in READERS
        for line in _environment_reads(path)
    ]

    assert not broken, "\n".join(broken)


def test_tests_do_not_sleep() -> None:
    slept = [
        f"{short(path)}:{line}"
        for path in python_files("tests")
        for name, line in _calls(path)
        if name == "sleep"
    ]

    assert not slept, "\n".join(slept)


def test_submodules_of_pyarrow_are_imported_by_whoever_uses_them() -> None:
    # `import pyarrow` alone has none of them: it works only after somebody else did.
    used = re.compile(r"\bpa\.(compute|csv|dataset|json|parquet)\.")

    found = [
        short(path)
        for path in python_files("hub")
        if used.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []
