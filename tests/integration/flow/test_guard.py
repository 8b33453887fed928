"""A delivery outside its bounds leaves everything as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.small_city import PLATFORM, ROSTER, sending, small_house

from hub.errors import LeaseHeld, MisuseError
from hub.flow.house import House
from hub.flow.link import link
from hub.flow.published import digest_of
from hub.flow.run import Window, run_partner
from hub.schemas import dataset
from hub.storage.batches import Batch

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)
NOW = DAY + timedelta(days=3)
BOUNDED = PLATFORM.replace(
    '[feed.read]\npath = "/cases"\n',
    '[feed.read]\npath = "/cases"\n\n[feed.expect]\nmin_rows = 2\nmax_rows = 8\n'
    'max_shrink_share = 0.5\nmax_quarantined_share = 0.3\nmax_age = "2d"\n',
)


def case(number: int, **more: object) -> dict[str, object]:
    return {
        "id": str(number),
        "changed": "2026-10-01 12:00:00",
        "category": "0110",
        "street": "420102001",
        "district": "420102",
        "lon": "114.3051",
        "lat": "30.5931",
        "state": "1",
        "reported": "2026-10-01 08:00:00",
        **more,
    }


def run(house: House, feed: str, rows: list[object], at: datetime = NOW) -> Batch:
    partner = "platform" if feed == "cases" else "roster"
    served = sending(house, {feed: [(at, rows)]})
    batches = run_partner(served, house.city.partners[partner], Window(), [feed])
    link(house)
    return batches[0]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return small_house(tmp_path, NOW, platform=BOUNDED, roster=ROSTER)


@pytest.mark.parametrize(
    ("rows", "at", "rule"),
    [
        ([case(1)], NOW, "B01"),
        ([case(n) for n in range(9)], NOW, "B02"),
        ([case(1), case(2)], NOW, "B03"),
        ([case(n, state="?") for n in range(6)], NOW, "B04"),
        ([case(n) for n in range(6)], DAY, "B06"),
        ([{"id": str(n), "changed": ""} for n in range(6)], NOW, "P14"),
    ],
)
def test_a_broken_bound_refuses_the_batch_and_says_which(
    house: House, rows: list[object], at: datetime, rule: str
) -> None:
    run(house, "cases", [case(n) for n in range(6)])
    before = digest_of(house, dataset("issue"))

    refused = run(house, "cases", rows, at)

    assert refused.state == "refused"
    assert refused.error is not None
    assert rule in (refused.error["message"] or "")
    assert refused.received == len(rows)
    assert digest_of(house, dataset("issue")) == before


def test_a_listing_that_would_dismiss_half_the_street_dismisses_nobody(
    house: House,
) -> None:
    people = [{"id": f"p{n}", "name": "张三", "area": "a1"} for n in range(50)]
    roster: list[object] = [{**one, "since": "2026-09-01"} for one in people]
    area = {"id": "a1", "name": "一片", "street": "420102001"}
    run(house, "areas", [area], DAY)
    run(house, "people", roster, DAY)
    before = digest_of(house, dataset("person"))

    refused = run(house, "people", roster[:25], DAY + timedelta(days=1))
    smaller = run(house, "people", roster[:45], DAY + timedelta(days=2))

    assert "B05" in str(refused.error)
    assert smaller.state == "merged"
    counts = house.ledger.datasets(smaller.number)
    assert counts["person"].deleted == 5
    assert before != digest_of(house, dataset("person"))


def test_two_runs_of_one_partner_never_overlap(house: House) -> None:
    with (
        house.leases.hold("partner/platform", "somebody else", timedelta(minutes=5)),
        pytest.raises(LeaseHeld, match="somebody else"),
    ):
        run(house, "cases", [case(1), case(2)])


def test_a_home_holds_one_city(house: House, tmp_path: Path) -> None:
    city = tmp_path / "city" / "city.toml"
    city.write_text(city.read_text().replace('id = "small"', 'id = "other"'))

    with pytest.raises(MisuseError, match="it holds the city small"):
        small_house(tmp_path, NOW)
