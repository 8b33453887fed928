"""A hub whose one district sends submissions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.push_city import Push
from support.push_server import Met, meet


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where nothing was sent yet, for copying only."""
    folder = tmp_path_factory.mktemp("push")
    Push.made_in(folder).house.control.close()
    return folder


@pytest.fixture
def push(tmp_path: Path, empty: Path) -> Push:
    """Nothing was sent yet."""
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    return Push.made_in(tmp_path)


@pytest.fixture
def met(push: Push) -> Met:
    """The same behind HTTP."""
    return meet(push)
