"""What waits is sent at least once, not too fast, and by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from support.alarm_city import AlarmCity, at
from support.partner_server import PartnerServer, Reply, Request, serve
from tenacity import wait_none

from hub.alarms.messages import LIMITS
from hub.alarms.sending import Patience, Sent, send_waiting
from hub.flow.house import House
from hub.storage.alarms import Alarms, Cause

NOW = at(date(2026, 9, 14), "12:00")
MINUTE = timedelta(minutes=1)
AT_ONCE = Patience(attempts=3, wait=wait_none())
ROBOT = """
[alarm]

[[alarm.channel]]
name = "duty"
kind = "wecom"
url = "env:ROBOT"
per_minute = 4
language = "both"
"""


class Robot:
    """A group robot that answers as it is told, and then well."""

    def __init__(self) -> None:
        self.faults: list[Reply] = []
        self.texts: list[str] = []

    def answer(self, request: Request) -> Reply:
        if self.faults:
            return self.faults.pop(0)
        self.texts.append(request.body["markdown"]["content"])
        return Reply({"errcode": 0})


@pytest.fixture
def robot() -> Robot:
    return Robot()


@pytest.fixture
def server(robot: Robot) -> Iterator[PartnerServer]:
    with serve(robot.answer) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, server: PartnerServer) -> House:
    """A hub whose one channel is that robot."""
    city = AlarmCity.made_in(tmp_path, "east", now=NOW, channels=ROBOT)
    made = city.house
    environment = {
        **(made.settings.environment or {}),
        "ROBOT": f"{server.url}/r?key=k",
    }
    return made.at(made.settings.model_copy(update={"environment": environment}))


def opened(house: House, *subjects: str) -> None:
    """Refused batches of these names, and no other alarm."""
    values = {"batch": "b00000001", "day": "2026-09-13", "rows": 3, "rules": "B01"}
    Alarms(house.control.engine).settle(
        [
            Cause(rule="A05", partner="east", feed="cases", subject=one, seen=values)
            for one in subjects
        ],
        at=house.now(),
        escalate_after=timedelta(days=1),
        to=lambda _alarm, _kind: ["duty"],
    )


def turn(house: House, now: datetime = NOW) -> Sent | None:
    turns = send_waiting(house, patience=AT_ONCE, clock=lambda: now)
    return turns[0] if turns else None


def test_a_few_are_told_one_by_one_in_both_languages(
    house: House, robot: Robot
) -> None:
    opened(house, "b1", "b2")

    assert turn(house) == Sent("duty", 2, 0)
    assert turn(house) is None

    assert len(robot.texts) == 2
    assert "报警 A05 整批退回" in robot.texts[0]
    assert "ALARM A05 A refused batch" in robot.texts[0]


def test_many_become_one_and_no_post_is_too_long(house: House, robot: Robot) -> None:
    opened(house, *(f"b{n}" for n in range(60)))

    turns = [turn(house, NOW + n * MINUTE) for n in range(4)]

    assert sum(one.sent for one in turns if one) == 60
    assert len(robot.texts) < 6
    assert all(len(one.encode()) <= LIMITS["wecom"] for one in robot.texts)
    assert "条报警消息汇总" in robot.texts[0]


def test_a_robot_is_never_written_to_more_often_than_it_takes(
    house: House, robot: Robot
) -> None:
    for n in range(8):
        opened(house, f"b{n}")
        turn(house)

    assert len(robot.texts) == 4
    # What did not fit into the minute comes together in the next.
    later = turn(house, NOW + MINUTE)
    assert later is not None
    assert later.waiting == 0
    assert len(robot.texts) == 5


def test_a_failure_that_passes_is_tried_again_at_once(
    house: House, robot: Robot
) -> None:
    robot.faults = [Reply({}, status=503), Reply({"errcode": -1})]
    opened(house, "b1")

    assert turn(house) == Sent("duty", 1, 0)


def test_what_fails_waits_longer_each_time_and_is_told(
    house: House, robot: Robot
) -> None:
    robot.faults = [Reply({"errcode": 93000}) for _ in range(3)]
    opened(house, "b1")

    assert turn(house) == Sent("duty", 0, 1, "errcode 93000")
    (message,) = Alarms(house.control.engine).messages(waiting=True)
    assert (message.tries, message.error) == (1, "errcode 93000")
    assert turn(house, NOW + MINUTE / 2) == Sent("duty", 0, 1)
    assert turn(house, NOW + MINUTE) == Sent("duty", 0, 1, "errcode 93000")
    assert turn(house, NOW + 2 * MINUTE) == Sent("duty", 0, 1)
    # Whoever asks for it by hand does not wait.
    turns = send_waiting(house, patience=AT_ONCE, clock=lambda: NOW, now=True)
    assert turns == [Sent("duty", 0, 1, "errcode 93000")]
    assert turn(house, NOW + 60 * MINUTE) == Sent("duty", 1, 0)


def test_a_process_that_dies_after_sending_sends_the_same_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys: list[str] = []
    opened(house, "b1")

    def way(_settings: object, _channel: object, post: object, _at: object) -> None:
        keys.append(post.key)  # type: ignore[attr-defined]

    def die(*_args: object, **_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Alarms, "sent", die)
        with pytest.raises(KeyboardInterrupt):
            send_waiting(house, way=way, clock=lambda: NOW)
    send_waiting(house, way=way, clock=lambda: NOW)
    send_waiting(house, way=way, clock=lambda: NOW)

    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_channel_that_another_process_is_at_is_left_to_it(
    house: House, robot: Robot
) -> None:
    opened(house, "b1")

    with house.leases.hold("alarms/channel/duty", "somebody", timedelta(minutes=1)):
        assert turn(house) is None
    assert robot.texts == []
    assert turn(house) == Sent("duty", 1, 0)


def test_a_secret_that_is_not_set_leaves_messages_waiting(house: House) -> None:
    settings = house.settings.model_copy(update={"environment": {}})
    opened(house, "b1")

    sent = turn(house.at(settings))

    assert sent is not None
    assert sent.waiting == 1
    assert "not set" in str(sent.error)
