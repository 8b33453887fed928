"""One district with five quiet weeks behind it, on a Monday at noon."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from support.alarm_city import AlarmCity
from support.alarm_looks import DAY, NOON


@pytest.fixture
def city(tmp_path: Path) -> AlarmCity:
    """One district with five quiet weeks, up to yesterday evening."""
    made = AlarmCity.made_in(tmp_path, "east", now=NOON)
    made.remember(DAY - timedelta(days=1), weeks=5)
    return made
