"""Who presents a key: looked up in the control database, remembered for a moment.

What lives here: from a bearer key to the consumer with its grants, with a memory that
forgets within a minute, so that what is revoked stops within 60 s on every server. What
does not: what the caller may have (`decision`), which judges key, consumer and grants
again at the instant of each ask.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

import sqlalchemy as sa

from hub.sharing.asks import Refused, Who
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumers
from hub.storage.control import read
from hub.storage.grants import Grants

MOST_SECONDS = 60.0
MOST_CALLERS = 1024


class Remembered(NamedTuple):
    """What was read, and when by a clock that only goes forward."""

    who: Who
    at: float


class Callers:
    """The consumers of one control database, as their keys name them.

    Args:
        engine: of the control database.
        seconds: how long an answer is remembered, 60 at most.
        clock: seconds that only grow; the hub's own clock may stand still.

    Raises:
        ValueError: a memory of more than 60 s.
    """

    def __init__(
        self,
        engine: sa.Engine,
        *,
        seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not 0 <= seconds <= MOST_SECONDS:
            raise ValueError(f"a caller may be remembered for {MOST_SECONDS:g} s")
        self._engine = engine
        self._seconds = seconds
        self._clock = clock
        self._known: OrderedDict[bytes, Remembered] = OrderedDict()
        self._lock = Lock()

    def recognise(self, key: str) -> Who | Refused:
        """The consumer of a key, in whatever state key and consumer are.

        A key that nobody has is refused and not remembered.
        """
        # The key itself is never kept, not even in memory.
        mark = hashlib.sha256(key.encode(errors="replace")).digest()
        with self._lock:
            known = self._known.get(mark)
            if known is not None and self._clock() - known.at < self._seconds:
                self._known.move_to_end(mark)
                return known.who
            self._known.pop(mark, None)
        # Taken before the look: what is read later is never older than it says.
        looked_at = self._clock()
        who = self._look(key)
        if who is None:
            return Refused(kind="unauthorised", reason="no such key")
        with self._lock:
            self._known[mark] = Remembered(who, looked_at)
            while len(self._known) > MOST_CALLERS:
                self._known.popitem(last=False)
        return who

    def forget(self) -> None:
        """Forget everybody at once, where a revocation was made here."""
        with self._lock:
            self._known.clear()

    def _look(self, key: str) -> Who | None:
        with read(self._engine) as connection:
            found = ConsumerKeys(self._engine).match(key, connection)
            if found is None:
                return None
            who = consumer_who(self._engine, found.consumer, connection)
            return replace(who, key=found)


def consumer_who(
    engine: sa.Engine, name: str, conn: sa.Connection | None = None
) -> Who:
    """A consumer with every grant it ever had, where no key is involved.

    Raises:
        MisuseError: there is no consumer of that id.
    """
    consumer = Consumers(engine).find(name, conn)
    return Who(consumer, tuple(Grants(engine).of(name, conn)))
