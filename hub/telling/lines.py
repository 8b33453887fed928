"""How a log line looks, and that there are lines at all in this process.

What lives here: the one handler, on standard error: words for people or JSON for
machines, as `HUB_LOG` says. Every program of the hub starts it (`hub`, a crew's
worker, a server process, a run under Dagster). What does not: what is logged.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

import structlog

from hub.telling.events import FIELDS
from hub.telling.masking import mask_line

Form = Literal["text", "json"]
ROOM = "hub"
FIRST = ("at", "level", "event", "run", "dagster_run", "partner", "feed", "batch")


class Handler(logging.StreamHandler[TextIO]):
    """Standard error as it is now: progress and tests put another in its place."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where lines go."""
        return sys.stderr


def start(form: Form) -> None:
    """Write lines from now on; called again it follows the new form."""
    stop()
    handler = Handler()
    handler.setFormatter(_formatter(as_json=form == "json"))
    logging.getLogger().addHandler(handler)
    logging.getLogger(ROOM).setLevel(logging.INFO)


def stop() -> None:
    """Write no more lines."""
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, Handler)]:
        root.removeHandler(old)
    logging.getLogger(ROOM).setLevel(logging.NOTSET)


def _formatter(*, as_json: bool) -> logging.Formatter:
    look: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        look.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        look.append(
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), timestamp_key="at", sort_keys=False
            )
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_fields], processors=[_ordered, *look]
    )


def _fields(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """The fields that a record bears, ours or a library's, with time and level."""
    record: logging.LogRecord = line["_record"]
    at = datetime.fromtimestamp(record.created, UTC)
    told = {"at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    told["level"] = record.levelname.lower()
    own = getattr(record, FIELDS, None)
    if own is not None:
        return {"_record": record, "_from_structlog": False, **told, **own}
    # A line of a library, or of a place that knows no fields: nothing is masked yet.
    return mask_line(_logger, _method, {**line, **told, "logger": record.name})


def _ordered(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    first = {name: line[name] for name in FIRST if name in line}
    return {**first, **{name: one for name, one in line.items() if name not in first}}
