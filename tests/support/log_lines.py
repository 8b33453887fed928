"""Log lines of a stretch of work, as a machine reads them.

What lives here: switching lines on for a block, and off again. What does not: what
they should say.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from hub.telling import lines


@dataclass
class Written:
    """What was written, filled when the block ends."""

    text: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)

    def events(self, *names: str) -> list[tuple[Any, ...]]:
        """The event of each line, with these fields."""
        return [(one["event"], *(one.get(n) for n in names)) for one in self.lines]


@contextmanager
def logging_to(form: lines.Form = "json") -> Iterator[Written]:
    """Lines are written, and kept here instead of on standard error."""
    told, stream = Written(), io.StringIO()
    with patch("sys.stderr", stream):
        lines.start(form)
        try:
            yield told
        finally:
            lines.stop()
            told.text = stream.getvalue()
            if form == "json":
                told.lines = [json.loads(one) for one in told.text.splitlines()]
