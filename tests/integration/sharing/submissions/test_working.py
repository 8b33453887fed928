"""What waits is worked off in a process of its own, patiently and one after another."""

from __future__ import annotations

import os
import signal
from threading import Event, Thread

import pytest
from support.push_city import WHO, Push, as_csv, case

from hub.flow.house import House
from hub.sharing.submissions.working import Target, Work, Worker, work


def states(push: Push) -> list[str]:
    return [status.state for status in push.desk.newest()]


def test_a_process_takes_in_what_waits_and_is_replaced_when_it_dies(
    push: Push, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "1")
    todo = Work(push.house)
    push.send(as_csv([case(1)]), key="a")
    push.send(as_csv([case(2)]), key="b")

    first = todo.once()
    process = todo.worker._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    push.send(as_csv([case(3)]), key="c")
    second = todo.once()
    todo.worker.dismiss()

    assert (first, second) == (2, 1)
    assert states(push) == ["done", "done", "done"]
    assert len(push.core()) == 3


class InProcess(Worker):
    """Does the same here, or fails as it is told."""

    def __init__(self, push: Push, failures: list[str]) -> None:
        super().__init__()
        self.push = push
        self.failures = failures
        self.asked: list[Target] = []

    def do(self, house: House, target: Target) -> str | None:
        self.asked.append(target)
        if self.failures:
            return self.failures.pop(0)
        self.push.run()
        return None


def test_what_fails_rests_longer_each_time_and_holds_nobody_up(push: Push) -> None:
    now = [0.0]
    worker = InProcess(push, ["down", "down"])
    todo = Work(push.house, worker, poll=5.0, clock=lambda: now[0])
    push.send(as_csv([case(1)]), key="a")

    assert todo.once() == 0
    assert todo.once() == 0  # it rests
    assert len(worker.asked) == 1
    now[0] = 5.0
    assert todo.once() == 0
    now[0] = 14.0
    assert todo.once() == 0  # twice as long
    now[0] = 15.0
    assert todo.once() == 1

    assert len(worker.asked) == 3
    assert todo.rests == {}
    assert states(push) == ["done"]


def test_a_submission_that_stays_in_the_inbox_is_not_asked_for_without_end(
    push: Push,
) -> None:
    class Idle(InProcess):
        def do(self, house: House, target: Target) -> str | None:
            self.asked.append(target)
            return None

    worker = Idle(push, [])
    push.send(as_csv([case(1)]), key="a")

    assert Work(push.house, worker).once() == 0

    assert len(worker.asked) == 1


def test_a_server_is_woken_by_what_arrives_and_ends_when_told(push: Push) -> None:
    stop, done, desk = Event(), Event(), push.desk

    class Telling(InProcess):
        def do(self, house: House, target: Target) -> str | None:
            told = super().do(house, target)
            done.set()
            return told

    thread = Thread(
        target=work,
        args=(push.house, stop, desk.arrived),
        kwargs={"poll": 60.0, "worker": Telling(push, [])},
    )
    thread.start()
    receipt = push.send(as_csv([case(1)]), key="a")
    desk.received()
    came = done.wait(60)
    stop.set()
    thread.join(60)

    assert came
    assert not thread.is_alive()
    assert desk.status(receipt, WHO).state == "done"
