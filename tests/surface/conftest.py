"""Homes that several tests read: made once, by the program itself."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from support.file_city import Done, FileCity
from support.made_once import made_once


@dataclass(frozen=True)
class Delivered:
    """A city after its first run, and what that run answered."""

    city: FileCity
    first: Done


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    """One run over good, odd and repeated rows. For reading only."""
    folder = made_once(tmp_path_factory, "delivered", _deliver)
    told = json.loads((folder / "first.json").read_text("utf-8"))
    return Delivered(FileCity(folder), Done(**told))


def _deliver(folder: Path) -> None:
    city = FileCity.made_in(folder)
    city.drop_first_day()
    first = city.program("run", "--json")
    (folder / "first.json").write_text(json.dumps(asdict(first)), "utf-8")


@pytest.fixture
def city(delivered: Delivered, tmp_path: Path) -> FileCity:
    """A copy of that city, to go on with."""
    folder = tmp_path / "copy"
    shutil.copytree(delivered.city.folder, folder)
    return FileCity(folder)
