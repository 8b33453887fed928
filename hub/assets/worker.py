"""The program that a crew's worker is: one partner per line, until none comes.

What lives here: reading jobs, doing them, answering line by line. What does not:
the other side (`crew`). A failure that nobody expected ends the program, for
what state it left behind in the process is unknown; the crew starts another.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any

from hub.errors import HubError
from hub.settings import Settings, lent

Answer = Callable[[str, Mapping[str, Any] | None], None]


def do(job: Mapping[str, Any], answer: Answer, stay: ExitStack) -> None:
    """Do one job; what may be kept for the next one is left in `stay`."""
    kept = {name: value for name, value in job["settings"].items() if value}
    since = datetime.fromisoformat(job["since"]) if job["since"] else None
    until = datetime.fromisoformat(job["until"]) if job["until"] else None
    try:
        if job["recorded"]:
            # Dagster takes a second to import; nobody waits for it in vain.
            from hub.assets.recording import record_partner

            record_partner(
                Settings(**kept),
                job["partner"],
                job["feeds"],
                (since, until),
                answer,
                stay,
            )
        else:
            from hub.flow.city_run import ask_partner

            ask_partner(
                Settings(**kept), job["partner"], job["feeds"], (since, until), answer
            )
    except HubError as error:
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
    import hub.flow.city_run  # noqa: F401  (while the other side gets ready)

    def answer(event: str, facts: Mapping[str, Any] | None) -> None:
        channel.write(json.dumps((event, facts)) + "\n")

    with ExitStack() as stay:
        for line in sys.stdin:
            job = json.loads(line)
            with lent(job["environment"]):
                do(job, answer, stay)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        # Whoever interrupts the whole group does not need a trace from each of us.
        sys.exit(130)
