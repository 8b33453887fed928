"""How a log line looks, and which ids stand on it."""

from __future__ import annotations

import logging

import pytest
from support.log_lines import logging_to

from hub.telling import about, is_written, log_event, log_fields
from hub.telling.events import LOGGER, WORDS


def test_a_line_bears_what_is_bound_around_it() -> None:
    with logging_to() as told:
        with about(run="r1", partner="p"), about(feed="cases", batch="b1"):
            log_event("merged", {"dataset": "issue"})
        log_event("release", {"release": "r000001"})

    first, second = told.lines
    assert first["at"].endswith("Z")
    assert list(first)[1:] == [
        "level", "event", "run", "partner", "feed", "batch", "dataset",
    ]  # fmt: skip
    assert first["batch"] == "b1"
    assert {"partner", "feed", "batch", "run"}.isdisjoint(second)


def test_facts_know_better_than_what_encloses_them() -> None:
    with logging_to() as told, about(batch="b1"):
        log_event("merged", {"dataset": "issue", "batch": "b2"})

    assert told.events("batch") == [("dataset merged", "b2")]


@pytest.mark.parametrize(
    ("state", "level"),
    [("merged", "info"), ("refused", "warning"), ("failed", "error")],
)
def test_how_a_batch_ended_decides_how_loud_it_is_told(state: str, level: str) -> None:
    with logging_to() as told:
        log_event("batch", {"batch": "b1", "state": state})

    assert told.events("level") == [(f"batch {state}", level)]


def test_single_parts_and_unknown_events_are_progress_only() -> None:
    with logging_to() as told:
        log_event("part", {"batch": "b1", "bytes": 3})
        log_event("something new", {})

    assert told.lines == []
    assert WORDS["part"][1] == logging.DEBUG


def test_people_read_words() -> None:
    with logging_to("text") as told, about(partner="qiaokou"):
        log_event("merged", {"dataset": "issue", "share": "5%"})

    (line,) = told.text.splitlines()
    assert "dataset merged" in line
    assert "partner=qiaokou" in line
    assert "share=5%" in line


def test_any_other_handler_can_print_the_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with logging_to(), caplog.at_level(logging.INFO, LOGGER), about(batch="b1"):
        log_event("merged", {"dataset": "issue", "share": "5%d"})

    assert caplog.messages == ["dataset merged batch=b1 dataset=issue share=5%d"]


def test_a_library_says_its_line_with_its_name_and_without_its_exception() -> None:
    with logging_to() as told:
        try:
            raise ValueError("王小二 13871230001")
        except ValueError:
            logging.getLogger("some.library").exception("it broke")

    (line,) = told.lines
    assert line["logger"] == "some.library"
    assert line["level"] == "error"
    assert line["problem"].startswith("ValueError at test_lines.py:")
    assert "王小二" not in told.text


def test_without_lines_nothing_is_written() -> None:
    assert not is_written()
    with logging_to() as told:
        assert is_written()
    assert not is_written()
    log_fields(LOGGER, logging.INFO, "unheard", {})

    assert told.text == ""


def test_a_line_bears_no_other_id() -> None:
    with pytest.raises(TypeError, match="no line bears person"), about(person="x"):
        pass
