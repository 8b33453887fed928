"""Working a little ahead: several files at a time, results in their order.

What lives here: one bounded, ordered map over threads. Reading and writing
Parquet happens outside Python's lock, so two cores do the work of two. What does
not: knowing what is read or written.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WORKERS = min(os.cpu_count() or 1, 4)


def in_order(
    work: Callable[[Item], Result], items: Sequence[Item], *, ahead: int = WORKERS + 1
) -> Iterator[Result]:
    """The results of `work` in the order of its items.

    The first failure is raised where its result would have come; what was not
    begun by then is left undone.

    Args:
        work: called in threads.
        items: one call each.
        ahead: results that are made before the first is taken; few if they are large.
    """
    if len(items) <= 1 or WORKERS == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(min(len(items), WORKERS, ahead)) as pool:
        running: deque[Future[Result]] = deque()
        try:
            for item in items:
                if len(running) >= ahead:
                    yield running.popleft().result()
                running.append(pool.submit(work, item))
            while running:
                yield running.popleft().result()
        finally:
            for left in running:
                left.cancel()
