"""Dagster's records lie in SQLite, or by one setting in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from support.databases import postgres_database
from support.drop_city import drop_day, file_city
from support.foreign_server import free_port

from hub.assets.instance import DRIVER, MARK, VARIABLE, RecordsUnavailable
from hub.assets.recording import QUIET, init_instance
from hub.assets.running import run_city
from hub.assets.upkeep import forget_runs, history_bytes
from hub.errors import MisuseError
from hub.settings import Settings

NOW = datetime(2026, 10, 2, tzinfo=UTC)
SECRET = "geheim"


@pytest.fixture
def records_url(postgres_url: str) -> Iterator[str]:
    """A fresh database, by the driver that Dagster needs."""
    with postgres_database(postgres_url) as url:
        address = sa.make_url(url).set(drivername=DRIVER)
        yield address.render_as_string(hide_password=False)


@dg.asset
def worker() -> int:
    """Something that runs often."""
    return 1


def settings_in(folder: Path, **given: str) -> Settings:
    return Settings(home=folder / "home", now=NOW, **given)  # type: ignore[arg-type]


def test_runs_are_recorded_in_postgresql_by_one_setting(
    records_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop_day(tmp_path / "drop", 20)
    monkeypatch.setenv("SMALL_DROP", str(tmp_path / "drop"))
    monkeypatch.setenv(VARIABLE, records_url)
    settings = settings_in(tmp_path, city=str(file_city(tmp_path / "city")))

    result = run_city(settings)

    engine = sa.create_engine(records_url)
    with engine.connect() as connection:
        runs = connection.execute(sa.text("SELECT status FROM runs")).scalars().all()
        events = connection.execute(sa.text("SELECT count(*) FROM event_logs")).scalar()
    engine.dispose()
    assert result.release.datasets
    assert len(runs) >= 3
    assert set(runs) == {"SUCCESS"}
    assert events
    # Dagster makes an empty file of SQLite for marks of its own; no records are in it.
    assert not list((tmp_path / "home" / "dagster").rglob("runs.db"))
    assert not list((tmp_path / "home" / "dagster").rglob("index.db"))


def test_old_runs_are_forgotten_in_postgresql(
    records_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, records_url)
    folder = init_instance(settings_in(tmp_path))

    with dg.DagsterInstance.from_config(str(folder)) as instance:
        for _ in range(3):
            dg.materialize([worker], instance=instance, run_config=QUIET)
        removed = forget_runs(instance, datetime.now(UTC) + timedelta(days=1))
        (kept,) = instance.get_run_records()
        newest = instance.get_latest_materialization_event(dg.AssetKey("worker"))
        told = instance.all_logs(kept.dagster_run.run_id)
        taken = history_bytes(instance)

    engine = sa.create_engine(records_url)
    with engine.connect() as connection:
        owners = sa.text("SELECT DISTINCT run_id FROM event_logs")
        whose = connection.execute(owners).scalars().all()
    engine.dispose()
    assert removed == 2
    assert newest is not None
    assert whose == [newest.run_id] == [kept.dagster_run.run_id]
    assert told
    assert taken == 0


def test_the_setting_may_come_and_go(
    records_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = init_instance(settings_in(tmp_path))
    file = folder / "dagster.yaml"
    plain = file.read_text("utf-8")
    monkeypatch.setenv(VARIABLE, records_url)
    init_instance(settings_in(tmp_path))

    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert "Postgres" in type(instance.run_storage).__name__
        assert instance.telemetry_enabled is False
    monkeypatch.delenv(VARIABLE)
    init_instance(settings_in(tmp_path))

    assert file.read_text("utf-8") == plain
    assert records_url not in plain


def test_a_file_changed_by_hand_stays_and_must_follow_the_setting(
    records_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = init_instance(settings_in(tmp_path)) / "dagster.yaml"
    own = file.read_text("utf-8").removeprefix(MARK).replace("INFO", "WARNING")
    file.write_text(own, "utf-8")

    init_instance(settings_in(tmp_path))
    assert file.read_text("utf-8") == own
    monkeypatch.setenv(VARIABLE, records_url)
    with pytest.raises(MisuseError, match="changed by hand"):
        init_instance(settings_in(tmp_path))


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://hub:{SECRET}@127.0.0.1/dagster",
        f"postgresql+psycopg://hub:{SECRET}@127.0.0.1/dagster",
        f"hub:{SECRET}",
    ],
)
def test_an_address_that_dagster_cannot_use_is_misuse(
    tmp_path: Path, address: str
) -> None:
    with pytest.raises(MisuseError, match=r"postgresql\+psycopg2://") as refused:
        init_instance(settings_in(tmp_path, dagster_database_url=address))

    assert SECRET not in refused.value.sentence
    assert not (tmp_path / "home").exists()


def test_the_hubs_own_database_is_refused(tmp_path: Path) -> None:
    own = "postgresql+psycopg://hub@127.0.0.1:5432/hub"
    other = "postgresql+psycopg2://hub@127.0.0.1/hub"

    with pytest.raises(MisuseError, match="same database"):
        init_instance(
            settings_in(tmp_path, database_url=own, dagster_database_url=other)
        )


def test_a_server_that_does_not_answer_is_said_without_its_password(
    tmp_path: Path,
) -> None:
    address = f"{DRIVER}://hub:{SECRET}@127.0.0.1:{free_port()}/dagster"

    with pytest.raises(RecordsUnavailable, match=VARIABLE) as failed:
        init_instance(settings_in(tmp_path, dagster_database_url=address))

    assert SECRET not in failed.value.sentence
