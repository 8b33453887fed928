"""A small city served: one home, one application and one server for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.served import Served, made_ready, served_from
from support.served_city import ServedCity, made_in, taken_in


@pytest.fixture(scope="session")
def city_taken_in(tmp_path_factory: pytest.TempPathFactory) -> ServedCity:
    """A hub with one release. For copying only."""
    city = made_in(tmp_path_factory.mktemp("served"))
    taken_in(city)
    made_ready(city)
    return city


@pytest.fixture(scope="session")
def served(
    city_taken_in: ServedCity, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The release, served. For reading only; only the audit log grows."""
    folder = tmp_path_factory.mktemp("shared")
    yield from _served(city_taken_in, folder)


@pytest.fixture
def own(city_taken_in: ServedCity, tmp_path: Path) -> Iterator[Served]:
    """The same, to be changed and broken."""
    yield from _served(city_taken_in, tmp_path)


def _served(city: ServedCity, folder: Path) -> Iterator[Served]:
    shutil.copytree(city.folder, folder, dirs_exist_ok=True)
    with served_from(ServedCity(folder)) as one:
        yield one


@pytest.fixture(scope="module")
def torn(
    city_taken_in: ServedCity, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A hub whose shelves may be torn; each test mends them."""
    yield from _served(city_taken_in, tmp_path_factory.mktemp("torn"))
