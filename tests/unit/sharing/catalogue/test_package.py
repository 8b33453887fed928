"""The data package: a sound descriptor that valid rows, written as CSV, obey."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.catalogues import shipped, small_city
from support.new_column import NewArea
from support.valid_rows import valid_rows

from hub.schemas import DATASETS, Dataset
from hub.sharing.catalogue import build, package
from hub.sharing.catalogue.build import declared_catalogue
from hub.sharing.catalogue.package import data_package
from hub.sharing.wire import telling

# Table Schema 1: types that are used, and constraints that each may have.
ALLOWED = {
    "string": {"required", "enum", "pattern", "minLength", "maxLength"},
    "integer": {"required", "enum", "minimum", "maximum"},
    "number": {"required", "enum", "minimum", "maximum"},
    "boolean": {"required"},
    "datetime": {"required", "minimum", "maximum"},
    "date": {"required", "minimum", "maximum"},
}
READ: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "boolean": {"true": True, "false": False}.__getitem__,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}
NAME = re.compile(r"[-a-z0-9._/]+")
PACKAGE = data_package(shipped())


def problems(field: dict[str, Any], cell: str) -> list[str]:
    """What a cell breaks, by Table Schema and nothing of ours."""
    limits = field.get("constraints", {})
    if cell == "":
        return ["required"] if limits.get("required") else []
    try:
        value = READ[field["type"]](cell)
    except (ValueError, KeyError, ArithmeticError):
        return ["type"]
    tests = {
        "enum": lambda bound: cell in bound,
        "pattern": lambda bound: re.fullmatch(bound, cell) is not None,
        "minLength": lambda bound: len(cell) >= bound,
        "maxLength": lambda bound: len(cell) <= bound,
        "minimum": lambda bound: value >= bound,
        "maximum": lambda bound: value <= bound,
    }
    return [
        name
        for name, holds in tests.items()
        if name in limits and not holds(limits[name])
    ]


def test_the_package_names_every_dataset_and_column_once() -> None:
    told = {
        one["name"]: [field["name"] for field in one["schema"]["fields"]]
        for one in PACKAGE["resources"]
    }

    assert len(told) == len(PACKAGE["resources"])
    assert told == {
        one.name: [item.name for item in one.items] for one in shipped().entries
    }


@pytest.mark.parametrize("one", PACKAGE["resources"], ids=lambda one: one["name"])
def test_a_resource_keeps_to_table_schema(one: dict[str, Any]) -> None:
    fields = {field["name"]: field for field in one["schema"]["fields"]}
    sources = {other["name"]: other for other in PACKAGE["resources"]}

    assert NAME.fullmatch(one["name"])
    assert not one["path"].startswith(("/", ".."))
    for field in fields.values():
        assert set(field.get("constraints", {})) <= ALLOWED[field["type"]]
        assert field["title"]
    assert set(one["schema"]["primaryKey"]) <= set(fields)
    for key in one["schema"].get("foreignKeys", ()):
        assert key["fields"] in fields
        target = sources[key["reference"]["resource"] or one["name"]]
        names = {field["name"] for field in target["schema"]["fields"]}
        assert key["reference"]["fields"] in names


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_valid_rows_written_as_csv_obey_the_descriptor(name: str) -> None:
    (one,) = [each for each in PACKAGE["resources"] if each["name"] == name]
    frame = telling(valid_rows(DATASETS[name]).drop("__row"), nested=False)
    rows = list(csv.DictReader(io.StringIO(frame.write_csv())))
    fields = one["schema"]["fields"]

    broken = [
        (field["name"], wrong)
        for row in rows
        for field in fields
        if (wrong := problems(field, row[field["name"]]))
    ]

    assert len(rows) == 3
    assert not broken


@settings(max_examples=40)
@given(
    number=st.integers(-5, 5),
    code=st.sampled_from(["VERIFY", "CHECK", "verify", "x", ""]),
)
def test_the_descriptor_and_the_model_judge_alike(number: int, code: str) -> None:
    fields = {
        field["name"]: field
        for each in PACKAGE["resources"]
        if each["name"] == "review"
        for field in each["schema"]["fields"]
    }
    ds = DATASETS["review"]

    assert (not problems(fields["attempt_seq"], str(number))) == (number >= 0)
    codes = ds.column("review_kind_code").codes or ()
    assert (not problems(fields["review_kind_code"], code)) == (code in codes)


def test_a_bound_that_must_be_exceeded_is_the_next_whole_number() -> None:
    (events,) = [one for one in PACKAGE["resources"] if one["name"] == "issue_event"]
    (seq,) = [f for f in events["schema"]["fields"] if f["name"] == "event_seq"]

    assert problems(seq, "0") == ["minimum"]
    assert problems(seq, "1") == []


def test_closed_and_masked_columns_tell_nothing_of_their_values() -> None:
    told = [
        field
        for one in PACKAGE["resources"]
        for field in one["schema"]["fields"]
        if field["hub:share"] == "CLOSED" or "hub:mask" in field
    ]

    assert told
    assert not [f["name"] for f in told if set(f.get("constraints", {})) - {"required"}]
    assert not [f["name"] for f in told if "example" in f]


def test_even_the_codes_of_a_closed_column_stay_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = dict(DATASETS) | {"area": Dataset.of(NewArea)}
    monkeypatch.setattr(build, "DATASETS", more)
    monkeypatch.setattr(package, "DATASETS", more)
    found = data_package(declared_catalogue(small_city(tmp_path / "city")))

    (area,) = [one for one in found["resources"] if one["name"] == "area"]
    (new,) = [f for f in area["schema"]["fields"] if f["name"] == "brand_new"]
    assert new["hub:share"] == "CLOSED"
    assert "constraints" not in new


def test_references_to_pseudonyms_are_no_keys() -> None:
    keys = [
        key["fields"]
        for one in PACKAGE["resources"]
        for key in one["schema"].get("foreignKeys", ())
    ]

    assert "issue_id" in keys
    assert not [name for name in keys if name.endswith("person_id")]


def test_a_package_of_a_grant_has_its_columns_and_no_more() -> None:
    granted = {"handling": ["org_id", "handling_id"], "org": ["org_id"]}

    found = data_package(shipped(), granted)

    told = {
        one["name"]: [field["name"] for field in one["schema"]["fields"]]
        for one in found["resources"]
    }
    assert told == {"handling": ["handling_id", "org_id"], "org": ["org_id"]}
    handling = next(one for one in found["resources"] if one["name"] == "handling")
    assert handling["schema"]["foreignKeys"] == [
        {"fields": "org_id", "reference": {"resource": "org", "fields": "org_id"}}
    ]


@pytest.mark.parametrize("columns", [{"x": ["y"]}, {"org": ["y"]}])
def test_what_is_not_there_cannot_be_packed(columns: dict[str, list[str]]) -> None:
    with pytest.raises(KeyError):
        data_package(shipped(), columns)
