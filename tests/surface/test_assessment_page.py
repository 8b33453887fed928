"""The walk of docs/assessment.md, taken as it is written."""

from __future__ import annotations

import pytest
from support.shown_output import PAGES, Toured, shown_blocks, steady
from support.walked_page import ASSESSMENT, DEMO, walk


@pytest.mark.slow
def test_commands_print_what_the_page_shows(toured: Toured) -> None:
    steps = list(walk(ASSESSMENT, toured.folder))

    assert len(steps) == 17
    for hit, printed in steps:
        assert steady(printed) == steady(hit["body"]), "run `make docs`"
    bulletins = toured.folder / "bulletins"
    assert {one.suffix for one in bulletins.iterdir()} == {".html", ".xlsx"}


def test_the_page_begins_where_the_tour_does() -> None:
    first = shown_blocks(PAGES[0])[0].command

    assert first == DEMO.command
    assert first in ASSESSMENT.path.read_text("utf-8")
