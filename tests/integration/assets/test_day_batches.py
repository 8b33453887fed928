"""What is told of a day is what the ledger knows of it, whoever asked last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.drop_city import case_line, drop_day, file_city

from hub.assets.day_batches import by_day, rows_out
from hub.assets.feed_checks import day_verdicts
from hub.assets.reports import feed_metadata
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.partners.spec import Partner
from hub.settings import Settings, lent
from hub.storage.batches import Batch

DAY, OTHER = "2026-09-20", "2026-09-21"


@pytest.fixture
def drop(tmp_path: Path) -> Iterator[Path]:
    with lent({"SMALL_DROP": str(tmp_path / "drop")}):
        yield tmp_path / "drop"


@pytest.fixture
def house(drop: Path, tmp_path: Path) -> House:
    now = datetime(2026, 9, 22, 2, tzinfo=UTC)
    city = str(file_city(tmp_path / "city"))
    return open_house(Settings(home=tmp_path / "home", city=city, now=now))


def take(house: House) -> tuple[Partner, list[Batch]]:
    """What a run of the feed brings."""
    partner = house.city.partners["platform"]
    return partner, run_partner(house, partner, Window(), ["cases"])


def passed(house: House, partner: Partner, own: list[Batch]) -> dict[str, bool]:
    feed = partner.feed("cases")
    told = by_day(house, partner, feed, [DAY, OTHER], own)[DAY]
    out = rows_out(house, partner, feed, told.judged)
    return {one.check: one.passed for one in day_verdicts(house, told.judged, out)}


def test_a_run_that_brings_nothing_leaves_the_day_as_it_was(
    house: House, drop: Path
) -> None:
    drop_day(drop, 20)
    partner, first = take(house)
    before = passed(house, partner, first)

    _, again = take(house)

    assert again == []
    assert before == {"delivered": True, "balanced": True, "valid": False}
    assert passed(house, partner, again) == before
    told = by_day(house, partner, partner.feed("cases"), [DAY, OTHER], again)
    assert [one.number for one in told[DAY].counted] == [one.number for one in first]
    assert told[OTHER].counted == ()
    assert feed_metadata(house, partner, partner.feed("cases"), []) == {}


def test_a_refused_file_keeps_its_day_red_until_it_comes_right(
    house: House, drop: Path
) -> None:
    drop_day(drop, 20)
    file = drop / f"cases_{DAY.replace('-', '')}.csv"
    whole = file.read_text()
    file.write_text("错误的表头,没有编号\n1,2\n")
    partner, first = take(house)
    assert [one.state for one in first] == ["refused"]
    assert not passed(house, partner, first)["delivered"]

    _, nothing = take(house)
    assert not passed(house, partner, nothing)["delivered"]

    file.write_text(whole + case_line(2077, 20) + "\n")
    _, right = take(house)
    assert [one.state for one in right] == ["merged"]
    assert passed(house, partner, right)["delivered"]
    assert passed(house, partner, [])["delivered"]
