"""The file that says how Dagster behaves in a home, and where its records lie.

What lives here: `dagster.yaml` of a home, made from the shipped settings and one
setting of the hub; whether the database that it names can take the records. What
does not: runs (`recording`).

SQLAlchemy 2.1 takes a bare `postgresql://` for psycopg 3, and dagster-postgres speaks
psycopg2 only: it then fails at the first event. So the driver is asked for by name.
"""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from hub.errors import HubError, MisuseError
from hub.settings import Settings

# The same settings that a newcomer without DAGSTER_HOME gets from the root's file.
INSTANCE = Path(__file__).parent / "instance.yaml"
VARIABLE = "HUB_DAGSTER_DATABASE_URL"
DRIVER = "postgresql+psycopg2"
MARK = (
    "# Written by hub init and kept current by it. Take this line out to keep changes."
)
POSTGRES = f"""
# Dagster's own records: runs, events, ticks. Named here and kept in the environment,
# because the address holds a password.
storage:
  postgres:
    postgres_url:
      env: {VARIABLE}
"""
SQLITE = """
# Dagster's own events, beside the hub's home and as Dagster lays them out; its
# connections are kept, because making them anew for each event costs most of it.
event_log_storage:
  module: hub.assets.event_log
  class: KeptEventLog
  config:
    base_dir: {folder}
"""


class RecordsUnavailable(HubError):
    """The database of Dagster's records does not answer."""

    code = "dagster_records"
    transient = True


def instance_text(folder: Path | None) -> str:
    """`dagster.yaml` as a home has it.

    Args:
        folder: the instance's, with its records in SQLite; None = in PostgreSQL.
    """
    shipped = INSTANCE.read_text(encoding="utf-8")
    if folder is None:
        return shipped + POSTGRES
    events = folder.absolute() / "history" / "runs"
    return shipped + SQLITE.format(folder=json.dumps(str(events), ensure_ascii=False))


def settle_file(folder: Path, settings: Settings) -> bool:
    """Write the file of an instance, or renew it; whether anything was written.

    A file without the mark is somebody's own and stays as it is.

    Raises:
        MisuseError: the file is somebody's own and does not follow the setting.
    """
    path = folder / "dagster.yaml"
    is_postgres = settings.dagster_database_url is not None
    wanted = f"{MARK}\n{instance_text(None if is_postgres else folder)}"
    found = path.read_text(encoding="utf-8") if path.exists() else None
    if found == wanted:
        return False
    if found is None or found.startswith(MARK):
        begun = path.with_name(f".dagster.yaml.{os.getpid()}")
        begun.write_text(wanted, encoding="utf-8")
        begun.replace(path)
        return True
    if is_postgres and VARIABLE not in found:
        raise MisuseError(
            f"keep Dagster's records in the database of {VARIABLE}",
            seen=f"{path} was changed by hand and names other storage",
            next_step=f"Put into it storage, postgres, postgres_url, env: {VARIABLE} "
            "(deploy/dagster.yaml shows it), or move it away and run `hub init`.",
        )
    return False


def check_database(settings: Settings) -> None:
    """See that the database named by the setting can take Dagster's records.

    Raises:
        MisuseError: its address cannot be meant, or the packages are not installed.
        RecordsUnavailable: it does not answer.
    """
    if settings.dagster_database_url is None:
        return
    url = _address(settings.dagster_database_url)
    _refuse_the_hubs_own(url, settings)
    if find_spec("dagster_postgres") is None:
        raise MisuseError(
            "keep Dagster's records in PostgreSQL",
            seen="dagster-postgres is not installed",
            next_step="Install the extra: pip install 'city-hub[postgres]'.",
        )
    engine = sa.create_engine(url, connect_args={"connect_timeout": 10})
    try:
        engine.connect().close()
    except sa.exc.SQLAlchemyError as problem:
        raise RecordsUnavailable(
            "open the database of Dagster's records",
            seen=f"{url.host or 'it'} does not let the hub in ({_kind(problem)})",
            next_step=f"See that the server is up and that {VARIABLE} names a database "
            "that exists and its user may enter.",
        ) from None
    finally:
        engine.dispose()


def _address(text: str) -> URL:
    """The address, if Dagster can use it; the text itself is never told."""
    try:
        url = make_url(text)
    except sa.exc.ArgumentError:
        url = None
    if url is None or url.drivername != DRIVER:
        seen = "no address" if url is None else f"an address of {url.drivername}"
        raise MisuseError(
            "keep Dagster's records in PostgreSQL",
            seen=f"{VARIABLE} is {seen}",
            next_step=f"Write it as {DRIVER}://user:password@host:5432/dagster; "
            "dagster-postgres works with that driver only.",
        )
    return url


def _refuse_the_hubs_own(url: URL, settings: Settings) -> None:
    """Both keep their revision in a table `alembic_version`; one would lose it."""
    own = make_url(settings.control_url)
    if own.get_backend_name() == "postgresql" and _place(own) == _place(url):
        raise MisuseError(
            "keep Dagster's records in PostgreSQL",
            seen=f"{VARIABLE} and HUB_DATABASE_URL name the same database",
            next_step="Make a second database on the server: CREATE DATABASE dagster.",
        )


def _place(url: URL) -> tuple[object, ...]:
    """Where a database is; an address that picks a schema names a place of its own."""
    told = (url.query.get("host"), url.query.get("options"))
    return url.host, url.port or 5432, url.database, *told


def _kind(problem: sa.exc.SQLAlchemyError) -> str:
    # The text of a driver's error may hold the address, and with it a password.
    return type(getattr(problem, "orig", None) or problem).__name__
