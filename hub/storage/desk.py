"""Where a reader or writer of the control database gets its transaction from.

What lives here: one small base, so that every method can either join a
transaction it is handed or open one of its own. What does not: any query.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from hub.storage.control import read, write


class Desk:
    """Access to one control database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def _reading(self, conn: sa.Connection | None) -> Iterator[sa.Connection]:
        if conn is not None:
            yield conn
            return
        with read(self._engine) as connection:
            yield connection

    @contextmanager
    def _writing(self, conn: sa.Connection | None) -> Iterator[sa.Connection]:
        if conn is not None:
            yield conn
            return
        with write(self._engine) as connection:
            yield connection
