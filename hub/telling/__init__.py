"""What the hub writes to its logs: one line per event, with ids and without values.

What lives here: the way of a log line: which events are told (`events`), which ids
stand on each (`about`), what must never stand there (`masking`), how a line looks
(`lines`). What does not: progress that a person watches (`hub.cli.progress`), the
ledger, and Dagster, which is handed the same records by their logger's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hub.telling.about import about, bound
from hub.telling.events import is_written, log_event, log_fields

if TYPE_CHECKING:
    from hub.settings import Settings

__all__ = ["about", "bound", "is_written", "log_event", "log_fields", "start"]


def start(settings: Settings) -> None:
    """Write lines in this process, where its surroundings ask for them."""
    if settings.log is not None:
        # Imported late: whoever wants no lines need not wait for what writes them.
        from hub.telling import lines

        lines.start(settings.log)
