"""What is told of a batch's way: how long each stage took, and how it ended.

What lives here: the stopwatch of stages, whose sums survive in the control database,
and the event of a batch's end. What does not: the stages; lines of logs and figures
made of this (`hub.telling`, `hub.watching`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from hub.connectors import tally
from hub.flow.house import House
from hub.storage.batches import Batch
from hub.storage.stages import Stages, Work

Stage = Callable[[str], AbstractContextManager[None]]
FETCH = "fetch"


@contextmanager
def timing(house: House, partner: str = "", feed: str = "") -> Iterator[Stage]:
    """A function that times the block it opens; the sums are written at the end.

    Args:
        house: the hub.
        partner: partner id; none is the city's own work.
        feed: feed name.
    """
    done: list[Work] = []

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        begun = time.monotonic()
        if name == FETCH:  # what was asked before, by a look at the source, is not it
            tally.take(partner, feed)
        try:
            yield
        finally:
            took = int((time.monotonic() - begun) * 1_000_000)
            asked = tally.take(partner, feed) if name == FETCH else tally.Asked()
            done.append(Work(name, took, *asked))
            house.note("stage", {"stage": name, "seconds": round(took / 1e6, 3)})

    try:
        yield stage
    finally:
        # Figures about work never undo the work.
        with suppress(sa.exc.SQLAlchemyError):
            Stages(house.control.engine).add(partner, feed, done, house.now())


def tell_end(house: House, batch: Batch) -> Batch:
    """Tell how a batch ended; the batch itself is handed on."""
    facts: dict[str, Any] = {
        "feed": batch.feed,
        "batch": batch.id,
        "state": batch.state,
    }
    if batch.error:
        facts |= {"code": batch.error["code"], "reason": batch.error["message"]}
    house.note("batch", facts)
    return batch
