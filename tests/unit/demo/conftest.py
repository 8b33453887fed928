"""A small world, made once for all tests of the simulated city."""

from __future__ import annotations

import pytest

from hub.demo.surroundings import Surroundings, read_surroundings
from hub.demo.world import World, make_world


@pytest.fixture(scope="session")
def around() -> Surroundings:
    return read_surroundings()


@pytest.fixture(scope="session")
def world(around: Surroundings) -> World:
    return make_world(7, 200, 3, around)
