"""What is out today, and why: the last word on every row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from support.small_city import sending, small_house

from hub.flow.house import House
from hub.flow.quarantine import findings_of, held_about, held_rows, sent_rows, worded
from hub.flow.reference_data import publish_reference_data
from hub.flow.run import Window, run_partner
from hub.storage.batches import Batch

DAY = datetime(2026, 10, 1, 16, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = small_house(tmp_path, DAY + timedelta(hours=2))
    publish_reference_data(made)
    return made


def person(key: str, area: str, name: str = "路长") -> object:
    return {"id": key, "name": name, "area": area, "since": "2026-10-01"}


def run(house: House, **sends: list[object]) -> list[Batch]:
    served = sending(house, {name: [(DAY, rows)] for name, rows in sends.items()})
    return run_partner(served, house.city.partners["roster"], Window(), list(sends))


def held(house: House) -> pl.DataFrame:
    roster = house.city.partners["roster"]
    return held_rows(house, roster, roster.feed("people"))


def test_a_row_is_out_until_a_retry_takes_it_in(house: House) -> None:
    (delivery,) = run(house, people=[person("1", "Z1"), person("2", "Z2")])
    before = held(house)
    area = {"id": "Z1", "name": "一区", "street": "420102001", "boundary": None}

    run(house, areas=[area], people=[person("1", "Z1"), person("2", "Z2")])

    assert before["batch_id"].unique().to_list() == [delivery.id]
    assert before["row"].to_list() == [0, 1]
    left = held(house).filter(pl.col("root") == delivery.number)
    assert left["row"].to_list() == [1]
    assert held_about(house, ["person"]) == len(held(house)) == 2


def test_findings_are_worded_for_a_district(house: House) -> None:
    (batch,) = run(house, people=[person("1", "Z9"), person("2", "Z9", name="")])

    found = worded(findings_of(house, batch))

    assert "text" not in found.columns
    assert found["row"].is_sorted()
    lost = found.filter(pl.col("rule") == "F03")
    assert lost["label"].drop_nulls().len() == len(lost)
    assert found["message"].null_count() == found["remedy"].null_count() == 0


def test_one_row_can_be_asked_for_as_it_was_sent(house: House) -> None:
    (batch,) = run(house, people=[person("1", "Z9"), person("2", "Z9")])

    found = findings_of(house, batch, row=1, sent=True)
    (sent,) = sent_rows(
        house,
        house.city.partners["roster"],
        house.city.partners["roster"].feed("people"),
        held(house),
    )

    assert found["row"].unique().to_list() == [1]
    assert '"2"' in found["text"][0]
    assert sent["row"].to_list() == [0, 1]


def test_a_roster_in_quarantine_is_no_case(house: House) -> None:
    run(house, people=[person("1", "Z9")])

    assert len(held(house)) == 1
    assert held_about(house, ["issue", "handling", "review"]) == 0
