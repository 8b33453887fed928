"""The program that a crew's worker is: one partner per line, until none comes.

What lives here: reading jobs, doing them, answering line by line. What does not:
the other side (`crew`). A failure that nobody expected ends the program, for
what state it left behind in the process is unknown; the crew starts another.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.errors import HubError
from hub.flow.city_run import ask_partner
from hub.flow.house import House, open_house
from hub.settings import Settings, lent
from hub.telling import about, log_fields, start
from hub.telling.events import LOGGER

Answer = Callable[[str, Mapping[str, Any] | None], None]


@dataclass
class Kept:
    """What is kept from one job to the next: the open hub, and what must be closed."""

    stay: ExitStack
    house: House | None = None


def do(job: Mapping[str, Any], answer: Answer, kept: Kept) -> None:
    """Do one job."""
    given = {name: value for name, value in job["settings"].items() if value}
    settings = Settings(**given)
    start(settings)
    since = datetime.fromisoformat(job["since"]) if job["since"] else None
    until = datetime.fromisoformat(job["until"]) if job["until"] else None
    with about(run=job["run"] or None, partner=job["partner"]):
        _do(job, settings, (since, until), answer, kept)


def _do(
    job: Mapping[str, Any],
    settings: Settings,
    span: tuple[datetime | None, datetime | None],
    answer: Answer,
    kept: Kept,
) -> None:
    try:
        if job["recorded"]:
            # Dagster takes a second to import; nobody waits for it in vain.
            from hub.assets.recording import record_partner

            record_partner(
                settings,
                job["partner"],
                job["feeds"],
                span,
                answer,
                kept.stay,
            )
        else:
            house = kept.house.at(settings) if kept.house else open_house(settings)
            kept.house = house
            ask_partner(house.watched(answer), job["partner"], job["feeds"], span)
    except HubError as error:
        facts = {"code": error.code, "reason": error.sentence}
        log_fields(LOGGER, logging.ERROR, "partner not run", facts)
        answer(
            "ended",
            {
                "attempted": error.attempted,
                "seen": error.seen,
                "next_step": error.next_step,
                "feed": error.feed,
                "code": error.code,
            },
        )
    else:
        answer("ended", None)


def main() -> None:
    """Take jobs from standard input until it ends."""
    # Whatever libraries print goes to standard error; the real standard output
    # carries answers only.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def answer(event: str, facts: Mapping[str, Any] | None) -> None:
        channel.write(json.dumps((event, facts)) + "\n")

    with ExitStack() as stay:
        kept = Kept(stay)
        for line in sys.stdin:
            job = json.loads(line)
            with lent(job["environment"]):
                do(job, answer, kept)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        # Whoever interrupts the whole group does not need a trace from each of us.
        sys.exit(130)
