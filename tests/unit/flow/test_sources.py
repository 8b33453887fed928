"""When a source counts as missing: by the ledger, its file, and the hub's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.small_city import PLATFORM, ROSTER, small_house

from hub.errors import SourceUnavailable
from hub.flow.house import House
from hub.flow.sources import missing_sources, sources_now
from hub.storage.batches import Batch
from hub.storage.releases import Source

NOON = datetime(2026, 10, 1, 4, tzinfo=UTC)  # in the city's zone
DEADLINE = PLATFORM.replace('name = "cases"', 'name = "cases"\ndeadline = "08:00"')
AGE = PLATFORM.replace("[feed.read]", 'expect = { max_age = "3d" }\n\n[feed.read]')
PAUSED = PLATFORM.replace('title = "平台"', 'title = "平台"\nstatus = "paused"')
WRONG = PLATFORM.replace("base_url", "base_ulr")


def merged(house: House, as_of: datetime | None, **given: datetime) -> Batch:
    opened = house.ledger.open_batch(
        partner="platform", feed="cases", name="d", as_of=as_of, **given
    )
    rows = dict.fromkeys(("received", "accepted", "quarantined", "duplicate"), 0)
    for state in ("landed", "split", "merging", "merged"):
        done = house.ledger.set_state(opened.number, state, landed_at=NOON, **rows)
    return done


def failed(house: House) -> Batch:
    opened = house.ledger.open_batch(partner="platform", feed="cases", name="d")
    error = SourceUnavailable("read", seen="nobody answers", next_step="Wait.")
    return house.ledger.set_state(opened.number, "failed", error=error.as_dict())


def house_of(folder: Path, platform: str, now: datetime = NOON) -> House:
    return small_house(folder, now, platform=platform, roster=ROSTER)


def cases(house: House) -> Source:
    (found,) = (one for one in sources_now(house) if one.partner == "platform")
    return found


def test_every_feed_of_the_city_is_told_in_order(tmp_path: Path) -> None:
    house = house_of(tmp_path, PLATFORM)

    sources = sources_now(house)

    assert [(one.partner, one.feed) for one in sources] == [
        ("platform", "cases"),
        ("roster", "areas"),
        ("roster", "people"),
    ]
    assert {(one.state, one.reason) for one in sources} == {("never", "never")}
    assert sources[0].datasets == ("issue", "issue_event")


def test_what_came_is_not_missing(tmp_path: Path) -> None:
    house = house_of(tmp_path, PLATFORM)
    batch = merged(house, NOON)

    found = cases(house)

    assert (found.is_missing, found.reason, found.state) == (False, None, "merged")
    assert (found.good, found.attempt, found.as_of) == (
        batch.number,
        batch.number,
        NOON,
    )


def test_a_failed_attempt_is_missing_from_where_the_last_good_one_ends(
    tmp_path: Path,
) -> None:
    house = house_of(tmp_path, PLATFORM)
    good = merged(house, None, since=NOON - timedelta(days=1), until=NOON)
    attempt = failed(house)

    found = cases(house)

    assert (found.is_missing, found.reason) == (True, "failed")
    assert found.error == "source_unavailable"
    assert (found.good, found.attempt) == (good.number, attempt.number)
    assert found.as_of == found.until == NOON


def test_the_furthest_delivery_counts_in_whatever_order_they_came(
    tmp_path: Path,
) -> None:
    house = house_of(tmp_path, PLATFORM)
    newest = merged(house, NOON)
    merged(house, NOON - timedelta(days=1))

    assert (cases(house).good, cases(house).as_of) == (newest.number, NOON)


@pytest.mark.parametrize(
    ("platform", "age", "is_late"),
    [
        (PLATFORM, timedelta(days=400), False),
        (AGE, timedelta(days=3), False),
        (AGE, timedelta(days=3, seconds=1), True),
        (DEADLINE, timedelta(hours=11), False),  # one o'clock of the same day
        (DEADLINE, timedelta(hours=13), True),  # the evening before
    ],
)
def test_silence_is_late_only_by_what_the_partner_file_says(
    tmp_path: Path, platform: str, age: timedelta, *, is_late: bool
) -> None:
    house = house_of(tmp_path, platform)
    merged(house, NOON - age)

    assert (cases(house).reason == "late") is is_late


def test_before_the_hour_it_is_due_yesterday_is_enough(tmp_path: Path) -> None:
    early = house_of(tmp_path, DEADLINE, NOON - timedelta(hours=5))
    merged(early, NOON - timedelta(hours=13))

    assert not cases(early).is_missing


def test_a_paused_partner_is_missing_only_once_it_had_delivered(tmp_path: Path) -> None:
    house = house_of(tmp_path, PAUSED)

    before = cases(house)
    merged(house, NOON)

    assert not before.is_missing
    assert cases(house).reason == "paused"


def test_a_partner_whose_file_is_wrong_is_missing_with_what_it_had_brought(
    tmp_path: Path,
) -> None:
    house = house_of(tmp_path, WRONG)

    unknown = cases(house)
    merged(house, NOON)
    known = cases(house)

    assert (unknown.feed, unknown.reason) == ("", "undeclared")
    assert (known.feed, known.reason, known.as_of) == ("cases", "undeclared", NOON)


def test_an_attempt_that_is_still_under_way_is_missing(tmp_path: Path) -> None:
    house = house_of(tmp_path, PLATFORM)
    house.ledger.open_batch(partner="platform", feed="cases", name="d")

    assert cases(house).reason == "unfinished"


def test_missing_sources_are_chosen_by_dataset() -> None:
    here = Source(partner="a", feed="f", datasets=("issue",))
    there = replace(here, partner="b", datasets=("review",))
    fine = replace(here, partner="c", is_missing=False)

    assert missing_sources((here, there, fine)) == [here, there]
    assert missing_sources((here, there, fine), "review") == [there]
