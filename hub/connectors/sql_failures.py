"""What a database complains of → the hub's own errors, without a word of it.

What lives here: which complaints pass by themselves and which are final, by
SQLSTATE or by the number that MySQL gives; words of a database hold names and
values, so none reaches a message. What does not: sessions (`sql_session`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from polars.exceptions import PolarsError

from hub.connectors.base import Place
from hub.errors import DeclarationError, HubError

ATTEMPTED = "read the database"
MEND = "Turn the column into its real encoding in a query; see docs/databases.md."
CHECK = "Check the url and login in [source], and what the login may read."
# What servers say when they refuse a login; psycopg gives no SQLSTATE while it
# connects.
_NO_ENTRY = re.compile(
    r"authentication failed|access denied|no pg_hba\.conf entry|does not exist"
    r"|unknown database|not permitted to log in|no password supplied",
    re.IGNORECASE,
)
_FULL = re.compile(r"too many (clients|connections)|remaining connection", re.I)
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
    "22021": "it holds text that is not in its own encoding",
    "22P05": "it holds text that UTF-8 cannot express",
}
_UNDECODED = {"22021", "22P05"}
_WAITED = {
    "55P03": "a lock was not released in time",
    "57014": "the statement took longer than it allows",
    "53300": "it takes no more connections",
}
_MYSQL_FINAL = {
    1044: "our login may not enter that database",
    1045: "it refused our login",
    1049: "there is no such database",
    1054: "there is no such column",
    1064: "the query is not valid SQL",
    1103: "there is no such table",
    1129: "it has blocked this machine after failed logins",
    1142: "our login may not read it",
    1143: "our login may not read one of the columns",
    1146: "there is no such table",
    1356: "the view no longer fits its tables",
    1698: "it refused our login",
    1792: "the session may only read",
}
_MYSQL_PASSING = {
    1040: "it takes no more connections",
    1053: "it is shutting down",
    1203: "it takes no more connections of our login",
    1205: "a lock was not released in time",
    1213: "two transactions were in each other's way",
    1226: "our login has used up what it may",
    1317: "the statement was ended there",
    1412: "the table was changed while it was read",
    1927: "the connection was ended there",
    1969: "the statement took longer than it allows",
    3024: "the statement took longer than it allows",
}
_CLIENT = range(2000, 2100)  # numbers of the client: no server, or no longer


@contextmanager
def translated(place: Place, attempted: str = ATTEMPTED) -> Iterator[None]:
    """Database errors inside become the hub's own, without a word of theirs."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        raise failure(error, place, attempted) from None
    except sa.exc.SQLAlchemyError as error:
        raise place.rejected(
            attempted,
            f"SQLAlchemy cannot do it ({type(error).__name__})",
            "Check table, query and columns in [feed.read].",
        ) from None
    except (UnicodeDecodeError, PolarsError):
        raise undecoded(place) from None
    except ModuleNotFoundError as error:
        raise DeclarationError(
            "connect to the database",
            seen=f"the driver {error.name} is not installed here",
            next_step="Install it; docs/databases.md names the extra that brings it.",
            partner=place.partner,
        ) from None


def undecoded(place: Place) -> HubError:
    """Text that is in no encoding that the database admits to."""
    return place.refused(
        ATTEMPTED,
        "a text is not UTF-8, though the session asks for it",
        MEND,
    )


def failure(error: Exception, place: Place, attempted: str = ATTEMPTED) -> HubError:
    """The hub's error for a driver's.

    Args:
        error: from SQLAlchemy, a DBAPI driver or ADBC.
        place: partner and feed.
        attempted: what was being done.
    """
    original = getattr(error, "orig", None) or error
    number = original.args[0] if original.args else None
    if type(original).__module__.startswith("pymysql") and isinstance(number, int):
        return _mysql(number, place, attempted)
    state = getattr(original, "sqlstate", None) or ""
    words = str(original)
    for prefix, said in _SAID.items():
        if state.startswith(prefix):
            step = MEND if state in _UNDECODED else CHECK
            return place.rejected(attempted, f"{said} (SQLSTATE {state})", step)
    if state.startswith(_PASSING):
        seen = f"{_WAITED.get(state, 'it broke off')} (SQLSTATE {state})"
        return place.unavailable(attempted, seen, "Try again later.")
    if state:
        seen = f"it refused the statement (SQLSTATE {state})"
        return place.rejected(attempted, seen, CHECK)
    if _FULL.search(words):
        seen = "it takes no more connections"
        return place.unavailable(attempted, seen, "Try again later.")
    if _NO_ENTRY.search(words):
        return place.rejected(attempted, "it refused our login", CHECK)
    if "no such table" in words or "no such column" in words:
        seen = "there is no such table or column"
        return place.rejected(attempted, seen, CHECK)
    if type(original).__name__ in {"OperationalError", "InterfaceError"}:
        seen = "it could not be reached, or broke off"
        return place.unavailable(
            attempted, seen, "Check that it runs and try again later."
        )
    seen = f"it refused the statement ({type(original).__name__})"
    return place.rejected(attempted, seen, CHECK)


def _mysql(number: int, place: Place, attempted: str) -> HubError:
    if number in _MYSQL_FINAL:
        seen = f"{_MYSQL_FINAL[number]} (error {number})"
        return place.rejected(attempted, seen, CHECK)
    if number in _MYSQL_PASSING:
        seen = f"{_MYSQL_PASSING[number]} (error {number})"
        return place.unavailable(attempted, seen, "Try again later.")
    if number in _CLIENT or number == 0:
        seen = f"it could not be reached, or broke off (error {number})"
        return place.unavailable(
            attempted, seen, "Check that it runs and try again later."
        )
    return place.rejected(attempted, f"it refused it (error {number})", CHECK)
