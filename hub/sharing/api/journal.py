"""The audit of many requests at once: one transaction for all that wait.

What lives here: a writer of its own thread that takes entries as they come and appends
all that wait in one go, so that the disk is asked once and not once a request. What
does not: entries and their chain (`hub.storage.audit`). Whoever hands something over
waits for the answer; nothing is handed over before it is durable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from queue import Empty, SimpleQueue

from hub.errors import HubError, MisuseError
from hub.storage.audit import Audit, Begun
from hub.storage.audit_entries import Draft, HandOver, Outcome
from hub.storage.faults import AuditUnwritable

MOST = 256  # entries of one transaction
Waiting = tuple[Draft, "Future[int]"]


class Journal:
    """The audit log as a server writes it; safe to use from many threads.

    Args:
        audit: the log.
        clock: the hub's.
        turn: to be held while writing, where several processes write.
    """

    def __init__(
        self,
        audit: Audit,
        clock: Callable[[], datetime],
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._audit = audit
        self._turn = turn
        self._clock = clock
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write, daemon=True, name="audit")
        self._thread.start()

    def put(
        self, handover: HandOver, outcome: Outcome, refers_to: int | None = None
    ) -> Future[int]:
        """Write an entry; the future gives its number once it is durable.

        Raises:
            AuditUnwritable: by the future; hand nothing over.
        """
        told: Future[int] = Future()
        draft = Draft(
            handover=handover,
            outcome=outcome,
            at=self._clock(),
            refers_to=refers_to,
        )
        self._queue.put((draft, told))
        return told

    def begin(self, handover: HandOver) -> Begun:
        """Write that a hand-over begins, and wait for it."""
        return Begun(self.put(handover, Outcome(result="begun")).result(), handover)

    def end(self, begun: Begun, outcome: Outcome) -> int:
        """Write how a hand-over went, and wait for it."""
        return self.put(begun.handover, outcome, begun.number).result()

    def probe(self) -> None:
        """Look whether it can be written; nothing is.

        Raises:
            AuditUnwritable: it cannot.
        """
        self._audit.append([])

    def close(self) -> None:
        """Write what waits, and stop."""
        self._queue.put(None)
        self._thread.join()

    def _write(self) -> None:
        while True:
            waiting, is_last = self._taken()
            if waiting:
                self._append(waiting)
            if is_last:
                return

    def _taken(self) -> tuple[list[Waiting], bool]:
        waiting: list[Waiting] = []
        found = self._queue.get()
        while found is not None:
            waiting.append(found)
            if len(waiting) == MOST:
                return waiting, False
            try:
                found = self._queue.get_nowait()
            except Empty:
                return waiting, False
        return waiting, True

    def _append(self, waiting: list[Waiting]) -> None:
        try:
            with self._turn():
                numbers = self._audit.append([draft for draft, _ in waiting])
        except MisuseError as problem:
            if len(waiting) == 1:
                waiting[0][1].set_exception(problem)
                return
            # One of them holds what no entry may hold; the others are sound.
            for one in waiting:
                self._append([one])
        except HubError as problem:
            for _, told in waiting:
                told.set_exception(problem)
        except OSError:
            down = AuditUnwritable(
                "write to the audit log",
                seen="the home's disk does not let its turn be taken",
                next_step="See to the home's disk; nothing is handed over meanwhile.",
            )
            for _, told in waiting:
                told.set_exception(down)
        except Exception as problem:  # noqa: BLE001 - whoever waits must be told
            for _, told in waiting:
                told.set_exception(problem)
        else:
            for number, (_, told) in zip(numbers, waiting, strict=True):
                told.set_result(number)
