"""Sums of work only grow, from whatever process they come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from hub.storage.control import ControlDatabase
from hub.storage.stages import Stages, Work

AT = datetime(2026, 10, 1, 8, tzinfo=UTC)


def test_work_is_added_up_and_the_last_time_is_kept(control: ControlDatabase) -> None:
    stages = Stages(control.engine)
    stages.add("p", "a", [Work("fetch", 100, 3, 1), Work("split", 50)], AT)
    stages.add("p", "a", [Work("fetch", 40, 2)], AT + timedelta(days=1))
    stages.add("", "", [Work("link", 7)], AT)

    told = {(one["partner"], one["feed"], one["stage"]): one for one in stages.all()}

    assert list(told) == [("", "", "link"), ("p", "a", "fetch"), ("p", "a", "split")]
    fetch = told["p", "a", "fetch"]
    assert (fetch["times"], fetch["microseconds"]) == (2, 140)
    assert (fetch["requests"], fetch["retries"]) == (5, 1)
    assert fetch["last_microseconds"] == 40
    assert fetch["last_at"] == AT + timedelta(days=1)


def test_nothing_done_is_nothing_written(control: ControlDatabase) -> None:
    stages = Stages(control.engine)

    stages.add("p", "a", [], AT)

    assert stages.all() == []


def test_none_is_lost_when_many_add_at_once(control: ControlDatabase) -> None:
    stages = Stages(control.engine)
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda _: stages.add("p", "a", [Work("split", 2)], AT), range(20))
        )

    (told,) = stages.all()
    assert (told["times"], told["microseconds"]) == (20, 40)
