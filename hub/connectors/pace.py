"""Politeness: no more requests in any minute than the partner allows.

What lives here: one pace for all threads of a connector. What does not: waiting
after a refusal (`transport`).
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

MINUTE = 60.0


class Pace:
    """Lets at most `per_minute` requests start in any sixty seconds."""

    def __init__(
        self,
        per_minute: int,
        *,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
    ) -> None:
        """Start with an empty minute.

        Args:
            per_minute: the partner's limit.
            sleep: waits so many seconds.
            monotonic: seconds on a clock that never goes back.
        """
        self._starts: deque[float] = deque(maxlen=per_minute)
        self._sleep = sleep
        self._monotonic = monotonic
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next request may start; its start is then taken."""
        with self._lock:
            now = self._monotonic()
            full = len(self._starts) == self._starts.maxlen
            start = max(now, self._starts[0] + MINUTE) if full else now
            self._starts.append(start)
        if start > now:
            self._sleep(start - now)
