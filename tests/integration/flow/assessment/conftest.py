"""A hub whose month is over, for every test its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.closed_month import copied

from hub.flow.house import House


@pytest.fixture
def house(closed: Path, tmp_path: Path) -> House:
    """A copy, to go on with."""
    return copied(closed, tmp_path)
