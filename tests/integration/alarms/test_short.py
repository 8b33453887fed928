"""A18: a source that goes on counting more rows of a day than came.

Eight cases changed on the first of October and came at noon of the second; a ninth one
of that day is known to the source alone. Nights are compared at noon.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from support.alarm_city import SENSES
from support.partner_server import PartnerServer, Reply, serve
from support.reconciled import NOW, REST, Office, case, office_house, pull, reconciled

from hub.alarms.checking import check
from hub.flow.house import House
from hub.flow.reconcile.day_counts import compare_city
from hub.flow.run import Window, run_partner
from hub.settings import Settings
from hub.storage.day_counts import DayCounts

DAY = timedelta(days=1)
Seen = dict[str, object]
NINTH = case(99, hour=10)
COUNTING = REST % ', total = "total"'


@pytest.fixture
def office() -> Office:
    return Office([case(number) for number in range(8)])


@pytest.fixture
def server(office: Office) -> Iterator[PartnerServer]:
    with serve(office.answer) as running:
        yield running


@pytest.fixture
def house(tmp_path: Path, server: PartnerServer, office: Office) -> House:
    made = office_house(tmp_path, COUNTING, server.url)
    pull(made)
    office.rows.append(NINTH)
    return made


def days_on(house: House, days: int) -> House:
    """The same hub so many days after the second of October."""
    now: datetime = NOW + days * DAY
    own = house.settings
    return house.at(
        Settings(home=own.home, city=own.city, now=now, environment=own.environment)
    )


def night(house: House, days: int) -> House:
    """Read on, then compare, so many days later."""
    later = days_on(house, days)
    run_partner(later, later.city.partners["platform"], Window())
    compare_city(later)
    return later


def told(house: House) -> Seen | None:
    """What the open A18 says after a look; nothing where there is none."""
    checked = check(house, SENSES)
    assert checked.blind == {}
    found = [one for one in checked.open if one.rule == "A18"]
    return dict(found[0].seen) if found else None


def declare(house: House, feed: str, city: str = "") -> None:
    """Settle something in [feed.alarm] and [alarm]."""
    place = Path(house.settings.city or "")
    partner = place / "partners" / "platform.toml"
    text = partner.read_text()
    partner.write_text(text.replace('key = ["id"]', f'key = ["id"]\n{feed}', 1))
    about = place / "city.toml"
    about.write_text(f"{about.read_text()}\n[alarm]\n{city}\n")


def test_what_is_missing_once_may_be_under_way(house: House) -> None:
    compare_city(house)
    assert told(house) is None
    compare_city(days_on(house, 1))  # nothing has come since
    assert told(days_on(house, 1)) is None


def test_what_the_next_delivery_does_not_bring_is_told(house: House) -> None:
    compare_city(house)

    assert told(night(house, 1)) == {
        "days": 1,
        "rows": 1,
        "day": "2026-10-01",
        "counted": 9,
        "came": 8,
        "first": "2026-10-01",
        "until": "2026-10-02",
    }


def test_what_came_since_the_comparison_is_not_judged_by_it(house: House) -> None:
    compare_city(house)
    later = days_on(house, 1)
    run_partner(later, later.city.partners["platform"], Window())

    assert told(later) is None


def test_it_clears_when_the_day_is_read_again_and_compared(house: House) -> None:
    compare_city(house)
    later = night(house, 1)
    assert told(later) is not None

    pull(later)
    assert told(later) is not None  # nobody has counted since
    assert reconciled(later).listed == 9
    assert told(later) is None


def test_a_source_that_is_down_opens_nothing_and_clears_nothing(
    house: House, server: PartnerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare_city(house)
    was = told(night(house, 1))
    monkeypatch.setattr(server, "answer", lambda _request: Reply({}, status=503))

    down = night(house, 2)

    assert was is not None
    assert told(down) == was


def test_a_day_short_stays_open_when_it_is_no_longer_among_the_last(
    house: House, office: Office
) -> None:
    compare_city(house)
    assert told(night(house, 1)) is not None

    later = night(house, 20)
    assert told(later) is not None
    office.rows.remove(NINTH)
    compare_city(later)
    assert told(later) is None


@pytest.mark.parametrize(
    ("feed", "city", "is_told"),
    [
        ("", "", True),
        ("", "missing_rows = 2", False),
        ("alarm = { missing_rows = 1 }", "missing_rows = 2", True),
        ('alarm = { off = ["A18"] }', "", False),
        ("alarm = { counts_from = 2026-10-02 }", "", False),
        ("alarm = { counts_from = 2026-10-01 }", "", True),
    ],
)
def test_a_city_and_a_feed_settle_from_when_on(
    house: House, feed: str, city: str, *, is_told: bool
) -> None:
    compare_city(house)
    later = night(house, 1)
    declare(house, feed, city)

    assert (told(days_on(later, 1)) is not None) is is_told


def test_how_many_days_are_compared_is_the_citys_choice(house: House) -> None:
    declare(house, "", "count_days = 2")
    pull(days_on(house, 3), NOW + 3 * DAY)

    compare_city(days_on(house, 3))

    known = DayCounts(house.control.engine).known("platform", "cases")
    assert [one.day for one in known] == [date(2026, 10, 3), date(2026, 10, 4)]


def test_a_feed_that_no_longer_counts_has_no_such_alarm(house: House) -> None:
    compare_city(house)
    later = night(house, 1)
    partner = Path(house.settings.city or "") / "partners" / "platform.toml"
    partner.write_text(partner.read_text().replace(', total = "total"', "", 1))

    assert told(days_on(later, 1)) is None
