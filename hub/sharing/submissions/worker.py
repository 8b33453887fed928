"""The program that takes submissions in: one partner per line, until none comes.

What lives here: reading jobs, doing them, answering line by line. What does not: the
other side (`working`). A failure that nobody expected ends the program, for what state
it left behind in the process is unknown; the other side starts another.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from hub.errors import HubError
from hub.flow.city_run import ask_partner
from hub.flow.house import House, open_house
from hub.settings import Settings, lent


def do(job: Mapping[str, Any], kept: House | None) -> tuple[House, str | None]:
    """Do one job: the hub it was done in, and why it failed."""
    given = {name: value for name, value in job["settings"].items() if value}
    settings = Settings(**given)
    house = kept.at(settings) if kept else open_house(settings)
    try:
        ask_partner(house, job["partner"], job["feeds"], (None, None))
    except HubError as error:
        return house, error.sentence
    return house, None


def main() -> None:
    """Take jobs from standard input until it ends."""
    # Whatever libraries print goes to standard error; the real standard output
    # carries answers only.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    house: House | None = None
    for line in sys.stdin:
        job = json.loads(line)
        with ExitStack() as stack:
            stack.enter_context(lent(job["environment"]))
            house, failure = do(job, house)
        channel.write(json.dumps({"failure": failure}) + "\n")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        # Whoever interrupts the whole group does not need a trace from us.
        sys.exit(130)
