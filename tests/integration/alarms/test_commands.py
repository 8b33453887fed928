"""`hub alarm` and the sensor, as somebody at the console and Dagster meet them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from support.alarm_city import AlarmCity, at
from support.own_commands import Console
from support.partner_server import Reply, serve

from hub.assets.alarm_sensor import alarm_sensor, failed_release_run
from hub.assets.house_resource import HouseResource
from hub.assets.keys import RELEASE_KEY
from hub.assets.senses import last_tick
from hub.cli.program import main

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


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AlarmCity:
    """A city with one district that is silent for two days, and a channel."""
    made = AlarmCity.made_in(tmp_path, "east", now=LATE, channels=HOOK)
    made.remember(DAY - timedelta(days=1), weeks=5)
    monkeypatch.setenv("DROP_EAST", str(tmp_path / "east"))
    return made


@pytest.fixture
def hub(
    city: AlarmCity,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Console:
    return Console(city.house, capsys, monkeypatch)


def test_check_list_and_show_tell_the_same_alarm(
    hub: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(lambda _: Reply({})) as server:
        monkeypatch.setenv("HOOK", f"{server.url}/alarms")
        checked = hub("alarm", "check", code=1)
    listed = hub("alarm", "list")
    shown = hub("alarm", "show", "a00000001")

    (opened,) = checked["opened"]
    assert (opened["rule"], opened["partner"], opened["state"]) == (
        "A01",
        "east",
        "open",
    )
    assert opened["owner"] == "east区城管局 值班室"
    assert checked["sent"] == [
        {"channel": "duty", "sent": 1, "waiting": 0, "error": None}
    ]
    assert listed["alarms"] == [opened]
    assert listed["channels"][0]["waiting"] == 0
    assert shown["messages"][0]["kind"] == "opened"
    assert shown["messages"][0]["sent_at"] is not None


def test_what_was_not_sent_is_told_and_sent_by_hand(
    hub: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = hub("alarm", "check", "--quiet", code=1)
    assert checked["sent"] == []
    failed = hub("alarm", "send", code=1)
    assert "not set" in failed[0]["error"]
    (channel,) = hub("alarm", "list")["channels"]
    assert (channel["waiting"], channel["tries"]) == (1, 1)

    with serve(lambda _: Reply({})) as server:
        monkeypatch.setenv("HOOK", f"{server.url}/alarms")
        sent = hub("alarm", "send")

    assert sent == [{"channel": "duty", "sent": 1, "waiting": 0, "error": None}]


def test_a_channel_can_be_tried(hub: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda _: Reply({})) as server:
        monkeypatch.setenv("HOOK", f"{server.url}/alarms")
        tried = hub("alarm", "send", "--test", "--channel", "duty")
        texts = [one.body["text"] for one in server.requests]

    assert tried[0]["error"] is None
    assert "收到本消息即表示通道 duty 可用" in texts[0]
    assert "duty" in hub("alarm", "send", "--test", "--channel", "x", code=2)["error"][
        "message"
    ]  # fmt: skip


def test_an_alarm_that_is_not_there_is_told_so(hub: Console) -> None:
    told = hub("alarm", "show", "a00000009", code=2)

    assert told["error"]["code"] == "misuse"


def test_pages_fit_a_terminal(
    hub: Console,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    hub("alarm", "check", code=1)
    where = ["--home", str(hub.house.settings.home), "--city", hub.house.settings.city]

    for args in (["list"], ["list", "--all"], ["show", "a1"], ["check"], ["send"]):
        main(["alarm", *args, *where])
        lines = capsys.readouterr().out.splitlines()
        assert lines
        # A Chinese character takes two columns.
        wide = [sum(1 + (ord(c) > 0x2E7F) for c in line) for line in lines]
        assert max(wide) <= 80, lines[wide.index(max(wide))]


def test_the_sensor_checks_and_sends(
    city: AlarmCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = city.house
    monkeypatch.setenv("HUB_NOW", LATE.isoformat())
    sensor = alarm_sensor(house.city)
    with (
        serve(lambda _: Reply({})) as server,
        dg.DagsterInstance.ephemeral() as instance,
    ):
        monkeypatch.setenv("HOOK", f"{server.url}/alarms")
        with dg.build_sensor_context(
            instance=instance, resources={"house": HouseResource.of(house.settings)}
        ) as context:
            told = sensor(context)

    assert isinstance(told, dg.SkipReason)
    assert told.skip_message == (
        "1 open; 1 opened, 0 escalated, 0 cleared; 1 sent, 0 waiting"
    )


def test_a_failed_run_of_the_release_is_seen_and_a_good_one_ends_it() -> None:
    fails = [True]

    @dg.asset(key=RELEASE_KEY)
    def release() -> None:
        if fails[0]:
            raise ValueError("no")

    with dg.DagsterInstance.ephemeral() as instance:
        assert failed_release_run(instance) is None
        run = dg.materialize([release], instance=instance, raise_on_error=False)
        assert failed_release_run(instance) == run.run_id[:8]
        fails[0] = False
        dg.materialize([release], instance=instance)
        assert failed_release_run(instance) is None


def test_the_last_tick_of_a_cron_expression() -> None:
    found = last_tick("30 23 * * *", "Asia/Shanghai", at(DAY, "23:30"))

    assert found == at(DAY - timedelta(days=1), "23:30")
    assert last_tick("*/15 * * * *", "Asia/Shanghai", at(DAY, "10:20")) == at(
        DAY, "10:15"
    )
