"""Every test of the control database runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.databases import postgres_database, sqlite_url

from hub.storage.control import ControlDatabase


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def control(database_url: str) -> Iterator[ControlDatabase]:
    database = ControlDatabase(database_url)
    database.migrate()
    yield database
    database.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows, for copying only."""
    folder = tmp_path_factory.mktemp("migrated")
    made = ControlDatabase(f"sqlite:///{folder / 'control.db'}")
    made.migrate()
    made.close()
    return folder / "control.db"


@pytest.fixture
def sqlite(tmp_path: Path, migrated: Path) -> Iterator[ControlDatabase]:
    """SQLite alone, for what no database decides."""
    shutil.copy(migrated, tmp_path / "control.db")
    database = ControlDatabase(f"sqlite:///{tmp_path / 'control.db'}")
    yield database
    database.close()
