"""Output of commands as the README shows it, and as the program really prints it.

What lives here: finding the shown blocks, running their commands in the order in
which a reader would, and comparing what must not change. Run as a script it fills
both READMEs (`make docs`). What does not: the commands.

A shown block is a comment and the fence after it; `head 5` keeps so many lines:

    <!-- output: hub batch list | head 5 -->
    ```console
    $ hub batch list
    …
    ```
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
CUT = "…"
BLOCK = re.compile(
    r"<!-- output: (?P<command>hub [^|\n]*?)(?: \| head (?P<head>\d+))? -->\n"
    r"```console\n(?P<body>.*?)```\n",
    re.DOTALL,
)
# What another machine, another day or another order of processes may change.
UNSTEADY = (
    (re.compile(r"\b[0-9a-f]{8,64}\b"), "<digest>"),
    (re.compile(r"\bb\d{8}\b"), "<batch>"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:ms|s|seconds?)\b"), "<time>"),
    (re.compile(r"[─━═┄┈-]{3,}"), "<line>"),
    (re.compile(r"[ \t]+"), " "),
)


class Shown(NamedTuple):
    """One block of a page."""

    command: str
    head: int | None
    body: str


def shown_blocks(page: Path) -> list[Shown]:
    """The blocks of a page, in order."""
    return [
        Shown(hit["command"].strip(), int(hit["head"]) if hit["head"] else None, hit[3])
        for hit in BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]


class Runs(Protocol):
    """Running a command line: its exit code, standard output and standard error."""

    def __call__(
        self, args: tuple[str, ...], *, cwd: Path, surroundings: Mapping[str, str]
    ) -> tuple[int, str, str]: ...


def as_installed(
    args: tuple[str, ...], *, cwd: Path, surroundings: Mapping[str, str]
) -> tuple[int, str, str]:
    """Run the installed program."""
    program = Path(sys.executable).with_name("hub")
    done = subprocess.run(
        [str(program), *args],
        cwd=cwd,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def run_shown(
    block: Shown,
    home: Path,
    more: Mapping[str, str] | None = None,
    runs: Runs = as_installed,
) -> str:
    """What a block should hold: the command and what it prints in that home."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith("HUB_")
    }
    code, out, err = runs(
        tuple(shlex.split(block.command)[1:]),
        cwd=home.parent,
        surroundings=surroundings
        | {"HUB_HOME": str(home), "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
        | dict(more or {}),
    )
    printed = out.replace(str(home), ".hub")
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    if code == 2 or "Traceback" in err:
        raise ValueError(f"{block.command} does not run: {err.strip()}")
    if block.head and len(lines) > block.head:
        lines = [*lines[: block.head], CUT]
    return "\n".join([f"$ {block.command}", *lines, ""])


def steady(text: str) -> list[str]:
    """The lines of an output without what may differ from run to run."""
    for pattern, word in UNSTEADY:
        text = pattern.sub(word, text)
    return [line.strip() for line in text.strip().splitlines()]


def fill(pages: tuple[Path, ...], home: Path) -> None:
    """Write what the commands print into the blocks of every page."""
    printed: dict[str, str] = {}
    for block in shown_blocks(pages[0]):
        printed[block.command] = run_shown(block, home)

    def written(hit: re.Match[str]) -> str:
        head = hit[0][: hit.start("body") - hit.start()]
        return f"{head}{printed[hit['command'].strip()]}```\n"

    for page in pages:
        text = page.read_text(encoding="utf-8")
        page.write_text(BLOCK.sub(written, text), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        fill(PAGES, Path(folder) / ".hub")
