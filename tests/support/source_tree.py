"""The files of this repository as the house tests read them.

What lives here: which files belong to it, and the modules of `hub` as syntax
trees. What does not: any law about them, see `tests/house`.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HUB = ROOT / "hub"
LEFT_OUT = {".git", ".venv", ".hub", "build", "dist", "__pycache__"}


@cache
def repository_files() -> tuple[Path, ...]:
    """Every file that git tracks or would take; without git, every file here."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        names = listed.stdout.decode().split("\0")
        found = [ROOT / name for name in names if name]
    else:
        found = list(_walk(ROOT))
    return tuple(sorted(path for path in found if path.is_file()))


def _walk(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in folder.iterdir():
        if path.is_dir():
            skipped = path.name in LEFT_OUT or path.name.endswith(
                ("_cache", ".egg-info")
            )
            found += [] if skipped else _walk(path)
        else:
            found.append(path)
    return found


def python_files(*folders: str) -> list[Path]:
    """Python files of the repository, or of some of its top folders."""
    return [
        path
        for path in repository_files()
        if path.suffix == ".py"
        and (not folders or path.relative_to(ROOT).parts[0] in folders)
    ]


def short(path: Path) -> str:
    """A path as it is written in the repository."""
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """`hub/flow/run.py` as `hub.flow.run`, `hub/flow/__init__.py` as `hub.flow`."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=short(path))


def imported_names(path: Path) -> list[tuple[str, int]]:
    """Every dotted name that a file imports, wherever in it, with its line.

    `from hub.flow import run` gives `hub.flow.run`, so that a room is seen even
    where it is imported from the package above it. A constant handed to
    `import_module` counts too.
    """
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Import(names=names):
                found += [(alias.name, node.lineno) for alias in names]
            case ast.ImportFrom(module=str(module), level=0, names=names):
                found += [(f"{module}.{alias.name}", node.lineno) for alias in names]
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found.append((name, node.lineno))
    return found
