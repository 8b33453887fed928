"""Progress names the feed that is at work, wherever events come from."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from hub.cli.progress import Bars, Lines

EVENTS = [
    ("feed", {"partner": "p", "feed": "cases"}),
    ("part", {"partner": "p", "batch": "b1", "bytes": 1200}),
    ("rows", {"partner": "p", "batch": "b1", "received": 3000}),
    ("feed", {"partner": "q", "feed": "notes"}),
    ("merged", {"partner": "p", "batch": "b1", "dataset": "issue"}),
    ("batch", {"partner": "p", "batch": "b1", "state": "merged"}),
    ("feed", {"partner": "p", "feed": "events"}),
    ("linked", {"partner": "p", "month": "2026-10"}),
    ("released", {"dataset": "issue", "rows": 3000}),
    ("something new", {"partner": "p"}),
]


def test_a_pipe_gets_a_line_per_beginning_and_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell = Lines()

    for event, facts in EVENTS:
        tell(event, facts)

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "p/cases: asking",
        "q/notes: asking",
        "p/cases: b1: merged",
        "p/events: asking",
    ]


def test_a_terminal_gets_a_line_per_feed_whose_clock_stops() -> None:
    progress = Progress(console=Console(file=io.StringIO()))
    tell = Bars(progress)

    for event, facts in EVENTS:
        tell(event, facts)

    lines = {task.description: task for task in progress.tasks}
    assert list(lines) == ["p/cases", "q/notes", "p/events", "city"]
    assert [name for name, task in lines.items() if task.finished] == [
        "p/cases",
        "p/events",
    ]
    assert lines["city"].fields["told"] == "released issue, 3,000 rows"
