"""A city whose month is over, made once and copied for every test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.closed_month import FIRST, closed_month, later

from hub.flow.house import House


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a hub with a release of the month. For copying only."""
    folder = tmp_path_factory.mktemp("closed")
    closed_month(folder).control.close()
    return folder


@pytest.fixture
def house(closed: Path, tmp_path: Path) -> House:
    """That hub, to go on with."""
    shutil.copytree(closed, tmp_path, dirs_exist_ok=True)
    return later(tmp_path, FIRST)
