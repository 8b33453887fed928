"""Working off what waits in the inbox, one submission after another, beside a server.

What lives here: looking for what waits, handing it to a process of its own (`worker`),
and patience with what fails. A batch is the hub's, so nothing here knows what becomes
of one: whatever a killed process left, the next run of that feed goes on with. What
does not: the steps of a batch (`hub.flow`); figures and releases, which follow with the
city's next run.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from hub.connectors.inbox import inbox_of, waiting
from hub.flow.house import House
from hub.storage import durable

POLL = 5.0
LONGEST_REST = 600.0
GRACE = 20.0
LEFT_FOR = 24 * 3600.0
Target = tuple[str, str]


class Worker:
    """One process and the two ends through which it is spoken to."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def do(self, house: House, target: Target) -> str | None:
        """Have a feed run; why that failed. The process's death is a failure."""
        process = self._process
        if process is None or process.poll() is not None:
            self.dismiss()
            process = self._process = _started()
        assert process.stdin is not None
        assert process.stdout is not None
        # A process that died meanwhile is found out below, by its silence.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(_job(house, target) + "\n")
            process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            return f"its process ended with status {process.wait()} and no answer"
        failure = json.loads(line)["failure"]
        return None if failure is None else str(failure)

    def end_within(self, seconds: float) -> None:
        """Let a running job end, but not longer; a kill loses and doubles nothing."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError, ValueError):
            assert process.stdin is not None
            process.stdin.close()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()

    def dismiss(self) -> None:
        """Let the process end: it does when nothing more can come."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(OSError, ValueError):
            assert process.stdin is not None
            process.stdin.close()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@dataclass
class Rest:
    """How often a feed failed in a row, and until when it is left alone."""

    failures: int = 0
    until: float = 0.0


@dataclass
class Work:
    """What waits in the inbox of a hub, and who works it off.

    Attributes:
        house: the hub.
        worker: the process that does it.
        poll: seconds between two looks into the inbox, and the first rest after a
            failure, which doubles each time.
        clock: seconds that only grow.
        rests: feeds that are left alone for a while.
    """

    house: House
    worker: Worker = field(default_factory=Worker)
    poll: float = POLL
    clock: Callable[[], float] = time.monotonic
    rests: dict[Target, Rest] = field(default_factory=dict)

    def once(self, stop: Event | None = None) -> int:
        """Take in everything that waits and rests not; how many have left the inbox."""
        done = 0
        while not (stop and stop.is_set()):
            ready = [
                (receipts[0], target)
                for target, receipts in self.waiting().items()
                if self.rests.get(target, Rest()).until <= self.clock()
            ]
            if not ready:
                break
            _, target = min(ready)
            done += self._do(target)
        return done

    def waiting(self) -> dict[Target, list[str]]:
        """Feed → receipts that wait, the oldest first."""
        root = inbox_of(self.house.settings)
        found = {}
        for partner in self.house.city.partners.values():
            for feed in partner.feeds if partner.status == "active" else ():
                if partner.reading(feed).source.connector != "push":
                    continue
                here = [one.receipt for one in waiting(root, partner.id, feed.name)]
                if here:
                    found[partner.id, feed.name] = here
        return found

    def _do(self, target: Target) -> int:
        before = self.waiting().get(target, [])
        failure = self.worker.do(self.house, target)
        left = set(self.waiting().get(target, [])) & set(before)
        if failure is None and not left:
            self.rests.pop(target, None)
        else:
            rest = self.rests.setdefault(target, Rest())
            seconds = min(LONGEST_REST, self.poll * 2**rest.failures)
            rest.failures += 1
            rest.until = self.clock() + seconds
            facts = {"partner": target[0], "feed": target[1], "seen": failure}
            self.house.note("submission", facts)
        return len(before) - len(left)


def work(
    house: House,
    stop: Event,
    arrived: Event,
    *,
    poll: float = POLL,
    worker: Worker | None = None,
) -> None:
    """Work off what waits until somebody says stop; for a thread of a server.

    Args:
        house: the hub.
        stop: set to end; a running job has 20 s, then it is killed.
        arrived: set when something new waits.
        poll: seconds between two looks without that.
        worker: who does it; a process of its own without it.
    """
    sweep(house)
    todo = Work(house, worker or Worker(), poll=poll)
    Thread(target=_end, args=(stop, arrived, todo.worker), daemon=True).start()
    try:
        while not stop.is_set():
            arrived.clear()
            todo.once(stop)
            arrived.wait(poll)
    finally:
        todo.worker.dismiss()


def sweep(house: House) -> None:
    """Remove what uploads left that were killed a day ago and longer."""
    root = inbox_of(house.settings)
    if root.is_dir():
        for draft in durable.leftovers(root, time.time() - LEFT_FOR):
            shutil.rmtree(draft, ignore_errors=True)


def _end(stop: Event, arrived: Event, worker: Worker) -> None:
    stop.wait()
    arrived.set()
    worker.end_within(GRACE)


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hub.sharing.submissions.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path.cwd(),
        text=True,
        encoding="utf-8",
    )


def _job(house: House, target: Target) -> str:
    settings = house.settings
    return json.dumps(
        {
            "partner": target[0],
            "feeds": [target[1]],
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
