"""A page that a reader follows: files to write, commands to run, what they print.

What lives here: finding the steps of such a page in their order and taking them in an
empty folder. Run as a script it fills the page (`make docs`). What does not: how a
command is run and compared (`shown_output`).

    <!-- file: drop/a.csv -->       the fence after it is written to that file
    <!-- add to: city/b.toml -->    … is added at its end
    <!-- output: hub run -->        … holds what the command prints
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from support.shown_output import BLOCK, ROOT, Runs, Shown, as_installed, run_shown

import hub.cities

STEP = re.compile(
    r"<!-- (?P<what>file|add to): (?P<path>\S+) -->\n```\w+\n(?P<text>.*?)```\n|"
    + BLOCK.pattern,
    re.DOTALL,
)


class Walked(NamedTuple):
    """A page, and the surroundings that its first lines set."""

    path: Path
    surroundings: Mapping[str, str]


ONBOARDING = Walked(
    ROOT / "docs" / "onboarding.md",
    {
        "HUB_CITY": "city",
        "HUB_HANKOU_DIR": "drop",
        "HUB_NOW": "2026-07-02T08:00:00+08:00",
    },
)
ASSESSMENT = Walked(
    ROOT / "docs" / "assessment.md", {"HUB_NOW": "2026-08-05T09:00:00+08:00"}
)
# What the first lines of docs/assessment.md make, and the README's tour as well.
DEMO = Shown("hub demo --days 3 --issues 200", None, "")


def prepare(folder: Path) -> None:
    """What the first commands of docs/onboarding.md make: a city of one's own."""
    shipped = Path(next(iter(hub.cities.__path__))) / "wuhan"
    shutil.copytree(shipped, folder / "city")


def walk(
    page: Walked, folder: Path, runs: Runs = as_installed
) -> Iterator[tuple[re.Match[str], str]]:
    """Take the steps; each output block with what its command printed."""
    for hit in STEP.finditer(page.path.read_text(encoding="utf-8")):
        if hit["what"] is None:
            head = int(hit["head"]) if hit["head"] else None
            block = Shown(hit["command"].strip(), head, hit["body"])
            yield hit, run_shown(block, folder / ".hub", page.surroundings, runs)
            continue
        path = folder / hit["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if hit["what"] == "add to" else ""
        path.write_text(before + hit["text"], encoding="utf-8")


def fill(page: Walked, folder: Path) -> None:
    """Write what the commands print into the page."""
    text = page.path.read_text(encoding="utf-8")
    done, end = [], 0
    for hit, printed in walk(page, folder):
        done += [text[end : hit.start("body")], printed]
        end = hit.end("body")
    page.path.write_text("".join([*done, text[end:]]), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        prepare(Path(made))
        fill(ONBOARDING, Path(made))
    with tempfile.TemporaryDirectory() as made:
        run_shown(DEMO, Path(made) / ".hub")
        fill(ASSESSMENT, Path(made))
    sys.exit(0)
