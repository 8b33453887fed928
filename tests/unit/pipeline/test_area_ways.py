"""From the code of a case to areas, also over a merger of communities (trap T47)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from hub.partners.succession import SUCCESSOR, Succession
from hub.pipeline.area_ways import by_code
from hub.pipeline.attribute import Attribution, attribute_areas

CHANGE = date(2026, 4, 16)
DIVISIONS = pl.DataFrame(
    {
        "division_code": ["old", "older", "other", "new", "s0", "s1"],
        "valid_from_on": [date(2000, 1, 1)] * 3 + [CHANGE] + [date(2000, 1, 1)] * 2,
        "valid_to_on": [CHANGE] * 3 + [None, CHANGE, None],
    }
)
ROWS = [
    ("old", "new", CHANGE, None),
    ("older", "new", CHANGE, None),
    ("s0", "s1", CHANGE, None),
]
SUCCESSION = Succession(DIVISIONS, pl.DataFrame(ROWS, schema=SUCCESSOR, orient="row"))


def areas_of(
    community: str | None, *listed: list[str], day: date = CHANGE, known: bool = True
) -> list[int]:
    """Positions of the areas that the code of a case leads to."""
    cases = pl.DataFrame(
        {
            "issue": [7],
            "day": [day],
            "unit_grid_code": [None],
            "community_code": [community],
        },
        schema_overrides={"unit_grid_code": pl.String, "community_code": pl.String},
    )
    versions = pl.DataFrame(
        {
            "area": list(range(len(listed))),
            "community_codes": list(listed),
            "unit_grid_codes": [["g"]] * len(listed),
            "valid_from_on": [date(2026, 1, 1)] * len(listed),
            "valid_to_on": [None] * len(listed),
        },
        schema_overrides={"valid_to_on": pl.Date},
    )
    found = by_code(cases, versions, SUCCESSION if known else None)
    assert set(found["method"]) <= {"CODE"}
    assert set(found["issue"]) <= {7}
    return sorted(found["area"].to_list())


def test_a_roster_from_before_the_merger_is_still_right_about_the_ground() -> None:
    assert areas_of("new", ["old"], ["other"]) == [0]
    assert areas_of("new", ["old", "older"], ["other"]) == [0]
    assert areas_of("new", ["old"], known=False) == []


def test_who_lists_the_new_code_goes_before_who_lists_an_old_one() -> None:
    assert areas_of("new", ["old"], ["new"]) == [1]


def test_of_two_areas_that_list_old_codes_none_is_guessed() -> None:
    assert areas_of("new", ["old"], ["older"]) == []


def test_before_the_change_the_old_code_is_its_own() -> None:
    day = date(2026, 4, 15)

    assert areas_of("old", ["old"], ["new"], day=day) == [0]
    assert areas_of("new", ["old"], day=day) == []
    assert areas_of(None, ["old"]) == []


def test_an_area_filed_in_a_street_that_was_merged_lies_where_the_case_does() -> None:
    cases = pl.DataFrame(
        {
            "issue_id": ["before", "after"],
            "reported_at": [datetime(2026, 4, day, tzinfo=UTC) for day in (15, 16)],
            "area_id": ["a1", "a1"],
            "street_code": ["s0", "s1"],
        }
    ).with_columns(
        unit_grid_code=pl.lit(None, pl.String),
        community_code=pl.lit(None, pl.String),
        lon=pl.lit(None, pl.Float64),
        lat=pl.lit(None, pl.Float64),
        coord_quality_code=pl.lit("MISSING"),
    )
    areas = pl.DataFrame(
        {
            "area_id": ["a1"],
            "status_code": ["ACTIVE"],
            "street_code": ["s0"],
            "community_codes": [["old"]],
            "unit_grid_codes": [["g"]],
            "boundary": [None],
            "area_km2": [None],
            "valid_from_on": [date(2026, 1, 1)],
            "valid_to_on": [None],
        },
        schema_overrides={
            "boundary": pl.String,
            "area_km2": pl.Decimal(18, 3),
            "valid_to_on": pl.Date,
        },
    )

    def told(succession: Succession | None) -> list[tuple[str, str]]:
        settings = Attribution(zone="Asia/Shanghai", succession=succession)
        found = attribute_areas(cases, areas, settings)
        assert found.issues["area_id"].to_list() == ["a1", "a1"]
        return found.findings.rows()

    assert told(None) == [("after", "F10")]
    assert told(SUCCESSION) == []
