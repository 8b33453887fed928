"""How much one caller may ask: requests a minute, and requests at once.

What lives here: counting by consumer, by address where there is no key, with the
library `limits`; and how many requests are worked on at all. What does not: who a
caller is (`callers`). Counts are of one process: a server of several has as many times
the quota.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from hub.sharing.api.problems import Refusal


class Quotas:
    """The counts of one process.

    Args:
        per_minute: requests of one caller a minute.
        at_once: requests worked on at the same time, of all callers.
    """

    def __init__(self, *, per_minute: int, at_once: int) -> None:
        self._rate = RateLimitItemPerMinute(per_minute)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._at_once = at_once
        self._working = 0
        self._lock = Lock()

    def count(self, caller: str) -> None:
        """Count one request.

        Raises:
            Refusal: 429, with when to ask again.
        """
        if not self._window.hit(self._rate, caller):
            ends = self._window.get_window_stats(self._rate, caller).reset_time
            wait = max(1, math.ceil(ends - time.time()))
            said = f"More than {self._rate.amount} requests in a minute; ask later."
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
