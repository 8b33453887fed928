"""The walk of docs/onboarding.md, taken as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.called_here import most_here
from support.shown_output import steady
from support.walked_page import ONBOARDING, prepare, walk


@pytest.mark.slow
def test_commands_print_what_the_page_shows(tmp_path: Path) -> None:
    prepare(tmp_path)

    steps = list(walk(ONBOARDING, tmp_path, most_here))

    assert len(steps) == 8
    for hit, printed in steps:
        assert steady(printed) == steady(hit["body"]), "run `make docs`"
    assert "合格" in (tmp_path / "验收单.html").read_text("utf-8")
