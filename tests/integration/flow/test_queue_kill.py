"""kill -9 around the acknowledgement of a batch of messages loses and doubles none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import run_queue
from support.broker import Queue
from support.queue_city import case, core, house_of, make_city, quarantined
from support.source_tree import ROOT

from hub.flow.run import Window, run_partner

KEPT = {  # where it dies → messages that come again, batches by their states
    "taken": (4, ["failed", "merged"]),
    "landed": (4, ["merged", "merged"]),
    "told": (0, ["merged"]),
}


@pytest.mark.parametrize("queue", ["classic", "quorum"], indirect=True)
@pytest.mark.parametrize("where", KEPT)
def test_a_kill_loses_no_message_and_doubles_none(
    tmp_path: Path, queue: Queue, where: str
) -> None:
    make_city(tmp_path / "city", queue.name)
    for number in (1, 2, 3):
        queue.send(case(number), message_id=f"m{number}")
    queue.send(b"poison", message_id="m4")
    again, states = KEPT[where]

    died = subprocess.run(
        [sys.executable, run_queue.__file__, str(tmp_path), where],
        env={
            **os.environ,
            "EAST_BROKER": queue.url,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        },
        check=False,
    )

    assert died.returncode == -signal.SIGKILL
    assert queue.settle(again)
    house = house_of(tmp_path, queue.url)
    run_partner(house, house.city.partners["east"], Window())

    batches = sorted(house.ledger.batches(), key=lambda batch: batch.number)
    assert [batch.state for batch in batches] == states
    rows = core(house)
    assert rows["case_no"].to_list() == ["m1", "m2", "m3"]
    assert {rules[0] for _, rules in quarantined(house)} == {"P40"}
    assert queue.count() == 0
    if where == "landed":
        effects = house.ledger.datasets(batches[-1].number)
        assert [one.unchanged for one in effects.values()] == [3]
