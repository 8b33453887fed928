"""Databases that speak PostgreSQL's protocol and name themselves otherwise.

What lives here: 人大金仓 (KingbaseES) and openGauss for SQLAlchemy over psycopg. Their
version strings are not PostgreSQL's, and SQLAlchemy stops at those. What does not:
statements of their sessions (`sql_dialects`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg


class _Relative(PGDialect_psycopg):
    supports_statement_cache = True
    supposed: ClassVar[tuple[int, ...]]
    """The PostgreSQL whose catalogue it is taken to have."""

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        del connection  # it names its own version, not that of its catalogue
        return self.supposed


class Kingbase(_Relative):
    """KingbaseES V8 in its PostgreSQL mode."""

    name = "kingbase"
    supports_statement_cache = True
    supposed = (12, 0)


class OpenGauss(_Relative):
    """openGauss; the login must allow md5 passwords, as libpq knows no other."""

    name = "opengauss"
    supports_statement_cache = True
    supposed = (9, 2)
