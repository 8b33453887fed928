"""A run over the queue city, dying where it is told to: `run_queue.py FOLDER WHERE`.

WHERE is `taken` (the parts are durable, the ledger does not know them), `landed` (it
does, the broker does not) or `told` (the broker does, nothing else was done).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
from support.queue_city import house_of

from hub.connectors.base import Delivery, Part
from hub.connectors.queue import QueueConnector
from hub.flow.run import Window, run_partner
from hub.partners.spec import Feed, Partner
from hub.settings import Settings


def die() -> None:
    """As `kill -9` would have it: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, where: str) -> None:
    class Dying(QueueConnector):
        """Ends the process at one place."""

        def read(
            self,
            feed: Feed,
            delivery: Delivery,
            *,
            sweep_keys: Iterator[pl.Series] | None,
        ) -> Iterator[Part]:
            yield from super().read(feed, delivery, sweep_keys=sweep_keys)
            if where == "taken":
                die()

        def landed(self, feed: Feed, delivery: Delivery) -> None:
            if where == "landed":
                die()
            super().landed(feed, delivery)
            die()

    def connect(partner: Partner, settings: Settings) -> QueueConnector:
        return Dying(partner, settings)

    house = replace(house_of(Path(folder), os.environ["EAST_BROKER"]), connect=connect)
    run_partner(house, house.city.partners["east"], Window())


if __name__ == "__main__":
    main(*sys.argv[1:])
