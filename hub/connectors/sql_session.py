"""Sessions with a partner's database: read-only, pinned, and discreet.

What lives here: engines, the settings that every session starts with, and the
translation of database errors. Zone and encoding are pinned because the server's
own defaults would decide which rows fall into a window; parameters are hidden
because database errors quote them, and they hold names and identity numbers. Words
of a database never reach a message, only its SQLSTATE does. What does not:
statements that read rows (`sql_select`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from hub.connectors.base import Place
from hub.errors import DeclarationError, HubError
from hub.partners.secrets import resolve
from hub.partners.spec import Partner
from hub.settings import Settings

LOCK_TIMEOUT = "5s"
# What servers say when they refuse a login; psycopg gives no SQLSTATE while it
# connects.
_NO_ENTRY = re.compile(
    r"authentication failed|access denied|no pg_hba\.conf entry|does not exist"
    r"|unknown database|not permitted to log in|no password supplied",
    re.IGNORECASE,
)
# SQLSTATE classes that a later attempt may not meet: connection, transaction
# rollback, resources, operator intervention, system error; and lock not available.
_PASSING = ("08", "40", "53", "57", "58", "55P03")
_SAID = {
    "28": "it refused our credentials",
    "3D": "there is no such database",
    "42501": "our login may not read it",
    "42P01": "there is no such table",
    "42703": "there is no such column",
    "42601": "the query is not valid SQL",
}


def database_url(partner: Partner, settings: Settings) -> URL:
    """The partner's address.

    Raises:
        DeclarationError: there is none, or it is no SQLAlchemy URL.
        SecretMissing: it names a variable that is not set.
    """
    text = partner.source.url
    if text is not None:
        try:
            return make_url(resolve(settings, text, partner=partner.id))
        except sa.exc.ArgumentError:
            pass
    raise DeclarationError(
        "connect to the database",
        seen="[source] has no url that SQLAlchemy understands",
        next_step='Write url = "dialect+driver://…", or env:NAME that holds it.',
        partner=partner.id,
    )


def make_engine(url: URL, place: Place, *, timeout: float) -> sa.Engine:
    """An engine that keeps no connections and shows no parameters.

    Raises:
        DeclarationError: dialect or driver are unknown here.
    """
    try:
        if url.get_backend_name() == "sqlite":
            return sa.create_engine(
                "sqlite://",
                creator=lambda: _open_sqlite(url.database or "", timeout),
                poolclass=NullPool,
                hide_parameters=True,
            )
        seconds = {"connect_timeout": max(1, round(timeout))}
        known = url.get_driver_name() in {"psycopg", "psycopg2", "pymysql"}
        return sa.create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=seconds if known else {},
        )
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError):
        raise DeclarationError(
            "connect to the database",
            seen=f"no driver for {url.drivername} is installed here",
            next_step="Name an installed driver in url, or install it.",
            partner=place.partner,
        ) from None


def _open_sqlite(path: str, timeout: float) -> sqlite3.Connection:
    uri = path if path.startswith("file:") else f"file:{quote(path)}?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=timeout, check_same_thread=False)


def pins(dialect: str, zone: str) -> list[tuple[str, tuple[str, ...]]]:
    """Statements, with their positional values, that every session begins with.

    Args:
        dialect: SQLAlchemy's name of it.
        zone: the partner's zone, in which naive times are meant.
    """
    if dialect == "sqlite":
        return [("PRAGMA query_only = ON", ())]
    if dialect != "postgresql":
        return []
    settings = {
        "TimeZone": zone,
        "client_encoding": "UTF8",
        "DateStyle": "ISO",
        "extra_float_digits": "1",
        "lock_timeout": LOCK_TIMEOUT,
    }
    return [
        *(("SELECT set_config(?, ?, false)", pair) for pair in settings.items()),
        # One snapshot for all pages, and no way to write.
        (
            "SET SESSION CHARACTERISTICS AS TRANSACTION"
            " ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            (),
        ),
    ]


@contextmanager
def session(
    engine: sa.Engine, partner: Partner, place: Place
) -> Iterator[sa.Connection]:
    """A pinned connection; whatever the database complains of is translated.

    Raises:
        SourceUnavailable: a retry may help.
        SourceRejected: it cannot.
    """
    with translated(place), engine.connect() as connection:
        for text, values in pins(engine.dialect.name, partner.timezone):
            parts = text.split("?")
            named = "".join(f"{part}:v{i}" for i, part in enumerate(parts[:-1]))
            bound = {f"v{i}": value for i, value in enumerate(values)}
            connection.execute(sa.text(named + parts[-1]), bound)
        connection.commit()  # read-only holds from the next transaction on
        for statement in partner.source.session:
            connection.exec_driver_sql(statement)
        connection.commit()
        yield connection


@contextmanager
def translated(place: Place) -> Iterator[None]:
    """Database errors inside become the hub's own, without a word of theirs."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        raise failure(error, place) from None
    except sa.exc.SQLAlchemyError as error:
        raise place.rejected(
            "read the database",
            f"SQLAlchemy cannot do it ({type(error).__name__})",
            "Check table, query and columns in [feed.read].",
        ) from None
    except ModuleNotFoundError as error:
        raise DeclarationError(
            "connect to the database",
            seen=f"the driver {error.name} is not installed here",
            next_step="Name an installed driver in url, or install it.",
            partner=place.partner,
        ) from None


def failure(error: Exception, place: Place) -> HubError:
    """The hub's error for a driver's.

    Args:
        error: from SQLAlchemy, a DBAPI driver or ADBC.
        place: partner and feed.
    """
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None) or ""
    words = str(original)
    attempted = "read the database"
    check = "Check the url and login in [source], and what the login may read."
    for prefix, said in _SAID.items():
        if state.startswith(prefix):
            return place.rejected(attempted, f"{said} (SQLSTATE {state})", check)
    if state.startswith(_PASSING):
        seen = f"it broke off (SQLSTATE {state})"
        return place.unavailable(attempted, seen, "Try again later.")
    if state:
        seen = f"it refused the statement (SQLSTATE {state})"
        return place.rejected(attempted, seen, check)
    if _NO_ENTRY.search(words):
        return place.rejected(attempted, "it refused our login", check)
    if "no such table" in words or "no such column" in words:
        seen = "there is no such table or column"
        return place.rejected(attempted, seen, check)
    if type(original).__name__ in {"OperationalError", "InterfaceError"}:
        seen = "it could not be reached, or broke off"
        return place.unavailable(
            attempted, seen, "Check that it runs and try again later."
        )
    seen = f"it refused the statement ({type(original).__name__})"
    return place.rejected(attempted, seen, check)
