"""Partners of the simulated city held against the hub, whole and bent."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from support.reconciled import reasons

from hub.connectors.paging import Pager
from hub.demo.city import SimulatedCity
from hub.flow.city_run import link_core
from hub.flow.house import House, open_house
from hub.flow.reconcile.day_counts import compare_partner
from hub.flow.reconcile.feed import reconcile_partner
from hub.flow.reconcile.outcome import Reconciled
from hub.flow.run import Window, run_partner
from hub.flow.waves import waves
from hub.settings import Settings

SYSTEMS = ("roster", "platform", "jianghan", "qiaokou", "hanyang")


@dataclass(frozen=True)
class Standing:
    """A city whose partners still answer after the hub has run."""

    city: SimulatedCity
    house: House
    folder: Path

    def reconcile(self, partner: str) -> list[Reconciled]:
        found = self.house.city.partners[partner]
        return list(reconcile_partner(self.house, found, Window()))


def standing(folder: Path, city: SimulatedCity) -> Standing:
    """Two days run, the systems left open."""
    for day in (1, 2):
        city.deliver(day)
        house = open_house(
            Settings(
                home=folder / "home",
                city="wuhan",
                now=city.now(day),
                environment=city.environment,
            )
        )
        for names in waves(house.city, {name: [] for name in city.systems}):
            for name in names:
                window = Window(*(city.window(day, name) or (None, None)))
                run_partner(house, house.city.partners[name], window)
        link_core(house)
    return Standing(city, house, folder)


@pytest.fixture(scope="module")
def stood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    folder = tmp_path_factory.mktemp("stood")
    with SimulatedCity(folder / "demo", issues=120, days=2, only=SYSTEMS) as city:
        yield standing(folder, city)


@pytest.mark.slow
@pytest.mark.parametrize("partner", SYSTEMS)
def test_a_clean_city_has_no_difference_without_a_reason(
    stood: Standing, partner: str
) -> None:
    found = stood.reconcile(partner)

    assert [one for one in found if not one.ok] == []
    assert sum(c.equal for one in found for c in one.datasets.values()) > 0
    assert {one.counted for one in found} <= {None, *(one.listed for one in found)}


@pytest.mark.slow
@pytest.mark.parametrize("partner", ["platform", "jianghan", "qiaokou"])
def test_no_day_of_a_clean_city_is_short_by_its_sources_count(
    stood: Standing, partner: str
) -> None:
    found = list(compare_partner(stood.house, stood.house.city.partners[partner]))

    assert [one.problem for one in found if one.problem] == []
    days = [day for one in found for day in one.days]
    assert [day for day in days if day.missing] == []
    assert sum(day.counted for day in days) > 0


@pytest.mark.slow
def test_a_case_that_the_server_no_longer_shows_is_extra(
    stood: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    system: Any = stood.city.systems["jianghan"]
    live = stood.house.keys.live_keys("issue", "jianghan")
    (before,) = stood.reconcile("jianghan")
    rows = system._shown
    gone = rows.filter(pl.col("caseId").is_in(_live_ids(stood, live)))["caseId"][0]
    monkeypatch.setattr(system, "_shown", rows.filter(pl.col("caseId") != gone))

    (found,) = stood.reconcile("jianghan")

    assert found.alarms == 1
    assert reasons(found) == {**reasons(before), "extra": 1}


def _live_ids(stood: Standing, live: pl.Series) -> list[str]:
    from hub.flow.published import published
    from hub.schemas import dataset

    core = published(stood.house, dataset("issue"), columns=["issue_id", "source_id"])
    return core.filter(pl.col("issue_id").is_in(live.implode()))["source_id"].to_list()


@pytest.mark.slow
def test_a_case_changed_without_its_change_time_is_named(
    stood: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    system: Any = stood.city.systems["jianghan"]
    live = stood.house.keys.live_keys("issue", "jianghan")
    chosen = pl.col("caseId") == sorted(_live_ids(stood, live))[0]
    text = pl.when(chosen).then(pl.lit("已修改")).otherwise("content")
    bent = system._shown.with_columns(content=text)
    monkeypatch.setattr(system, "_shown", bent)

    (found,) = stood.reconcile("jianghan")

    assert found.alarms == 1
    assert reasons(found)["changed_silently"] == 1
    row = found.rows.row(0, named=True)
    assert (row["where"], row["columns"]) == ("both", ["description"])


@pytest.mark.slow
def test_an_exchange_table_that_was_bent_is_found(stood: Standing) -> None:
    path = stood.folder / "demo" / "qiaokou" / "exchange.db"
    shutil.copy(path, path.with_suffix(".whole"))
    live = stood.house.keys.live_keys("handling", "qiaokou")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE ex_handling SET opinion = '已修改'")
    try:
        (found,) = stood.reconcile("qiaokou")
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("DELETE FROM ex_handling")
        (emptied,) = stood.reconcile("qiaokou")
    finally:
        shutil.move(path.with_suffix(".whole"), path)

    assert reasons(found, "handling")["changed_silently"] == len(live) > 0
    assert reasons(emptied, "handling") == {"extra": len(live)}


@pytest.mark.slow
def test_pages_that_a_run_lost_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = Pager.turn

    def without_last(self: Pager, page: Any) -> bool:
        return turn(self, page) and not self.done

    with SimulatedCity(
        tmp_path / "demo", issues=120, days=2, only=("jianghan",)
    ) as city:
        with monkeypatch.context() as patch:
            patch.setattr(Pager, "turn", without_last)
            bent = standing(tmp_path, city)
        (found,) = bent.reconcile("jianghan")

    counts = found.datasets["issue"]
    assert counts.hub == 0
    assert found.listed == found.counted == counts.only_source > 0
    assert set(reasons(found)) == {"missing"}
