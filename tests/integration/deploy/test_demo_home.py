"""What `hub dev` finds in a home: no demo, one broken off, one of some days."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.drop_city import drop_day, file_city

from hub.assets.crew import Crew
from hub.assets.running import run_city
from hub.cli.simulation import NOTE, WORLD, World, made_of
from hub.flow.house import open_house
from hub.settings import Settings


def settings_in(folder: Path) -> Settings:
    """A small hub, at the end of the demo's third day."""
    return Settings(
        home=folder / "home",
        city=str(file_city(folder / "city")),
        now=datetime(2026, 7, 2, 15, 59, tzinfo=UTC),
    )


def test_a_home_of_a_real_city_has_no_simulated_partners(tmp_path: Path) -> None:
    assert made_of(settings_in(tmp_path)) is None


def test_a_demo_that_was_broken_off_is_told(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    house = open_house(settings)
    house.ledger.settle_note(NOTE, WORLD.format(issues=120, seed=-3))

    assert made_of(settings) == World(issues=120, seed=-3, days=1, is_whole=False)


def test_a_demo_stands_at_the_last_day_that_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    drop_day(tmp_path / "drop", 20)
    monkeypatch.setenv("SMALL_DROP", str(tmp_path / "drop"))
    house = open_house(settings)
    house.ledger.settle_note(NOTE, WORLD.format(issues=600, seed=7))
    with Crew(1) as crew:
        run_city(settings, crew=crew, record="nothing")

    assert made_of(settings) == World(issues=600, seed=7, days=3, is_whole=True)
