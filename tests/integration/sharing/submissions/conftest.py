"""A hub whose one district sends submissions."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.push_city import Push


@pytest.fixture
def push(tmp_path: Path) -> Push:
    """Nothing was sent yet."""
    return Push.made_in(tmp_path)
