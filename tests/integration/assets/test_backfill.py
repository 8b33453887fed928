"""Thirty days of all feeds of one partner, from the UI: one run, right, repeatable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from dagster import AssetKey, RunsFilter
from support.ui_backfill import Location, code_location

from hub.assets.keys import raw_key
from hub.assets.partners import partner_assets
from hub.demo.city import SimulatedCity
from hub.demo.days import day_of
from hub.demo.systems.registry import make_systems
from hub.demo.told.compare import Check, compare_rows
from hub.demo.told.reading import reader_of
from hub.flow.city_run import link_core
from hub.flow.house import House, open_house
from hub.flow.published import PUBLISHED, digest_of
from hub.schemas import dataset
from hub.settings import Settings, lent

DAYS = 30
PARTNER = "lzz"


@dataclass(frozen=True)
class Ready:
    """A partner that has told of thirty days, and was never asked."""

    simulated: SimulatedCity
    house: House
    location: Location

    @property
    def days(self) -> list[str]:
        return [day_of(number).isoformat() for number in range(1, DAYS + 1)]

    @property
    def assets(self) -> list[AssetKey]:
        partner = self.house.city.partners[PARTNER]
        steps = partner_assets(self.house.city, partner)
        return sorted(key for step in steps for key in step.keys)

    def digests(self) -> dict[str, tuple[int, str]]:
        link_core(self.house)
        return {name: digest_of(self.house, dataset(name)) for name in PUBLISHED}

    def told(self) -> list[Check]:
        """The partner's rows held against what the makers of the city know of them."""
        read = reader_of(self.house)
        (system,) = make_systems(self.simulated.around, [PARTNER])
        return [check for one in system.told() for check in compare_rows(one, read)]

    def wrong(self) -> list[str]:
        """What of the cases is wrong, as far as the partner itself tells of it.

        Columns that point to rosters and systems which this city lacks are left out.
        """
        (emit,) = self.house.city.partners[PARTNER].feed("cases").emits
        own = {name for name, given in emit.columns.items() if given.ref is None}
        looked_at = [
            check
            for check in self.told()
            if check.check.removeprefix(f"issue/{PARTNER} ")
            in {"rows", "missing", "too many", *own}
        ]
        assert len(looked_at) > 15
        return [
            f"{one.check}: expected {one.expected}, found {one.found}"
            for one in looked_at
            if not one.ok
        ]


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Ready]:
    made = SimulatedCity(tmp_path / "demo", issues=60, days=DAYS, only=(PARTNER,))
    with made as simulated:
        for day in range(1, DAYS + 1):
            simulated.deliver(day)
        now = simulated.now(DAYS) + timedelta(minutes=1)
        surroundings = {
            **simulated.environment,
            "HUB_HOME": str(tmp_path / "home"),
            "HUB_NOW": now.isoformat(),
        }
        with lent(surroundings), code_location(tmp_path / "dagster") as location:
            yield Ready(simulated, open_house(Settings()), location)


# Runs that end before their submission returns live in the daemon's event loop, and
# what closes a loop of its own within another is told as never awaited.
@pytest.mark.filterwarnings("ignore:coroutine.*shutdown_asyncgens:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_thirty_days_of_a_partner_are_one_run_and_the_same_again_changes_nothing(
    ready: Ready,
) -> None:
    first = ready.location.backfill(ready.assets, ready.days)

    assert first.status.value == "COMPLETED_SUCCESS"
    (run,) = ready.location.instance.get_runs()
    assert run.asset_selection == set(ready.assets)
    batches = ready.house.ledger.batches(PARTNER)
    assert {one.state for one in batches} == {"merged"}
    assert {one.feed for one in batches} == {"cases", "patrols", "rechecks"}
    digests = ready.digests()
    assert ready.wrong() == []
    # Patrols wait for a roster that this city lacks; none is lost.
    received = {one.feed: one.received for one in batches}
    wanted = {one.check: one.expected for one in ready.told()}
    assert received["patrols"] == wanted[f"patrol/{PARTNER} rows"]

    again = ready.location.backfill(ready.assets, ready.days)

    assert again.status.value == "COMPLETED_SUCCESS"
    by_backfill = RunsFilter(tags={"dagster/backfill": again.backfill_id})
    assert len(ready.location.instance.get_runs(by_backfill)) == 1
    assert ready.digests() == digests
    _each_batch_is_told_once(ready)


def _each_batch_is_told_once(ready: Ready) -> None:
    """No day has the counts of the whole range, which a ranged run gives by default."""
    partner = ready.house.city.partners[PARTNER]
    key = raw_key(partner, partner.feed("cases"))
    log = ready.location.instance.event_log_storage
    told: dict[str, object] = {}
    for record in log.fetch_materializations(key, limit=DAYS).records:
        materialized = record.asset_materialization
        assert materialized is not None
        assert materialized.partition is not None
        count = materialized.metadata.get("received")
        told[materialized.partition] = count.value if count else None

    assert sorted(told) == ready.days
    newest = ready.house.ledger.last_merged(PARTNER, "cases")
    assert newest is not None
    assert told[ready.days[-1]] == newest.received
    assert {told[day] for day in ready.days[:-1]} == {None}
