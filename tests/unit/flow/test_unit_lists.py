"""The city's own unit list and a delivered one, together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from support.small_city import write_city

from hub.flow.unit_lists import Lists, present_city, together
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.storage.lake import Lake

FROM = date(2026, 9, 1)


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Two district units, and a street unit of the hub's for each of three streets."""
    folder = write_city(tmp_path / "city")
    about = folder / "city.toml"
    about.write_text(about.read_text() + "\n[assessment]\nstreet_units = true\n")
    return load_city(folder)


def told(city: City, units: list[tuple[str, str]], streets: list[str]) -> Lists:
    """A delivered list from `FROM` on: units with level, members of the last unit."""
    common = {"valid_from_on": FROM, "partner": "assessment", "source_id": "x"}
    rows = {
        "assessment_unit": [
            {"unit_code": code, "unit_name": code, "level_code": level, **common}
            for code, level in units
        ],
        "assessment_unit_member": [
            {
                "unit_code": units[-1][0],
                "member_kind_code": "DIVISION",
                "member_id": street,
                **common,
            }
            for street in streets
        ],
    }
    return {
        name: pl.DataFrame(rows[name], schema=city.references[name].schema)
        for name in rows
    }


def street_units(lists: Lists) -> list[tuple[str, str | None, str]]:
    rows = lists["assessment_unit"].filter(level_code="STREET_UNIT")
    until = pl.col("valid_to_on").cast(pl.String)
    return sorted(rows.select("unit_code", until, "partner").rows())


def test_without_a_delivered_list_the_citys_own_is_all(
    city: City, tmp_path: Path
) -> None:
    present = present_city(city, Lake(tmp_path / "lake"))

    for name in ("assessment_unit", "assessment_unit_member", "division"):
        assert present.reference(name).equals(city.reference(name))
    assert present.digest() == city.digest()
    assert present.unit_codes == city.unit_codes


def test_a_delivered_street_unit_ends_the_one_that_the_hub_made(city: City) -> None:
    lists = told(city, [("JA-1", "STREET_UNIT")], ["420102001"])

    found = together(city, lists)

    assert street_units(found) == [
        ("AU-420102001", "2026-09-01", "HUB"),
        ("AU-420102002", None, "HUB"),
        ("AU-420103001", None, "HUB"),
        ("JA-1", None, "assessment"),
    ]
    made = found["assessment_unit_member"].filter(unit_code="AU-420102001")
    assert made["valid_to_on"].to_list() == [FROM]


def test_members_of_a_delivered_unit_are_street_units_too(city: City) -> None:
    none = {name: frame.clear() for name, frame in city.listed.items()}
    bare = replace(city, references={**city.references, **none}, listed=none)
    lists = told(bare, [("AU-E", "DISTRICT_UNIT")], ["420102001", "420102002"])

    found = together(bare, lists)

    assert street_units(found) == [
        ("AU-420102001", None, "HUB"),
        ("AU-420102002", None, "HUB"),
    ]
    made = found["assessment_unit"].filter(level_code="STREET_UNIT")
    assert made["parent_unit_code"].unique().to_list() == ["AU-E"]
    assert made["source_id"].sort().to_list() == ["AU-420102001", "AU-420102002"]


def test_a_city_without_street_units_makes_none(city: City) -> None:
    own = replace(city, street_units=False, references=dict(city.listed))

    found = together(own, told(own, [("AU-N", "DISTRICT_UNIT")], ["420102001"]))

    assert found["assessment_unit"]["unit_code"].to_list() == ["AU-E", "AU-W", "AU-N"]
