"""Checks of a feed by the ledger: quiet on sound days, loud on odd ones.

What a feed usually does is checked in `test_watched_checks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from support.drop_city import case_line, drop_day, file_city

from hub.assets.feed_checks import day_verdicts, feed_verdicts
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.partners.spec import Partner
from hub.settings import Settings, lent
from hub.storage.batches import Batch

FIRST, LAST = 20, 24


@dataclass(frozen=True)
class Dropped:
    """Five days of cases, one delivery each, the last one odd."""

    house: House
    partner: Partner
    batches: list[Batch]

    def passed(self, batches: list[Batch] | None = None) -> dict[str, bool]:
        """Check → whether it passed, over the last delivery."""
        last = batches or self.batches[-1:]
        feed = self.partner.feed("cases")
        told = [
            *day_verdicts(self.house, last),
            *feed_verdicts(self.house, self.partner, feed, last),
        ]
        return {one.check: one.passed for one in told}


@pytest.fixture(scope="module")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dropped]:
    """For reading only."""
    folder = tmp_path_factory.mktemp("dropped")
    drop = folder / "drop"
    for day in range(FIRST, LAST + 1):
        drop_day(drop, day, cases=40 if day == LAST else 6)
    with (drop / f"cases_202609{LAST}.csv").open("a") as listing:
        listing.write(case_line(LAST * 100 + 98, LAST, state="9") + "\n")
    settings = Settings(
        home=folder / "home",
        city=str(file_city(folder / "city")),
        now=datetime(2026, 9, LAST, 16, tzinfo=UTC),
    )
    with lent({"SMALL_DROP": str(drop)}):
        house = open_house(settings)
        partner = house.city.partners["platform"]
        ended = run_partner(house, partner, Window())
        yield Dropped(house, partner, [b for b in ended if b.kind == "delivery"])


def test_a_sound_day_tells_of_its_bad_row_alone(
    dropped: Dropped,
) -> None:
    assert dropped.batches[0].quarantined == 1

    sound = dropped.passed(batches=dropped.batches[:1])

    assert len(sound) == 7
    assert {name for name, passed in sound.items() if not passed} == {"valid"}


def test_rows_kept_out_are_told_and_balance(dropped: Dropped) -> None:
    assert dropped.batches[-1].quarantined == 2

    passed = dropped.passed()

    assert not passed["valid"]
    assert passed["delivered"]
    assert passed["balanced"]
    assert passed["reconciled"]


def test_numbers_that_disagree_are_told(dropped: Dropped) -> None:
    last = dropped.batches[-1]
    more = replace(last, received=(last.received or 0) + 1)
    fewer = replace(last, quarantined=0)

    assert not dropped.passed(batches=[more])["balanced"]
    assert not dropped.passed(batches=[fewer])["reconciled"]


def test_a_refused_delivery_is_not_delivered(dropped: Dropped) -> None:
    refused = replace(dropped.batches[-1], state="refused", error={"message": "B01"})

    assert not dropped.passed(batches=[refused])["delivered"]
