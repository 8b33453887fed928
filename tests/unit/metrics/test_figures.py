"""Units, months and digits of any metric."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from support.metric_frames import (
    DIVISIONS,
    MEMBERS,
    SINCE,
    UNITS,
    beside,
    case,
    compute,
    counts,
    review,
)

from hub.errors import DeclarationError, MisuseError
from hub.metrics.calibers import CALIBERS, in_force
from hub.metrics.reasons import REASONS
from hub.metrics.registry import METRICS, metric
from hub.metrics.shares import share

NAME = "on_time_handling_rate"


def test_the_city_counts_every_case_and_a_unit_its_streets() -> None:
    issues = [
        case(issue_id="a", street_code="s1"),
        case(issue_id="b", street_code="s2", stage_code="HANDLING"),
        case(issue_id="c", street_code="s2"),
        case(issue_id="d", street_code="s9"),
        case(issue_id="e", street_code=None),
    ]

    found = compute(NAME, issues)

    assert counts(found) == (4, 5)
    assert counts(found, "unit", "AU-1") == (1, 1)
    assert counts(found, "unit", "AU-2") == (1, 2)
    homeless = found.evidence.filter(pl.col("unit_code").is_null())
    assert homeless["subject_id"].to_list() == ["d", "e"]


def test_districts_streets_and_chiefs_are_counted_from_the_same_rows() -> None:
    issues = [
        case(issue_id="a", district_code="d1", chief_person_id="p1"),
        case(
            issue_id="b",
            district_code="d1",
            chief_person_id="p2",
            stage_code="HANDLING",
        ),
        case(issue_id="c", district_code="d2", street_code="s2", chief_person_id="p1"),
        case(issue_id="d", district_code="gone", street_code=None),
        case(issue_id="e", district_code="d1", chief_person_id="p3", is_suspended=None),
        case(
            issue_id="f",
            district_code="d1",
            chief_person_id="p4",
            stage_code="CANCELLED",
        ),
    ]

    found = compute(NAME, issues)

    assert counts(found, "district", "d1") == (2, 3)
    assert counts(found, "district", "d2") == (1, 1)
    assert counts(found, "street", "s1") == (2, 3)
    assert counts(found, "chief", "p1") == (2, 2)
    # A chief without anything in the denominator has no figure; every place has one.
    chiefs = found.figures.filter(pl.col("level") == "chief")
    assert chiefs["unit_code"].to_list() == ["p1", "p2", "p3"]
    # What has no code at a level is shown beside it, so that all add up.
    for level, missing in (("district", 1), ("street", 1), ("chief", 1)):
        told = found.figures.filter(pl.col("level") == level)
        assert beside(found, "UNATTRIBUTED", level) == missing
        assert told["denominator"].sum() + missing == counts(found)[1]


def test_a_city_without_streets_and_chiefs_misses_nothing() -> None:
    districts = [one for one in DIVISIONS if one["level_code"] == "DISTRICT"]

    found = compute(NAME, [case(district_code="d1")], divisions=districts)

    assert set(found.figures["level"]) == {"city", "unit", "district"}
    assert found.beside.is_empty()


def test_an_area_member_goes_before_the_street_it_lies_in() -> None:
    station = {**UNITS[0], "unit_code": "AU-STATION"}
    member = {
        "unit_code": "AU-STATION",
        "member_kind_code": "AREA",
        "member_id": "station",
        "valid_from_on": SINCE,
    }

    found = compute(
        NAME,
        [case(area_id="station"), case(issue_id="i2", area_id="elsewhere")],
        units=[*UNITS, station],
        members=[*MEMBERS, member],
    )

    assert counts(found, "unit", "AU-STATION") == (1, 1)
    assert counts(found, "unit", "AU-1") == (1, 1)


@pytest.mark.parametrize(
    ("moved_on", "unit"),
    [
        (date(2026, 4, 30), "AU-2"),  # the last day decides the whole month
        (date(2026, 5, 1), "AU-1"),
        (date(2026, 4, 1), "AU-2"),
    ],
)
def test_membership_is_that_of_the_last_day_of_the_month(
    moved_on: date, unit: str
) -> None:
    members = [
        {**MEMBERS[0], "valid_to_on": moved_on},
        {**MEMBERS[0], "unit_code": "AU-2", "valid_from_on": moved_on},
    ]

    found = compute(NAME, [case()], members=members)

    assert found.evidence["unit_code"].to_list() == [unit]


def test_a_unit_that_is_gone_has_no_figure_and_no_cases() -> None:
    gone = {**UNITS[0], "valid_to_on": date(2026, 4, 30)}

    found = compute(NAME, [case()], units=[gone, UNITS[1]])

    units = found.figures.filter(pl.col("level") == "unit")
    assert units["unit_code"].to_list() == ["AU-2"]
    assert found.evidence["unit_code"].to_list() == [None]


def test_of_two_units_that_claim_a_street_the_earlier_holds() -> None:
    later = {**MEMBERS[0], "unit_code": "AU-2", "valid_from_on": date(2022, 1, 1)}
    tied = {**MEMBERS[0], "unit_code": "AU-2"}

    for rival in (later, tied):
        found = compute(NAME, [case()], members=[rival, MEMBERS[0]])
        assert found.evidence["unit_code"].to_list() == ["AU-1"]


def test_nothing_over_nothing_is_null_and_every_place_is_listed() -> None:
    found = compute(NAME, []).figures

    assert found.select("level", "unit_code", "numerator", "denominator").rows() == [
        ("city", None, 0, 0),
        ("unit", "AU-1", 0, 0),
        ("unit", "AU-2", 0, 0),
        ("district", "d1", 0, 0),
        ("district", "d2", 0, 0),
        ("street", "s1", 0, 0),
        ("street", "s2", 0, 0),
    ]
    assert found["value_share"].to_list() == [None] * 7


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 3, "0.333333"),
        (2, 3, "0.666667"),
        (1, 2_000_000, "0.000001"),  # exactly half a millionth goes up
        (1, 2_000_001, "0.000000"),
        (3, 2_000_000, "0.000002"),
        (0, 5, "0.000000"),
        (5, 5, "1.000000"),
        (123_456_789, 987_654_321, "0.125000"),
        (0, 0, None),
    ],
)
def test_shares_are_exact_and_rounded_half_up_once(
    part: int, whole: int, expected: str | None
) -> None:
    found = pl.DataFrame({"n": [part], "d": [whole]}).select(s=share("n", "d"))

    assert found["s"].item() == (None if expected is None else Decimal(expected))
    assert found.schema["s"] == pl.Decimal(9, 6)


def test_several_months_are_computed_at_once_and_apart() -> None:
    issues = [
        case(),
        case(issue_id="i2", deadline_at=case()["deadline_at"].replace(month=5)),
    ]

    both = compute(NAME, issues, periods=["2026-04", "2026-05"]).figures
    single = [
        compute(NAME, issues, periods=[m]).figures for m in ("2026-04", "2026-05")
    ]

    assert both.equals(pl.concat(single))
    assert both.filter(pl.col("by").is_null(), level="city")[
        "denominator"
    ].to_list() == [1, 1]


@pytest.mark.parametrize("month", ["2026-13", "2026", "April", "2026-4"])
def test_a_month_that_is_none_is_a_misuse(month: str) -> None:
    with pytest.raises(MisuseError, match="Name months like"):
        compute(NAME, [], periods=[month])


def test_a_channel_without_entry_stops_the_computation() -> None:
    with pytest.raises(DeclarationError, match="1 cases come from a channel"):
        compute(NAME, [case(source_channel_code="??")])


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(
        MisuseError, match="closed_loop_rate, closed_within_limit_share"
    ):
        metric("no_such_rate")
    with pytest.raises(MisuseError, match="AP-1, AP-2"):
        in_force(("MD-1",), ("XX-9",))


@pytest.mark.parametrize("name", METRICS)
def test_every_entry_is_complete(name: str) -> None:
    one = metric(name)

    assert set(one.calibers) <= set(CALIBERS)
    reasons = (*one.outside, *one.left_out, *one.missed, *one.beside)
    assert {reason.code for reason in reasons} <= set(REASONS)
    words = (
        one.name_zh,
        one.name_en,
        one.formula_zh,
        one.formula_en,
        one.numerator_zh,
        one.numerator_en,
        one.denominator_zh,
        one.denominator_en,
        one.source,
    )
    assert all(words)


SCRIPT = """
import json, random, sys
from support.metric_frames import case, compute, review
issues = [case(issue_id=f"i{n}", street_code=f"s{n % 3}",
               stage_code=("CLOSED", "HANDLING", "CHECKED")[n % 7 % 3])
          for n in range(3000)]
reviews = [review(review_id=f"r{n}", issue_id=f"i{n}",
                  result_code=("PASS", "FAIL")[n % 2]) for n in range(2500)]
random.Random(int(sys.argv[1])).shuffle(issues)
random.Random(int(sys.argv[1])).shuffle(reviews)
found = compute("closed_loop_rate", issues, reviews)
print(json.dumps([part.write_json() for part in found]))
"""


def test_neither_row_order_nor_threads_change_a_digit() -> None:
    root = Path(__file__).parents[3]
    path = os.pathsep.join([str(root), str(root / "tests")])
    runs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(seed)],
            env={**os.environ, "POLARS_MAX_THREADS": threads, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, threads in ((1, "1"), (2, "2"), (3, "5"))
    }

    assert len(runs) == 1
    assert len(json.loads(runs.pop())[1]) > 3000


def test_the_numerator_is_always_a_part_of_the_denominator() -> None:
    issues = [case(), case(issue_id="i2", duplicate_of_id="i1")]

    found = compute("closed_loop_rate", issues, [review(), review(issue_id="i2")])

    assert counts(found) == (1, 1)
