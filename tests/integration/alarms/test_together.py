"""Two processes that check at the same time: one alarm, one message."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread

from support.alarm_city import SENSES, AlarmCity, at
from support.partner_server import Reply, Request, serve

from hub.alarms.checking import Checked, check
from hub.storage.alarms import Alarms

DAY = date(2026, 9, 14)
LATE = at(DAY + timedelta(days=2), "12:00")
HOOK = """
[alarm]
disk_free_share = 0.0

[[alarm.channel]]
name = "duty"
kind = "webhook"
url = "env:HOOK"
"""


def _city(folder: Path) -> AlarmCity:
    """A city of five districts, all of them silent for two days."""
    districts = [f"east{n}" for n in range(5)]
    city = AlarmCity.made_in(folder, *districts, now=LATE, channels=HOOK)
    city.remember(DAY - timedelta(days=1), weeks=5)
    return city


def test_two_processes_send_each_message_once(tmp_path: Path) -> None:
    city = _city(tmp_path)
    told: list[int] = []

    def answer(request: Request) -> Reply:
        told.extend(one["message"] for one in request.body["messages"])
        return Reply({})

    with serve(answer) as server:
        surroundings = {
            **os.environ,
            **(city.house.settings.environment or {}),
            "HOOK": f"{server.url}/alarms",
            "HUB_NOW": LATE.isoformat(),
        }
        command = [sys.executable, "-m", "hub.cli", "alarm", "check"]
        where = [
            "--home",
            str(city.folder / "home"),
            "--city",
            str(city.folder / "city"),
        ]
        running = [
            subprocess.Popen(
                [*command, *where],
                env=surroundings,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for _ in range(2)
        ]
        codes = {one.wait() for one in running}

    assert codes <= {0, 1}
    assert sorted(told) == [1, 2, 3, 4, 5]
    assert len(Alarms(city.house.control.engine).open()) == 5


def test_checks_at_once_open_each_cause_once(tmp_path: Path) -> None:
    city = _city(tmp_path)
    houses = [city.house for _ in range(4)]
    ready, done = Barrier(len(houses)), []

    def run(number: int) -> None:
        ready.wait()
        done.append(check(houses[number], SENSES))

    threads = [Thread(target=run, args=(n,)) for n in range(len(houses))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sum(len(_opened(one)) for one in done) == 5
    assert len(Alarms(city.house.control.engine).open()) == 5
    assert len(Alarms(city.house.control.engine).messages()) == 5


def _opened(checked: Checked) -> list[object]:
    return list(checked.changes["opened"])
