"""A row that only the city's own lists keep out comes in once they know its code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.small_city import PLATFORM, ROSTER, sending, small_house

from hub.flow.published import published
from hub.flow.run import Window, run_partner
from hub.schemas import dataset

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)
NOW = DAY + timedelta(hours=2)
# Cases and nothing else: no row of the feed ever waits for another row.
CASES = PLATFORM.rsplit("[[feed.emit]]", 1)[0]
CASE = {
    "id": "1",
    "changed": "2026-10-01 12:00:00",
    "category": "0110",
    "street": "420103002",
    "state": "1",
    "reported": "2026-10-01 08:00:00",
    "op": "U",
}


def test_a_new_street_in_the_citys_list_brings_its_cases_in(tmp_path: Path) -> None:
    house = small_house(tmp_path, NOW, platform=CASES, roster=ROSTER)
    served = sending(house, {"cases": [(DAY, [CASE])]})
    (refused,) = run_partner(served, house.city.partners["platform"], Window())
    with (tmp_path / "city" / "division.csv").open("a", encoding="utf-8") as file:
        file.write("420103002,四街,STREET,STREET,420103,,2000-01-01,\n")

    renewed = sending(small_house(tmp_path, NOW), {})
    (retry,) = run_partner(renewed, renewed.city.partners["platform"], Window())
    again = run_partner(renewed, renewed.city.partners["platform"], Window())

    assert (refused.accepted, refused.quarantined) == (0, 1)
    assert (retry.kind, retry.state, retry.accepted) == ("retry", "merged", 1)
    assert again == []
    assert published(renewed, dataset("issue"))["street_code"].to_list() == [
        "420103002"
    ]


def test_a_row_that_is_still_unknown_is_tried_once_per_change(tmp_path: Path) -> None:
    house = small_house(tmp_path, NOW, platform=CASES, roster=ROSTER)
    served = sending(house, {"cases": [(DAY, [CASE])]})
    run_partner(served, house.city.partners["platform"], Window())
    with (tmp_path / "city" / "city.toml").open("a", encoding="utf-8") as file:
        file.write("# a change that helps nobody\n")

    renewed = sending(small_house(tmp_path, NOW), {})
    (retry,) = run_partner(renewed, renewed.city.partners["platform"], Window())
    again = run_partner(renewed, renewed.city.partners["platform"], Window())

    assert (retry.kind, retry.accepted, retry.quarantined) == ("retry", 0, 1)
    assert again == []
