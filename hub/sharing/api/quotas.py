"""How much one caller may ask: requests a minute, and requests at once.

What lives here: counting by consumer, by address where there is no key; and how many
requests are worked on at all. What does not: who a caller is (`callers`). Counts are of
one process: a server of several has as many times the quota.

The libraries for this start a thread per count or lock a file; a bucket is two numbers.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from hub.sharing.api.problems import Refusal

MOST_CALLERS = 10_000


class Quotas:
    """The counts of one process.

    Args:
        per_minute: requests of one caller a minute; a minute's worth may come at once.
        at_once: requests worked on at the same time, of all callers.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        *,
        per_minute: int,
        at_once: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_minute = per_minute
        self._at_once = at_once
        self._clock = clock
        # Caller → what is left of its bucket, and when that was so.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._working = 0
        self._lock = Lock()

    def count(self, caller: str) -> None:
        """Count one request.

        Raises:
            Refusal: 429, with when to ask again.
        """
        most, rate = float(self._per_minute), self._per_minute / 60
        with self._lock:
            now = self._clock()
            left, at = self._left.pop(caller, (most, now))
            left = min(most, left + (now - at) * rate)
            allowed = left >= 1
            self._left[caller] = (left - 1 if allowed else left, now)
            while len(self._left) > MOST_CALLERS:
                self._left.popitem(last=False)
        if not allowed:
            wait = max(1, math.ceil((1 - left) / rate))
            said = f"More than {self._per_minute} requests in a minute; ask later."
            raise Refusal(429, "quota", said, {"Retry-After": str(wait)})

    @contextmanager
    def working(self) -> Iterator[None]:
        """Be one of those that are worked on.

        Raises:
            Refusal: 429, where there are too many.
        """
        with self._lock:
            if self._working >= self._at_once:
                said = "The server has as many requests as it can work on; ask later."
                raise Refusal(429, "busy", said, {"Retry-After": "1"})
            self._working += 1
        try:
            yield
        finally:
            with self._lock:
                self._working -= 1
