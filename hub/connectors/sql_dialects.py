"""What each kind of database needs, as one table.

What lives here: per dialect of SQLAlchemy the driver's extra in pyproject, the
statements that pin a session, and what its SQL can do. `docs/databases.md` says
which of them are tested against a real server. What does not: running the
statements (`sql_session`), the drivers' own settings (`sql_engine`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

LOCK_SECONDS = 5


@dataclass(frozen=True)
class Dialect:
    """One kind of database.

    Statements may hold `{zone}` (the partner's zone), `{offset}` (that zone's offset
    now, `+08:00`) and `{lock}` (seconds that we wait for a lock).

    Attributes:
        extra: extra of this package that installs the driver; null where it is in.
        session: statements of every session.
        reading: statements that forbid writing from the next transaction on.
        begin: first statements of the one transaction that reads.
        marking: first statements of a transaction that acknowledges rows.
        offset: whether times with a zone are shown without it, at the pinned offset.
        casts: whether the database itself turns every column into text.
        row_values: whether `(a, b) > (1, 2)` is understood, and uses an index.
        loose_text: whether texts that differ may be equal (case, trailing blanks).
        dated_day: whether its DATE has a time of day.
        locks: whether it knows SELECT … FOR UPDATE.
    """

    extra: str | None = None
    session: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    begin: tuple[str, ...] = ()
    marking: tuple[str, ...] = ()
    offset: bool = False
    casts: bool = False
    row_values: bool = False
    loose_text: bool = False
    dated_day: bool = False
    locks: bool = True


_POSTGRESQL = Dialect(
    session=(
        "SELECT set_config('TimeZone', '{zone}', false)",
        "SELECT set_config('client_encoding', 'UTF8', false)",
        "SELECT set_config('DateStyle', 'ISO', false)",
        "SELECT set_config('extra_float_digits', '1', false)",
        "SELECT set_config('lock_timeout', '{lock}s', false)",
    ),
    # One snapshot for all pages, and no way to write.
    reading=(
        "SET SESSION CHARACTERISTICS AS TRANSACTION"
        " ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    ),
    casts=True,
    row_values=True,
)
# Its kernel is an old PostgreSQL without lock_timeout.
_OPENGAUSS = Dialect(
    session=tuple(text for text in _POSTGRESQL.session if "lock" not in text),
    reading=_POSTGRESQL.reading,
    casts=True,
    row_values=True,
)
_MYSQL = Dialect(
    extra="mysql",
    session=(
        # An offset, because named zones need tables that many servers lack.
        "SET time_zone = '{offset}'",
        "SET SESSION lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}",
        # Landing a chunk may take longer than the minute the server would wait.
        "SET SESSION net_write_timeout = 600",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    ),
    reading=("SET SESSION TRANSACTION READ ONLY",),
    begin=("START TRANSACTION WITH CONSISTENT SNAPSHOT",),
    offset=True,
    loose_text=True,
)
_ORACLE_TIMES = (
    "ALTER SESSION SET TIME_ZONE = '{offset}'",
    "ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'",
)
DIALECTS: Mapping[str, Dialect] = {
    "sqlite": Dialect(
        reading=("PRAGMA query_only = ON",),
        marking=("BEGIN IMMEDIATE",),
        row_values=True,
        locks=False,
    ),
    "postgresql": _POSTGRESQL,
    "kingbase": _POSTGRESQL,
    "opengauss": _OPENGAUSS,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "oracle": Dialect(
        extra="oracle",
        session=_ORACLE_TIMES,
        begin=("SET TRANSACTION READ ONLY",),
        dated_day=True,
    ),
    "dm": Dialect(
        extra="dm",
        session=("SET TIME ZONE '{offset}'",),
        begin=("SET TRANSACTION READ ONLY",),
        dated_day=True,
    ),
    # It has no read-only transaction and no zone: the login must only read.
    "mssql": Dialect(
        extra="mssql",
        session=("SET LOCK_TIMEOUT {lock}000", "SET DATEFORMAT ymd"),
        loose_text=True,
        locks=False,
    ),
}


def dialect(name: str) -> Dialect:
    """What is known of a dialect; nothing is pinned where nothing is known."""
    return DIALECTS.get(name, Dialect(locks=False, loose_text=True))


def offset_at(zone: str, now: datetime) -> timezone:
    """The offset that a session of that moment is pinned to."""
    return timezone(now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta())


def written(offset: timezone) -> str:
    """An offset as ISO 8601 writes it, `+08:00`."""
    return datetime(2000, 1, 1, tzinfo=offset).isoformat()[-6:]


def filled(statements: tuple[str, ...], zone: str, offset: timezone) -> list[str]:
    """Statements with zone and offset in their places.

    A zone comes from the partner file's check, which takes names of the time zone
    database only, so it holds no quote.
    """
    given = {"zone": ZoneInfo(zone).key, "offset": written(offset)}
    return [text.format(**given, lock=LOCK_SECONDS) for text in statements]
