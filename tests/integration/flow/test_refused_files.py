"""A file that could not be read is asked for again, and comes in once it can be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from support.file_city import HEAD, FileCity, case

from hub.flow.house import House, open_house
from hub.flow.replay import deliveries_of
from hub.flow.run import Window, run_partner
from hub.settings import Settings
from hub.storage.batches import Batch

NOW = datetime(2026, 10, 3, tzinfo=UTC)
READ = 'read = { files = "cases_*.csv" }'


def house_over(city: FileCity, *, encoding: str) -> House:
    plain = city.partner_file.read_text("utf-8").replace('encoding = "utf-8"\n', "")
    city.partner_file.write_text(
        plain.replace(READ, f'encoding = "{encoding}"\n{READ}'), "utf-8"
    )
    surroundings = {"DISTRICT_DROP": str(city.folder / "drop")}
    return open_house(
        Settings(
            home=city.home,
            city=str(city.folder / "city"),
            now=NOW,
            environment=surroundings,
        )
    )


def run(house: House) -> list[Batch]:
    return run_partner(house, house.city.partners["district"], Window(), ["cases"])


def test_a_corrected_encoding_brings_a_refused_file_in(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)
    text = "\n".join([HEAD, case("A1"), case("A2")])
    (tmp_path / "drop" / "cases_1.csv").write_text(text, encoding="gb18030")

    first = run(house_over(city, encoding="utf-8"))
    second = run(house_over(city, encoding="utf-8"))
    corrected = house_over(city, encoding="gb18030")
    third = run(corrected)

    states = [batch.state for batch in (*first, *second, *third)]
    assert states == ["refused", "refused", "merged"]
    assert third[0].accepted == 2
    assert run(corrected) == []


def test_a_file_of_which_nothing_was_landed_is_not_replayed(tmp_path: Path) -> None:
    city = FileCity.made_in(tmp_path)
    (tmp_path / "drop" / "cases_1.csv").write_text(case("甲"), encoding="gb18030")
    house = house_over(city, encoding="utf-8")
    partner = house.city.partners["district"]

    (refused,) = run(house)

    assert refused.state == "refused"
    assert deliveries_of(house, partner, partner.feed("cases")) == []


def test_a_delivery_in_which_nothing_came_is_nothing_to_read_again(
    tmp_path: Path,
) -> None:
    house = house_over(FileCity.made_in(tmp_path), encoding="utf-8")
    partner = house.city.partners["district"]
    empty = house.ledger.open_batch(partner="district", feed="cases", name="all")
    for state in ("landed", "split", "merging"):
        house.ledger.set_state(empty.number, state)
    counts = dict.fromkeys(("received", "accepted", "quarantined", "duplicate"), 0)
    house.ledger.set_state(empty.number, "merged", **counts)

    assert deliveries_of(house, partner, partner.feed("cases")) == []
