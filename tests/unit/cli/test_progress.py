"""Progress: a line per partner at work, and one for each that is done."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console
from rich.progress import Progress

from hub.cli.progress import Bars, Lines, Works

EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("feed", {"partner": "p", "feed": "cases"}),
    ("part", {"partner": "p", "batch": "b1", "bytes": 1200}),
    ("part", {"partner": "p", "batch": "b1", "bytes": 800}),
    ("rows", {"partner": "p", "batch": "b1", "received": 2000}),
    ("rows", {"partner": "p", "batch": "b1", "received": 3000}),
    ("feed", {"partner": "q", "feed": "notes"}),
    ("merged", {"partner": "p", "batch": "b1", "dataset": "issue"}),
    ("batch", {"partner": "p", "batch": "b1", "state": "merged"}),
    ("feed", {"partner": "p", "feed": "events"}),
    ("something new", {"partner": "p"}),
]
END: list[tuple[str, dict[str, Any]]] = [
    ("batch", {"partner": "q", "batch": "b2", "state": "failed"}),
    ("ended", {"partner": "q"}),
    ("ended", {"partner": "p"}),
    ("rows", {"batch": "b3", "received": 5}),
    ("linked", {"partner": "p", "month": "2026-10"}),
    ("released", {"dataset": "issue", "rows": 3000}),
]


def tell(works: Works, *events: tuple[str, dict[str, Any]]) -> None:
    for event, facts in events:
        works(event, facts)


def test_a_pipe_gets_one_line_per_partner_that_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = Lines()

    tell(lines, *EVENTS, *END)
    lines.close()

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "q: 1 feed, 0 rows, notes failed",
        "p: 2 feeds, 3,000 rows, merged",
        "city: linked and released, 1 dataset new",
    ]


def test_a_partner_that_brought_nothing_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell(Lines(), EVENTS[0], ("ended", {"partner": "p"}), ("ended", {"partner": "x"}))

    assert capsys.readouterr().err == "p: 1 feed, nothing new\n"


def test_a_terminal_gets_a_line_per_partner_at_work() -> None:
    file = io.StringIO()
    progress = Progress(console=Console(file=file, width=80))
    bars = Bars(progress)

    tell(bars, *EVENTS[:7])

    lines = {task.description: task.fields["told"] for task in progress.tasks}
    assert lines == {"p/cases": "3,000 rows, merging issue", "q/notes": "asking"}


def test_a_line_gives_way_to_what_it_came_to() -> None:
    file = io.StringIO()
    progress = Progress(console=Console(file=file, width=80))
    bars = Bars(progress)

    tell(bars, *EVENTS, ("ended", {"partner": "p"}))

    assert [task.description for task in progress.tasks] == ["q/notes"]
    assert file.getvalue() == "p: 2 feeds, 3,000 rows, merged\n"


def test_bytes_of_a_delivery_add_up() -> None:
    progress = Progress(console=Console(file=io.StringIO()))

    tell(Bars(progress), *EVENTS[:3])

    assert progress.tasks[0].fields["told"] == "2,000 bytes landed"
