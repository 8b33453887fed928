"""Engines for a partner's database: address, driver, and the driver's own settings.

What lives here: how each driver is told patience and encoding, what it may not
turn into Python values, and which extra brings a driver that is missing. What does
not: statements of a session (`sql_dialects`, `sql_session`).
"""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from hub.connectors.base import Place
from hub.connectors.sql_dialects import dialect
from hub.errors import DeclarationError
from hub.partners.secrets import resolve
from hub.partners.spec import Partner
from hub.settings import Settings

# A peer that went away without a word is noticed after a minute, not after hours.
KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
_RELATIVES = "hub.connectors.sql_relatives"
registry.register("kingbase.psycopg", _RELATIVES, "Kingbase")
registry.register("opengauss.psycopg", _RELATIVES, "OpenGauss")


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


def make_engine(
    url: URL, place: Place, *, timeout: float, writes: bool = False
) -> sa.Engine:
    """An engine that keeps no connections and shows no parameters.

    Args:
        url: the partner's address.
        place: partner, for errors.
        timeout: seconds to wait for the server.
        writes: whether rows will be marked; opens an SQLite file for writing.

    Raises:
        DeclarationError: dialect or driver are unknown here.
    """
    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    try:
        if url.get_backend_name() == "sqlite":
            return sa.create_engine(
                "sqlite://",
                creator=lambda: _open_sqlite(url.database or "", timeout, writes),
                **options,
            )
        if url.get_backend_name() in {"kingbase", "opengauss"}:
            options["use_native_hstore"] = False
        given = _settings(url.get_driver_name(), max(1, round(timeout)))
        return sa.create_engine(url, connect_args=given, **options)
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError):
        raise missing_driver(url, place) from None


def missing_driver(url: URL, place: Place) -> DeclarationError:
    """No driver: the error names the extra that installs it."""
    name = url.get_backend_name()
    extra = dialect(name).extra
    step = (
        f"Install it: pip install 'city-hub[{extra}]'; docs/databases.md lists the "
        "form of every url."
        if extra
        else "Name an installed driver in url; docs/databases.md lists them."
    )
    return DeclarationError(
        f"connect to the database ({name})",
        seen=f"no driver for {url.drivername} is installed here",
        next_step=step,
        partner=place.partner,
    )


def _settings(driver: str, seconds: int) -> dict[str, Any]:
    if driver in {"psycopg", "psycopg2"}:
        # From the start: a server without an encoding would give bytes for text.
        pinned = {"client_encoding": "utf8", **KEEPALIVES}
        return {"connect_timeout": seconds, **pinned}
    if driver == "pymysql":
        waits = dict.fromkeys(("connect_timeout", "write_timeout"), seconds)
        # Without decoders every value stays the text that the server wrote: zero
        # dates, decimals and large numbers are exact.
        return {
            **waits,
            "read_timeout": seconds,
            "charset": "utf8mb4",
            "conv": _mysql_converters(),
        }
    if driver == "oracledb":
        return {"tcp_connect_timeout": float(seconds)}
    if driver == "pymssql":
        return {"login_timeout": seconds, "charset": "UTF-8"}
    return {}


def _mysql_converters() -> dict[Any, Any]:
    from pymysql.constants import FIELD_TYPE
    from pymysql.converters import encoders

    return {**encoders, FIELD_TYPE.BIT: lambda bits: str(int.from_bytes(bits))}


def _open_sqlite(path: str, timeout: float, writes: bool) -> sqlite3.Connection:
    mode = "rw" if writes else "ro"
    uri = path if path.startswith("file:") else f"file:{quote(path)}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=timeout, check_same_thread=False)
