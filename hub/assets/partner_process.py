"""One partner's feeds in a process of their own.

What lives here: the program that `running` starts once per partner, and the few
lines they exchange: a job as JSON on standard input, events as JSON lines on
standard output, at the end the failure or null. What does not: which partners.

A program and not a fork: a child of a process with Polars' threads would hang,
and a spawned one would need its parent's main module again.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.errors import HubError
from hub.settings import Settings

Event = Callable[[str, dict[str, object]], None]


@dataclass(frozen=True)
class Job:
    """What one process is to do."""

    partner: str
    feeds: tuple[str, ...]
    since: datetime | None
    until: datetime | None

    def to_json(self, settings: Settings) -> str:
        """The job and where the hub is, for the other side."""
        return json.dumps(
            {
                "partner": self.partner,
                "feeds": self.feeds,
                "since": self.since.isoformat() if self.since else None,
                "until": self.until.isoformat() if self.until else None,
                "settings": {
                    "home": str(settings.home.absolute()),
                    "city": settings.city,
                    "database_url": settings.database_url,
                    "lake_url": settings.lake_url,
                    "now": settings.now.isoformat() if settings.now else None,
                },
            }
        )


class PartnerFailed(HubError):
    """The process of a partner ended without an answer, or with a failure."""

    code = "partner_process"

    @classmethod
    def of(cls, partner: str, told: Mapping[str, str] | None, status: int) -> HubError:
        """The failure that the process told of, or that it said nothing."""
        told = told or {
            "attempted": "run the partner",
            "seen": f"its process ended with status {status} and no answer",
            "next_step": "Run it again; what was landed goes on from there.",
            "code": cls.code,
        }
        failure = cls(
            told["attempted"],
            seen=told["seen"],
            next_step=told["next_step"],
            partner=partner,
            feed=told.get("feed"),
        )
        failure.code = told["code"]  # type: ignore[misc]
        return failure


def run_process(settings: Settings, job: Job, note: Event) -> HubError | None:
    """Run a job in a process of its own; its failure comes back as a value."""
    told: Mapping[str, str] | None = None
    answered = False
    with subprocess.Popen(
        [sys.executable, "-m", "hub.assets.partner_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **(settings.environment or {})},
        cwd=Path.cwd(),
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(job.to_json(settings))
        process.stdin.close()
        for line in process.stdout:
            event, facts = json.loads(line)
            if event == "ended":
                told, answered = facts, True
            else:
                note(event, {"partner": job.partner, **facts})
    if answered and told is None:
        return None
    return PartnerFailed.of(job.partner, told, process.returncode)


def main(text: str, answer: Callable[[Sequence[object]], None]) -> None:
    """Do the job and answer line by line."""
    from hub.assets.house_resource import watch
    from hub.assets.running import run_one_partner

    job = json.loads(text)
    kept = {name: value for name, value in job["settings"].items() if value}
    watch(lambda event, facts: answer((event, facts)))
    try:
        run_one_partner(
            Settings(**kept),
            job["partner"],
            job["feeds"],
            datetime.fromisoformat(job["since"]) if job["since"] else None,
            datetime.fromisoformat(job["until"]) if job["until"] else None,
        )
    except HubError as error:
        answer(
            (
                "ended",
                {
                    "attempted": error.attempted,
                    "seen": error.seen,
                    "next_step": error.next_step,
                    "feed": error.feed,
                    "code": error.code,
                },
            )
        )
    else:
        answer(("ended", None))


if __name__ == "__main__":
    # Whatever libraries print goes to standard error; the real standard output
    # carries answers only.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    main(sys.stdin.read(), lambda line: channel.write(json.dumps(line) + "\n"))  # type: ignore[arg-type]
