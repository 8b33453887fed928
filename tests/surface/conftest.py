"""Homes that several tests read: made once, by the program itself."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.file_city import Done, FileCity


@dataclass(frozen=True)
class Delivered:
    """A city after its first run, and what that run answered."""

    city: FileCity
    first: Done


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """One run over good, odd and repeated rows. For reading only."""
    city = FileCity.made_in(tmp_path_factory.mktemp("delivered"))
    city.drop_first_day()
    return Delivered(city, city.hub("run", "--json"))


@pytest.fixture
def city(delivered: Delivered, tmp_path: Path) -> FileCity:
    """A copy of that city, to go on with."""
    folder = tmp_path / "copy"
    shutil.copytree(delivered.city.folder, folder)
    return FileCity(folder)
