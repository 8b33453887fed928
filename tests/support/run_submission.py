"""Send one submission or take it in, dying where it is told: FOLDER WHERE.

WHERE is `entered` (the receipt is in the database, the inbox lacks it), `kept` (the
inbox has it, nobody was told), `taken` (its part is durable, the ledger does not know
it) or `landed` (it does, and the inbox has it still).
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from support.push_city import Push, as_csv, case

from hub.connectors.base import Delivery, Part
from hub.connectors.push import PushConnector
from hub.partners.spec import Feed
from hub.sharing.submissions.upload import Upload
from hub.storage.submissions import Submission

BODY = as_csv([case(1), case(2, 状态="没听过")])


def die() -> None:
    """As `kill -9` would have it: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, where: str) -> None:
    keep, read = Upload._keep, PushConnector.read

    def keeping(self: Upload, entered: Submission) -> None:
        if where != "entered":
            keep(self, entered)
        if where in {"entered", "kept"}:
            die()

    def reading(
        self: PushConnector,
        feed: Feed,
        delivery: Delivery,
        *,
        sweep_keys: Iterator[pl.Series] | None,
    ) -> Iterator[Part]:
        yield from read(self, feed, delivery, sweep_keys=sweep_keys)
        if where == "taken":
            die()

    def landing(self: PushConnector, feed: Feed, delivery: Delivery) -> None:
        die()

    Upload._keep = keeping  # type: ignore[method-assign]
    PushConnector.read = reading  # type: ignore[method-assign]
    PushConnector.landed = landing  # type: ignore[method-assign]
    push = Push.made_in(Path(folder))
    push.send(BODY, key="a")
    push.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
