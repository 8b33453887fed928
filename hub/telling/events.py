"""From what the flow tells of itself to log lines.

What lives here: which events become lines, in which words and how loud; the one
call behind them. What does not: telling (`House.note`), so that progress, logs and
Dagster's pages rest on the same events and nothing is said twice in code.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import Any

from hub.telling.about import bound

Line = MutableMapping[str, Any]
LOGGER = "hub.flow"
FIELDS = "hub_fields"  # under this name a record bears the line's fields

# Event → words and level; what is not here is progress only.
WORDS: Mapping[str, tuple[str, int]] = {
    "feed": ("feed asked", logging.INFO),
    "opened": ("batch opened", logging.INFO),
    "part": ("part landed", logging.DEBUG),
    "landed": ("batch fetched", logging.INFO),
    "rows": ("rows read", logging.DEBUG),
    "validated": ("batch validated", logging.INFO),
    "merged": ("dataset merged", logging.INFO),
    "acknowledge": ("rows acknowledged", logging.INFO),
    "linked": ("place linked", logging.DEBUG),
    "released": ("dataset counted", logging.DEBUG),
    "release": ("release published", logging.INFO),
    "erased": ("values erased", logging.INFO),
    "submission": ("submission taken in", logging.INFO),
    "stage": ("stage done", logging.INFO),
}
BATCH = "batch"  # its words and level are those of the state it ended in
LOUD = {"refused": logging.WARNING, "failed": logging.ERROR}


def log_event(event: str, facts: Mapping[str, Any]) -> None:
    """Write the line of one event, where it has one and somebody reads it."""
    if event == BATCH:
        state = str(facts["state"])
        words, level = f"batch {state}", LOUD.get(state, logging.INFO)
    elif event in WORDS:
        words, level = WORDS[event]
        if event == "acknowledge" and "error" in facts:
            words, level = "rows not acknowledged", logging.WARNING
    else:
        return
    log_fields(LOGGER, level, words, facts)


def log_fields(name: str, level: int, words: str, fields: Mapping[str, Any]) -> None:
    """Write a line with fields, and with the ids that are bound here.

    Args:
        name: of the logger, below `hub`.
        level: as `logging` counts them.
        words: what happened; the same for every such event.
        fields: counts, states, names of datasets; no value of a row.
    """
    if logging.getLogger(name).isEnabledFor(level):
        _logger(name).log(level, words, **fields)


@cache
def _logger(name: str) -> Any:
    # Imported late: commands that only read say nothing and need not wait for it.
    import structlog

    return structlog.wrap_logger(
        logging.getLogger(name),
        # The words are the hub's own: only what stands beside them is looked through.
        processors=[_with_ids, _masked, _as_record],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _with_ids(_logger: object, _method: str, line: Line) -> Line:
    return {**bound(), **line}  # facts know better than what encloses them


def _masked(logger: object, method: str, line: Line) -> Line:
    from hub.telling.masking import mask_line

    words = line.pop("event")
    return {"event": words, **mask_line(logger, method, line)}


def _as_record(
    _logger: object, _method: str, line: Line
) -> tuple[tuple[str], dict[str, Any]]:
    """A record that any handler can print, Dagster's too, and ours reads in full."""
    event = str(line["event"])
    rest = " ".join(f"{name}={one}" for name, one in line.items() if name != "event")
    return (f"{event} {rest}".strip(),), {"extra": {FIELDS: line}}


def is_written() -> bool:
    """Whether somebody reads a line per event; progress would say it twice then."""
    return logging.getLogger(LOGGER).isEnabledFor(logging.INFO)
