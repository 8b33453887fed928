"""Commands of `hub` in this process, over a hub that a test made.

What lives here: one call, its exit code and what it printed. What does not: commands
as processes of their own (`file_city`), which cost a second each.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from hub.cli.program import main
from hub.flow.house import House


@dataclass(frozen=True)
class Console:
    """A person at the console of one hub."""

    house: House
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *args: str, code: int = 0) -> Any:
        """The JSON value that a command answers with; a failure's `error`."""
        settings = self.house.settings
        self.monkeypatch.setenv("HUB_NOW", self.house.now().isoformat())
        if settings.warehouse_url is not None:
            self.monkeypatch.setenv("HUB_WAREHOUSE_URL", settings.warehouse_url)
        where = ("--home", str(settings.home), "--city", str(settings.city))
        ended = main([*args, *where, "--json"])
        told = self.capsys.readouterr()
        assert ended == code, told.err
        return json.loads(told.out)
