"""Every test of the control database runs on SQLite and on PostgreSQL."""

from __future__ import annotations

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
