"""The same flow with its ledger in PostgreSQL ends in the same content."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from support.small_city import PLATFORM, ROSTER, sending, write_city

from hub.flow.city_run import finish_run
from hub.flow.house import open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)
NOW = DAY + timedelta(days=1)


def rows(day: int) -> list[object]:
    known = {
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "lon": "114.3051",
        "lat": "30.5931",
        "reported": "2026-10-01 08:00:00",
        "changed": f"2026-10-0{day} 12:00:00",
    }
    return [{**known, "id": str(n), "state": "1" if n % 3 else "?"} for n in range(9)]


def digest(settings: Settings) -> str:
    house = open_house(settings)
    for day in (1, 2, 1):
        served = sending(house, {"cases": [(NOW, rows(day))]})
        run_partner(served, house.city.partners["platform"], Window())
    _, release = finish_run(house)
    assert {batch.state for batch in house.ledger.batches()} == {"merged"}
    house.control.close()
    return release.digest


def test_postgresql_and_sqlite_agree(tmp_path: Path, postgres_url: str) -> None:
    city = str(write_city(tmp_path / "city", platform=PLATFORM, roster=ROSTER))
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    name = f"hub_{tmp_path.name.replace('-', '_')}"[:60]
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}"')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    url = admin.url.set(database=name).render_as_string(hide_password=False)

    on_sqlite = digest(Settings(home=tmp_path / "a", city=city, now=NOW))
    on_postgres = digest(
        Settings(home=tmp_path / "b", city=city, now=NOW, database_url=url)
    )

    assert on_postgres == on_sqlite
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}"')
    admin.dispose()
