"""Partners' feeds in processes that stay.

What lives here: the crew, worker processes that are started once and take one
partner after another; the few lines exchanged with them (`worker`): a job as a
line of JSON, events as lines, at the end the failure or null. What does not:
which partners and in what order (`running`), what a worker does (`worker`).

Programs and not forks: a child of a process with Polars' threads would hang, and
a spawned one would need its parent's main module again. They stay because a
partner's delivery often takes less time than a program needs to start.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import LifoQueue
from types import TracebackType

from hub.errors import HubError
from hub.flow.house import Note
from hub.settings import Settings

MOST = 4


@dataclass(frozen=True)
class Job:
    """What a worker is to do: one partner.

    Attributes:
        partner: partner id.
        feeds: feed names; none is every feed.
        since: start of the window, None leaves it to the watermark.
        until: end of the window, None leaves it to the clock.
        recorded: whether Dagster writes the run down.
        run: id of the run in the log; "" is none.
    """

    partner: str
    feeds: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    recorded: bool = True
    run: str = ""

    def to_json(self, settings: Settings) -> str:
        """The job and where the hub is, for the other side."""
        return json.dumps(
            {
                "partner": self.partner,
                "feeds": self.feeds,
                "since": self.since.isoformat() if self.since else None,
                "until": self.until.isoformat() if self.until else None,
                "recorded": self.recorded,
                "run": self.run,
                "environment": dict(settings.environment or {}),
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
    """A worker ended without an answer, or answered with a failure."""

    code = "partner_process"

    @classmethod
    def of(cls, partner: str, told: Mapping[str, str] | None, status: int) -> HubError:
        """The failure that the worker told of, or that it said nothing."""
        told = told or {
            "attempted": "run the partner",
            "seen": f"its process ended with status {status} and no answer",
            "next_step": "Run it again: what was landed goes on from there. If it ends "
            "so twice, the system's log says why (often: too little memory).",
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


class Worker:
    """One process and the two ends through which it is spoken to."""

    def __init__(self, threads: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hub.assets.worker"],
            env={"POLARS_MAX_THREADS": str(threads), **os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path.cwd(),
            text=True,
            encoding="utf-8",
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process can take a job."""
        return self.process.poll() is None

    def do(self, settings: Settings, job: Job, note: Note) -> HubError | None:
        """Have a job done; its failure, the worker's own death too, is a value."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        # A process that died meanwhile is found out below, by its silence.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(job.to_json(settings) + "\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            event, facts = json.loads(line)
            if event == "ended":
                return PartnerFailed.of(job.partner, facts, 0) if facts else None
            note(event, {"partner": job.partner, **facts})
        return PartnerFailed.of(job.partner, None, self.process.wait())

    def dismiss(self) -> None:
        """Let the process end: it does when nothing more can come."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class Crew:
    """Workers that are started together and replaced when they die.

    A job that takes its worker down (a kill, a crash) fails alone: the next job
    gets a new process.
    """

    def __init__(self, jobs: int = MOST) -> None:
        cores = os.cpu_count() or 1
        self.size = max(1, min(MOST, cores + 1, jobs))
        # Workers that each used every core would mostly wake each other's threads.
        self.threads = max(1, cores // self.size)
        self.workers: set[Worker] = set()
        self._idle: LifoQueue[Worker] = LifoQueue()

    def __enter__(self) -> Crew:
        for _ in range(self.size):
            self._idle.put(self._start())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self.workers:
            worker.dismiss()

    def run(self, settings: Settings, job: Job, note: Note) -> HubError | None:
        """Do a job with the next free worker; may be called from several threads."""
        worker = self._idle.get()
        if not worker.is_alive:
            worker.dismiss()
            self.workers.discard(worker)
            worker = self._start()
        try:
            return worker.do(settings, job, note)
        finally:
            self._idle.put(worker)
            note("ended", {"partner": job.partner})

    def _start(self) -> Worker:
        worker = Worker(self.threads)
        self.workers.add(worker)
        return worker
