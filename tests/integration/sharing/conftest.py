"""A small city with two releases, made once and copied for every test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.bi_readers import enter, on, warehouse_copy
from support.closed_month import copied
from support.databases import postgres_database
from support.open311_home import View, viewed
from support.small_city import sending, small_house

from hub.flow.house import House
from hub.flow.link import link
from hub.flow.reference_data import publish_reference_data
from hub.flow.release import make_release
from hub.flow.run import Window, run_partner
from hub.sharing.warehouse.loading import load

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)
NOW = DAY + timedelta(days=30)


def case(key: str, street: str, state: str = "1", **more: str) -> dict[str, str]:
    return {
        "id": key,
        "changed": "2026-10-01 12:00:00",
        "category": "0110",
        "street": street,
        "district": street[:6],
        "state": state,
        "reported": "2026-10-01 08:00:00",
        "op": "U",
        "lon": "114.3051",
        "lat": "30.5931",
    } | more


def deliver(house: House, rows: list[object]) -> None:
    """One delivery of cases, taken in and published; figures are nobody's concern."""
    publish_reference_data(house)
    served = sending(house, {"cases": [(DAY, rows)]})
    (batch,) = run_partner(served, house.city.partners["platform"], Window())
    assert batch.state == "merged", batch.error
    link(house)
    make_release(house)


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a hub with r000001 and r000002. For copying only.

    East (AU-E): case 1 stays, 2 changes, 3 goes, 4 comes. West (AU-W): 5 comes. The
    second release is of the first day of November.
    """
    folder = tmp_path_factory.mktemp("two")
    first = small_house(folder, DAY + timedelta(hours=2))
    east, west = "420102001", "420103001"
    deliver(first, [case("1", east), case("2", east), case("3", east)])
    first.control.close()
    second = small_house(folder, NOW)
    later = {"changed": "2026-10-01 13:00:00"}
    deliver(
        second,
        [
            case("2", "420102002", "5", handled="2026-10-01 12:30:00", **later),
            case("3", east, op="D", **later),
            case("4", east),
            case("5", west),
        ],
    )
    second.control.close()
    return folder


@pytest.fixture
def house(two_releases: Path, tmp_path: Path) -> House:
    """That hub, to go on with, two days later."""
    folder = tmp_path / "copy"
    shutil.copytree(two_releases, folder)
    return small_house(folder, NOW + timedelta(days=2))


@pytest.fixture(scope="session")
def loaded_warehouse(closed: Path, postgres_url: str) -> Iterator[str]:
    """A warehouse that holds the month and nobody's views. For copying only."""
    with TemporaryDirectory() as folder, postgres_database(postgres_url) as url:
        made = on(copied(closed, Path(folder)), url)
        load(made)
        made.control.close()
        yield url


@pytest.fixture
def warehoused(
    closed: Path, tmp_path: Path, postgres_url: str, loaded_warehouse: str
) -> Iterator[House]:
    """A hub after its month, with one consumer and a warehouse without views."""
    with warehouse_copy(postgres_url, loaded_warehouse) as url:
        made = on(copied(closed, tmp_path), url)
        enter(made)
        yield made


@pytest.fixture(scope="session")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """The Open311 view over a handful of cases; for reading only."""
    with viewed(tmp_path_factory.mktemp("open311")) as found:
        yield found
