"""Objects that look alike, worked out by hand (T48)."""

from __future__ import annotations

from typing import Any

import polars as pl
from support.exception_rows import table
from support.street_rows import OBJECT, frame, terrain

from hub.metrics.exceptions.twins import FORMS, objects_alike
from hub.metrics.roster_rows.streets import object_rows

TRAITS = dict.fromkeys(("service_object_id", "uscc_id", *FORMS), pl.String)
Suggested = dict[str, tuple[str, int]]


def alike(*rows: dict[str, Any]) -> Suggested:
    """subject_id → other_id and amount, of objects x1, x2, … of one community."""
    base = {"street_code": "s2", "community_code": "c1", "open_status_code": "OPEN"}
    told = [
        {"service_object_id": f"x{n}", **base, **row} for n, row in enumerate(rows, 1)
    ]
    where = terrain()
    known = [{k: v for k, v in row.items() if k in OBJECT} for row in told]
    objects = object_rows(frame(known, OBJECT), where, "Asia/Shanghai")
    seen = [{k: v for k, v in row.items() if k in TRAITS} for row in told]
    traits = frame(seen, TRAITS).rename({"service_object_id": "subject_id"})
    found = table(
        [objects_alike(objects, where.days.select("period").join(traits, how="cross"))],
        where,
    )
    assert set(found["kind"]) <= {"T48"}
    pairs = found.select("subject_id", "other_id", "amount").unique().rows()
    assert len(pairs) == len({one for one, _, _ in pairs})
    return {one: (other, amount) for one, other, amount in pairs}


def test_one_name_in_one_community_or_at_one_address() -> None:
    name = {"object_form": "a"}

    assert alike(name, name) == {"x2": ("x1", 1)}
    assert alike(name, name | {"community_code": "c2"}) == {}
    at = {"address_form": "1号", "community_code": None}
    assert alike(name | at, name | at) == {"x2": ("x1", 1)}
    nowhere = name | {"community_code": None}
    assert alike(nowhere, nowhere) == {}
    assert alike(name, {"object_form": "b"}) == {}


def test_the_name_of_a_sign_may_be_that_of_a_licence() -> None:
    assert alike({"object_form": "a", "legal_form": "b"}, {"object_form": "b"}) == {
        "x2": ("x1", 1)
    }


def test_one_licence_code_in_a_street_and_no_further() -> None:
    code = {"uscc_id": "U", "community_code": None}

    assert alike(code, code) == {"x2": ("x1", 1)}
    assert alike(code, code | {"street_code": "s1"}) == {}


def test_other_licences_are_other_shops() -> None:
    name = {"object_form": "a"}

    assert alike(name | {"uscc_id": "U"}, name | {"uscc_id": "V"}) == {}
    assert alike(name, name | {"uscc_id": "V"}) == {"x1": ("x2", 1)}


def test_what_is_gone_or_told_already_is_no_suggestion() -> None:
    name = {"object_form": "a"}

    assert alike(name, name | {"open_status_code": "MOVED"}) == {}
    assert alike(name, name | {"duplicate_of_id": "x1"}) == {}


def test_many_of_one_name_are_as_many_rows_and_not_all_pairs() -> None:
    name = {"object_form": "a"}

    assert alike(*[name] * 9) == {f"x{n}": ("x1", 1) for n in range(2, 10)}


def test_two_reasons_for_two_others_are_counted() -> None:
    found = alike(
        {"object_form": "a"}, {"uscc_id": "U"}, {"object_form": "a", "uscc_id": "U"}
    )

    assert found == {"x1": ("x3", 1), "x3": ("x2", 1)}
