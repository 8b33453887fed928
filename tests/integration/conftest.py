"""A city whose month is over, made once and copied for every test."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.closed_month import closed_month


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a hub with a release of the month. For copying only."""
    folder = tmp_path_factory.mktemp("closed")
    closed_month(folder).control.close()
    return folder
