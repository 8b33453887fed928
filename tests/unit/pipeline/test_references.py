"""What a row points to exists, on the day of the row."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from hub.pipeline.references import division_findings, find_missing

DIVISIONS = pl.DataFrame(
    [
        ("420104", "DISTRICT", date(2000, 1, 1), None),
        ("420105", "DISTRICT", date(2000, 1, 1), None),
        ("420104001", "STREET", date(2000, 1, 1), None),
        ("420104009", "STREET", date(2000, 1, 1), date(2026, 4, 1)),
        ("420105001", "STREET", date(2026, 4, 1), None),
        ("420104001001", "COMMUNITY", date(2000, 1, 1), None),
    ],
    schema={
        "division_code": pl.String,
        "level_code": pl.String,
        "valid_from_on": pl.Date,
        "valid_to_on": pl.Date,
    },
    orient="row",
)
# Half an hour before and after midnight of 1 April in Wuhan.
MARCH = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
APRIL = datetime(2026, 3, 31, 16, 30, tzinfo=UTC)


def findings(
    district: str | None,
    street: str | None,
    community: str | None,
    *,
    at: datetime = APRIL,
) -> list[tuple[str, str]]:
    issues = pl.DataFrame(
        [(5, at, district, street, community)],
        schema={
            "__row": pl.Int64,
            "reported_at": pl.Datetime("us", "UTC"),
            "district_code": pl.String,
            "street_code": pl.String,
            "community_code": pl.String,
        },
        orient="row",
    )
    found = division_findings(issues, DIVISIONS, zone="Asia/Shanghai")
    assert found["__row"].to_list() == [5] * len(found)
    assert set(found["rule"]) <= {"F09"}
    return found.select("column", "severity").rows()


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("420104", "420104001", "420104001001"), []),
        ((None, None, None), []),
        (("420108", None, None), [("district_code", "reject")]),
        (("420104", "420104555", None), [("street_code", "reject")]),
        # a street's code is no district, however well it exists
        (("420104001", None, None), [("district_code", "reject")]),
        (("420104", "420104001", "420104001999"), [("community_code", "warn")]),
        ((None, None, "420199001001"), [("community_code", "warn")]),
        (("420104", "420105001", None), [("street_code", "warn")]),
        (("420105", None, "420104001001"), [("community_code", "warn")]),
        (
            ("420104", "420105001", "420104001001"),
            [("community_code", "warn"), ("street_code", "warn")],
        ),
    ],
)
def test_division_codes_exist_and_nest(
    codes: tuple[str | None, str | None, str | None], expected: list[tuple[str, str]]
) -> None:
    assert findings(*codes) == expected


def test_a_code_that_is_not_valid_on_that_local_day_warns() -> None:
    assert findings("420104", "420104009", None, at=MARCH) == []
    assert findings("420104", "420104009", None, at=APRIL) == [("street_code", "warn")]
    assert findings("420105", "420105001", None, at=MARCH) == [("street_code", "warn")]
    assert findings("420105", "420105001", None, at=APRIL) == []


def test_missing_targets_are_named_once_per_row() -> None:
    frame = pl.DataFrame(
        {
            "__row": [1, 2, 3, 4],
            "org_id": ["a", None, "x", "b"],
            "org_ids": [["a", "x", "y"], None, [], ["b"]],
        }
    )
    known = pl.Series(["a", "b", "b"])

    assert find_missing(frame, "org_id", known).rows() == [(3, "org_id")]
    assert find_missing(frame, "org_ids", known).rows() == [(1, "org_ids")]
    assert find_missing(frame, "org_id", pl.Series([], dtype=pl.String))[
        "__row"
    ].to_list() == [1, 3, 4]
