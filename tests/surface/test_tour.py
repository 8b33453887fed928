"""The README's tour of a demo home, and the walk of docs/assessment.md through it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from support.called_here import most_here
from support.shown_output import PAGES, run_shown, shown_blocks, steady
from support.walked_page import ASSESSMENT, DEMO, walk


class Toured(NamedTuple):
    """A folder whose home took the tour, and what each command printed."""

    folder: Path
    printed: list[str]


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Toured:
    """The tour, taken once. Months may be frozen in its home, nothing else."""
    folder = tmp_path_factory.mktemp("toured")
    blocks = shown_blocks(PAGES[0])
    return Toured(
        folder, [run_shown(block, folder / ".hub", runs=most_here) for block in blocks]
    )


@pytest.mark.slow
def test_commands_print_what_the_readme_shows(toured: Toured) -> None:
    shown = [steady(block.body) for block in shown_blocks(PAGES[0])]

    assert [steady(text) for text in toured.printed] == shown, "run `make docs`"


@pytest.mark.slow
def test_commands_print_what_the_assessment_page_shows(toured: Toured) -> None:
    steps = list(walk(ASSESSMENT, toured.folder, most_here))

    assert len(steps) == 18
    for hit, printed in steps:
        assert steady(printed) == steady(hit["body"]), "run `make docs`"
    bulletins = toured.folder / "bulletins"
    assert {one.suffix for one in bulletins.iterdir()} == {".html", ".xlsx"}


def test_the_assessment_page_begins_where_the_tour_does() -> None:
    first = shown_blocks(PAGES[0])[0].command

    assert first == DEMO.command
    assert first in ASSESSMENT.path.read_text("utf-8")
