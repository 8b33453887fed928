"""How much a partner's system was asked, for figures.

What lives here: requests and repeated attempts per partner and feed, counted by every
connector that asks over a network and taken by whoever writes sums down. What does
not: pace and patience, see `pace`, `transport`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

from tenacity import RetryCallState

from hub.connectors.base import Place


class Asked(NamedTuple):
    """Requests, and how many of them repeated one that had failed."""

    requests: int = 0
    retries: int = 0


# A connector asks from several threads; a process works for one hub at a time.
_lock = Lock()
_asked: dict[tuple[str, str], Asked] = defaultdict(Asked)


def counting(place: Place) -> Callable[[RetryCallState], None]:
    """What tenacity calls before each attempt: it is counted."""
    key = place.partner, place.feed or ""

    def count(state: RetryCallState) -> None:
        with _lock:
            requests, retries = _asked[key]
            again = int(state.attempt_number > 1)
            _asked[key] = Asked(requests + 1, retries + again)

    return count


def take(partner: str, feed: str) -> Asked:
    """What was counted since it was last taken."""
    with _lock:
        return _asked.pop((partner, feed), Asked())
