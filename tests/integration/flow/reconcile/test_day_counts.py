"""What a source counts of yesterday against what came of it, worked out by hand.

Eight cases changed on the first of October; it is noon of the second.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from support.partner_server import PartnerServer, Reply, serve
from support.reconciled import (
    FIELDS,
    NOW,
    REST,
    SQL,
    Office,
    case,
    office_house,
    pull,
    reconciled,
)

from hub.errors import HubError
from hub.flow.house import House
from hub.flow.reconcile.day_counts import compare_city, compare_feed
from hub.flow.run import Window, run_partner
from hub.settings import Settings
from hub.storage.day_counts import DayCount, DayCounts

FIRST = date(2026, 10, 1)
COUNTING = REST % ', total = "total"'
CREATED = COUNTING.replace('overlap = "1h"', 'reach = "2d"')
LATER = NOW + timedelta(days=1)


@pytest.fixture
def office() -> Office:
    return Office([case(number) for number in range(8)])


@pytest.fixture
def server(office: Office) -> Iterator[PartnerServer]:
    with serve(office.answer) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, server: PartnerServer) -> House:
    return office_house(tmp_path, COUNTING, server.url)


def at(house: House, now: datetime) -> House:
    plain = {name: getattr(house.settings, name) for name in ("home", "city")}
    given = Settings(**plain, now=now, environment=house.settings.environment)
    return house.at(given)


def days(house: House) -> list[tuple[int, int, int]]:
    """Counted, held and kept out of the first of October, as kept."""
    partner = house.city.partners["platform"]
    compare_feed(house, partner, partner.feeds[0])
    known = DayCounts(house.control.engine).known("platform", "cases")
    return [(o.counted, o.held, o.kept_out) for o in known if o.day == FIRST]


def test_what_was_just_pulled_is_whole(house: House) -> None:
    pull(house)

    (found,) = compare_city(house)

    # Nobody has asked for the days before, so nothing is said of them.
    assert found.days == (DayCount(day=FIRST, counted=8, held=8, kept_out=0),)
    assert found.problem is None


def test_no_row_is_landed_and_only_whole_days_are_asked_for(
    house: House, server: PartnerServer
) -> None:
    pull(house)
    before = house.ledger.batches(), house.ledger.watermark("platform", "cases")
    asked = len(server.requests)

    compare_city(house)

    assert (house.ledger.batches(), house.ledger.watermark("platform", "cases")) == (
        before
    )
    bounds = [(r.params["since"], r.params["until"]) for r in server.requests[asked:]]
    assert bounds == [("2026-10-01 00:00:00", "2026-10-02 00:00:00")]


def test_a_row_that_never_came_is_missing(house: House, office: Office) -> None:
    pull(house)
    office.rows.append(case(99, hour=10))

    assert days(house) == [(9, 8, 0)]


def test_rows_that_have_moved_on_hide_nothing(house: House, office: Office) -> None:
    pull(house)
    office.rows.append(case(99, hour=10))
    for number in range(3):
        office.rows[number] = case(number, changed="2026-10-02 13:00:00")

    # Not read yet: the hub still has them in the first of October.
    assert days(house) == [(6, 8, 0)]
    later = at(house, LATER)
    run_partner(later, later.city.partners["platform"], Window())
    assert days(later) == [(6, 5, 0)]


def test_what_is_kept_out_or_comes_twice_is_not_missing(
    house: House, office: Office
) -> None:
    office.rows[3] = case(3, category="9999")
    office.rows.append(case(5))
    done = pull(house)

    assert (done[0].quarantined, done[0].duplicate) == (1, 1)
    assert days(house) == [(9, 7, 2)]


def test_several_rows_of_a_key_count_each(house: House, office: Office) -> None:
    office.rows += [case(1, hour=11), case(1, hour=12)]  # every change is a row
    pull(house)

    assert days(house) == [(10, 10, 0)]


def test_a_day_under_a_refused_delivery_is_not_judged(
    house: House, office: Office
) -> None:
    office.counts = 20
    until = NOW - timedelta(hours=1)
    (refused,) = run_partner(
        house, house.city.partners["platform"], Window(NOW - timedelta(days=2), until)
    )
    assert refused.state == "refused"

    assert days(house) == []


def test_by_time_of_creation_a_row_counts_where_it_was_reported(
    tmp_path: Path, server: PartnerServer, office: Office
) -> None:
    """The office's listing goes by `changed`; here that is when a case was created."""
    for number, row in enumerate(office.rows):
        row["reported"] = row["changed"]
        office.rows[number] = row
    house = office_house(tmp_path, CREATED, server.url)
    pull(house)
    assert days(house) == [(8, 8, 0)]

    office.rows.append(case(99, hour=10, reported="2026-10-01 10:00:00"))
    assert days(house) == [(9, 8, 0)]
    later = at(house, LATER)
    run_partner(later, later.city.partners["platform"], Window())  # reaches back
    assert days(later) == [(9, 9, 0)]


def test_a_source_that_is_down_changes_nothing_that_is_kept(
    house: House, office: Office, server: PartnerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(house)
    office.rows.append(case(99, hour=10))
    compare_city(house)
    store = DayCounts(house.control.engine)
    before = store.known("platform", "cases")
    monkeypatch.setattr(
        server, "answer", lambda _request: Reply({}, status=503), raising=True
    )
    later = at(house, LATER)

    (found,) = compare_city(later)

    assert found.days == ()
    assert "platform" in (found.problem or "")
    assert store.known("platform", "cases") == before
    partner = later.city.partners["platform"]
    with pytest.raises(HubError):
        compare_feed(later, partner, partner.feeds[0])


def test_a_day_that_is_short_is_counted_again_until_it_is_whole(
    house: House, office: Office
) -> None:
    pull(house)
    office.rows.append(case(99, hour=10))
    compare_city(house)
    month = at(house, NOW + timedelta(days=30))
    (before,) = DayCounts(house.control.engine).short()

    compare_city(month)
    (still,) = DayCounts(house.control.engine).short()
    pull(month)
    compare_city(month)

    assert (still.day, still.short_since) == (FIRST, before.short_since)
    assert still.compared_at == month.now()
    assert DayCounts(house.control.engine).short() == []


def test_reconciling_by_hand_keeps_the_counts_too(house: House, office: Office) -> None:
    pull(house)
    office.rows.append(case(99, hour=10))

    reconciled(house)

    (one,) = DayCounts(house.control.engine).short()
    assert (one.partner, one.feed, one.day, one.missing) == (
        "platform",
        "cases",
        FIRST,
        1,
    )


def test_a_partner_that_is_read_meanwhile_is_told_of(house: House) -> None:
    pull(house)
    with house.leases.hold("partner/platform", "somebody", timedelta(minutes=1)):
        (found,) = compare_city(house)

    assert "somebody" in (found.problem or "")


def test_a_table_counts_to_the_row(tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    marks = ", ".join("?" * len(FIELDS))

    def write(*rows: dict[str, str | None]) -> None:
        told = [tuple(row.get(name) for name in FIELDS) for row in rows]
        with closing(sqlite3.connect(path)) as database, database:
            database.executemany(f"INSERT INTO cases VALUES ({marks})", told)

    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            f"CREATE TABLE cases ({', '.join(f'{f} TEXT' for f in FIELDS)})"
        )
    write(*(case(n) for n in range(8)), case(8, changed="2026-10-02 00:00:00"))
    write(case(9, changed=None))  # comes with every delivery, and every count
    house = office_house(tmp_path, SQL % "cases", f"sqlite:///{path}")
    pull(house)

    assert days(house) == [(9, 9, 0)]
    write(case(99, hour=23))
    assert days(house) == [(10, 9, 0)]
