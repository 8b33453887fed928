"""What the warehouse's database answers, in the hub's words.

What lives here: turning a driver's failure into a sentence without address, password
or constant of a statement. What does not: statements (`warehouse`, `warehouse_views`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError

from hub.storage.faults import WarehouseRefused, WarehouseUnreachable

FORBIDDEN, RESTED_ON = "42501", "2BP01"  # states of PostgreSQL


@contextmanager
def reached() -> Iterator[None]:
    """Raise WarehouseUnreachable or WarehouseRefused for what a driver raises."""
    # The driver's own text may hold the URL, and with it a password.
    try:
        yield
    except OperationalError:
        raise WarehouseUnreachable(
            "use the warehouse",
            seen="it cannot be opened, or broke off",
            next_step="Check HUB_WAREHOUSE_URL, and that the server lets the hub in.",
        ) from None
    except (ProgrammingError, InternalError, psycopg.Error) as problem:
        # Neither the statement nor the driver's words: either may hold values.
        state = getattr(getattr(problem, "orig", problem), "sqlstate", None)
        seen, step = {
            FORBIDDEN: (
                "the database refuses it to the hub's role",
                "Give that role CREATE on the database, and CREATEROLE for logins.",
            ),
            RESTED_ON: (
                "somebody's own view rests on a table that is to be made anew",
                "Drop that view, load, and make it again; nothing was changed.",
            ),
        }.get(str(state), (f"the database answered with the state {state}", "Report."))
        raise WarehouseRefused(
            "write to the warehouse", seen=seen, next_step=step
        ) from None
