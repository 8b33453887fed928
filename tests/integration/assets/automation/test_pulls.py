"""Every partner is read when its file says, from where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import is_valid_cron_schedule
from support.automated_city import district, districts
from support.small_city import write_city

from hub.assets.automation.cycles import Cycle, cycles_of
from hub.assets.house_resource import HouseResource
from hub.definitions import build_defs
from hub.flow.house import open_house
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.settings import Settings, lent

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST, LAST = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", city="wuhan")


def tick(
    name: str,
    at: datetime,
    city: City,
    settings: Settings,
    instance: dg.DagsterInstance,
) -> list[Any]:
    """What a schedule yields at an instant."""
    defs = build_defs(city)
    schedule = defs.get_repository_def().get_schedule_def(name)
    with dg.build_schedule_context(
        instance,
        scheduled_execution_time=at,
        resources={"house": HouseResource.of(settings)},
        repository_def=defs.get_repository_def(),
    ) as context:
        told: Any = schedule(context)
        return list(told)


def mark(settings: Settings, partner: str, feed: str, at: datetime) -> None:
    """A feed stands at an instant."""
    house = open_house(settings)
    batch = house.ledger.open_batch(
        partner=partner, feed=feed, name="x", since=None, until=at,
        city_digest="x", token=1,
    )  # fmt: skip
    house.ledger.advance_watermark(partner, feed, at, batch=batch.number)
    house.control.close()


def test_every_feed_of_wuhan_is_read_in_exactly_one_cycle() -> None:
    city = load_city("wuhan")
    schedules = {one.name: one for one in build_defs(city).schedules or ()}
    for partner in city.partners.values():
        cycles = cycles_of(city, partner)

        assert sorted(f.name for c in cycles for f in c.feeds) == sorted(
            f.name for f in partner.feeds
        )
        for cycle in cycles:
            made: Any = schedules[cycle.name]
            assert made.cron_schedule == cycle.cron
            assert made.execution_timezone == "Asia/Shanghai"
            assert is_valid_cron_schedule(cycle.cron)


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("5 * * * *", "hourly_05"),
        ("30 0 * * *", "daily_0030"),
        ("5 10,16,23 * * *", "daily_1005_1605_2305"),
        ("30 00 * * *", "30_00_x_x_x"),  # another cron, so another name
        ("*/5 8-18 * * 1", "xs5_8t18_x_x_1"),
    ],
)
def test_a_schedule_is_called_by_its_time(cron: str, told: str) -> None:
    cycle = Cycle(load_city("wuhan").partners["jiangan"], cron, ())

    assert cycle.name == f"pull_jiangan_{told}"


def test_feeds_with_one_cycle_share_a_schedule_and_others_have_their_own() -> None:
    city = load_city("wuhan")

    cycles = cycles_of(city, city.partners["platform"])

    assert [(c.cron, [f.name for f in c.feeds]) for c in cycles] == [
        (feed.schedule, [feed.name]) for feed in city.partners["platform"].feeds
    ]
    roster = cycles_of(city, city.partners["roster"])
    assert [c.cron for c in roster] == ["0 6 * * *", city.automation.pull]
    assert len(roster[0].feeds) == 7


def test_a_feed_without_a_schedule_is_read_at_the_citys_hour(tmp_path: Path) -> None:
    city = districts(tmp_path / "city", "d1", automation='pull = "10 1 * * *"')

    (cycle,) = cycles_of(city, city.partners["d1"])

    assert cycle.cron == "10 1 * * *"


def test_a_tick_asks_once_and_tells_of_the_days_since_the_feed_stood(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    stood = datetime(2026, 10, 2, 23, 30, tzinfo=SHANGHAI)
    at = datetime(2026, 10, 5, 23, 30, tzinfo=SHANGHAI)
    city = load_city("wuhan")
    feed = city.partners["platform"].feeds[0]
    mark(settings, "platform", feed.name, stood)
    name = cycles_of(city, city.partners["platform"])[0].name

    (asked,) = tick(name, at, city, settings, instance)

    assert (asked.tags[FIRST], asked.tags[LAST]) == ("2026-10-02", "2026-10-05")
    assert asked.tags["hub/unattended"] == "true"
    assert asked.tags["hub/partner"] == "platform"
    assert asked.run_config == {}


def test_just_after_midnight_the_day_that_ended_is_told_of_as_well(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    city = load_city("wuhan")
    (cycle,) = cycles_of(city, city.partners["xinzhou"])
    mark(
        settings,
        "xinzhou",
        cycle.feeds[0].name,
        datetime(2026, 10, 4, 23, 30, tzinfo=SHANGHAI),
    )

    at = datetime(2026, 10, 5, 0, 30, tzinfo=SHANGHAI)
    (asked,) = tick(cycle.name, at, city, settings, instance)

    assert (asked.tags[FIRST], asked.tags[LAST]) == ("2026-10-04", "2026-10-05")


def test_a_feed_that_stands_ahead_of_the_clock_is_asked_for_today(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    city = load_city("wuhan")
    (cycle,) = cycles_of(city, city.partners["xinzhou"])
    ahead = datetime(2026, 10, 6, tzinfo=SHANGHAI)
    mark(settings, "xinzhou", cycle.feeds[0].name, ahead)

    at = datetime(2026, 10, 5, 9, 30, tzinfo=SHANGHAI)
    (asked,) = tick(cycle.name, at, city, settings, instance)

    assert asked.tags[FIRST] == asked.tags[LAST] == "2026-10-05"


def test_the_same_tick_asks_for_the_same_run_and_the_next_for_another(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    city = load_city("wuhan")
    (cycle,) = cycles_of(city, city.partners["xinzhou"])
    first, second = (datetime(2026, 10, 5, h, 30, tzinfo=SHANGHAI) for h in (8, 9))

    keys = [
        tick(cycle.name, at, city, settings, instance)[0].run_key
        for at in (first, first, second)
    ]

    assert keys[0] == keys[1] != keys[2]


def test_a_cycle_whose_last_run_still_waits_is_not_asked_for_again(
    settings: Settings, tmp_path: Path
) -> None:
    city = load_city("wuhan")
    (cycle,) = cycles_of(city, city.partners["xinzhou"])
    at = datetime(2026, 10, 5, 9, 30, tzinfo=SHANGHAI)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as stored:
        stored.add_run(
            dg.DagsterRun(
                job_name="waiting",
                run_id="0123",
                tags={"hub/cycle": cycle.name},
                status=dg.DagsterRunStatus.NOT_STARTED,
            )
        )
        (told,) = tick(cycle.name, at, city, settings, stored)

    assert isinstance(told, dg.SkipReason)
    assert "0123" in (told.skip_message or "")


def test_a_fixed_clock_of_the_hub_decides_the_days(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    now = datetime(2026, 9, 1, 4, tzinfo=UTC)
    settings = Settings(home=tmp_path / "home", city="wuhan", now=now)
    city = load_city("wuhan")
    (cycle,) = cycles_of(city, city.partners["xinzhou"])

    at = datetime(2026, 10, 5, 9, 30, tzinfo=SHANGHAI)
    (asked,) = tick(cycle.name, at, city, settings, instance)

    assert date.fromisoformat(asked.tags[LAST]) == date(2026, 9, 1)


@pytest.mark.parametrize(("setting", "status"), [("1", "RUNNING"), ("0", "STOPPED")])
def test_one_setting_switches_everything_on_or_off(
    tmp_path: Path, setting: str, status: str
) -> None:
    city = districts(tmp_path / "city", "d1", "d2")
    with lent({"HUB_AUTOMATION": setting}):
        defs = build_defs(city)

    begun: list[Any] = [*(defs.schedules or ()), *(defs.sensors or ())]

    assert {one.default_status.value for one in begun} == {status}
    # Pulls, the draft, audit, counts and upkeep; drops, the city, what was left over,
    # alarms.
    assert len(begun) == 11


def test_two_crons_never_have_one_name(tmp_path: Path) -> None:
    crons = ["5 * * * *", "*/5 * * * *", "5,0 * * * *", "5-0 * * * *", "50 * * * *"]
    write_city(
        tmp_path / "city",
        **{f"d{n}": district(f"d{n}", schedule=cron) for n, cron in enumerate(crons)},
    )
    city = load_city(tmp_path / "city")

    names = {
        cycle.name.removeprefix(f"pull_{partner.id}_")
        for partner in city.partners.values()
        for cycle in cycles_of(city, partner)
    }

    assert len(names) == len(city.partners)
    assert set(city.partner_ids) - set(city.partners) == {"d3"}  # 5-0 is no range
