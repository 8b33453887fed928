"""A channel that could not work, or that would show its key, is refused when read."""

from __future__ import annotations

from typing import Any

import pytest

from hub.partners.alarms import Alarm, Channel, channel_problems
from hub.partners.loader import load_city

ROBOT = {"name": "duty", "kind": "wecom", "url": "env:ROBOT"}


def problems(*channels: dict[str, Any]) -> list[str]:
    alarm = Alarm.model_validate({"channel": list(channels)})
    return [one.line for one in channel_problems(alarm)]


def test_a_sound_channel_has_no_problem() -> None:
    mail = {
        "name": "mail",
        "kind": "email",
        "host": "m",
        "sender": "a@b",
        "to": ["c@d"],
    }

    assert problems(ROBOT, mail) == []
    assert load_city("wuhan").alarm.escalate_after == "24h"


@pytest.mark.parametrize(
    ("channel", "seen"),
    [
        ({"name": "duty", "kind": "wecom"}, "has no url"),
        ({**ROBOT, "url": "https://robot.test/send?key=k"}, "not a reference"),
        (
            {"name": "mail", "kind": "email"} | {"host": "m", "sender": "a@b"},
            "has no to",
        ),
        ({**ROBOT, "kind": "dingtalk", "secret": "SEC1"}, "secret is not a reference"),
        (
            {"name": "hook", "kind": "webhook", "url": "http://h", "secret": "x"},
            "secret",
        ),
    ],
)
def test_a_channel_that_cannot_work_says_why(
    channel: dict[str, Any], seen: str
) -> None:
    (told,) = problems(channel)

    assert seen in told


def test_a_channel_stands_once() -> None:
    assert len(problems(ROBOT, ROBOT)) == 1


def test_a_channel_never_prints_its_address() -> None:
    channel = Channel(name="duty", kind="wecom", url="env:ROBOT", secret="env:SIGN")

    assert "ROBOT" not in f"{channel!r}{channel.model_dump()}"
    assert "SIGN" not in f"{channel!r}{channel.model_dump()}"
