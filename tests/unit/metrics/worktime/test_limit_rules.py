"""Which row of the limits serves a case: the most specific one, or none."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from support.worktime_frames import issues, limits

from hub.metrics.worktime.limit_rules import match_limits

STANDARD = "GBT47678.5-2026"
OF_STANDARD = {"category_system_code": STANDARD, "category_code": "0601"}
MAPPED = {"std_category_kind_code": "MATTER", "std_category_code": "0601"}


def found(
    case: dict[str, Any], *rules: dict[str, Any], day: date | None = date(2026, 5, 1)
) -> tuple[str | None, str | None]:
    """time_limit_id and reason of one case."""
    zone = case.pop("zone_class_name", None)
    asked = issues(case).with_columns(
        step_code=pl.lit("HANDLING"),
        start_on=pl.lit(day, pl.Date),
        zone_class_name=pl.lit(zone, pl.String),
    )
    answer = match_limits(asked, limits(*rules), standard=STANDARD)
    return answer.select("time_limit_id", "reason").row(0)  # type: ignore[return-value]


def test_the_row_of_the_category_serves_it() -> None:
    assert found({}, {}) == ("L1", None)


@pytest.mark.parametrize(
    "rule",
    [
        {"category_code": "0111"},
        {"category_kind_code": "COMPONENT"},
        {"category_system_code": "OTHER"},
        {"step_code": "CLOSE"},
        {"valid_from_on": date(2026, 5, 2)},
        {"valid_to_on": date(2026, 5, 1)},
    ],
)
def test_a_row_of_something_else_serves_nobody(rule: dict[str, Any]) -> None:
    assert found({}, rule) == (None, "NO_RULE")


def test_without_a_start_there_is_no_day_to_look_up() -> None:
    assert found({}, {}, day=None) == (None, "NO_START")


def test_the_version_of_the_day_counts() -> None:
    old = {"time_limit_id": "L", "limit_minutes": 60, "valid_to_on": date(2026, 5, 1)}
    new = {"time_limit_id": "L", "limit_minutes": 90, "valid_from_on": date(2026, 5, 1)}
    asked = issues({}, {}).with_columns(
        step_code=pl.lit("HANDLING"),
        start_on=pl.Series([date(2026, 4, 30), date(2026, 5, 1)]),
        zone_class_name=pl.lit(None, pl.String),
    )

    answer = match_limits(asked, limits(old, new), standard=None)

    assert answer["limit_minutes"].to_list() == [60, 90]


def test_the_condition_owns_the_limit() -> None:
    rules = [{"condition_text": "停工"}, {"condition_text": "拆除"}, {}]

    assert found({"condition_text": "停工"}, *rules) == ("L1", None)
    assert found({"condition_text": " 拆　除"}, *rules) == ("L2", None)
    assert found({"condition_text": "处罚"}, *rules) == ("L3", None)
    assert found({}, *rules) == ("L3", None)
    assert found({}, *rules[:2]) == (None, "OTHER_CONDITION")


def test_the_zone_comes_after_the_condition() -> None:
    rules = [
        {"zone_class_name": "一类"},
        {"condition_text": "停工"},
        {"condition_text": "停工", "zone_class_name": "一类"},
        {},
    ]
    both = {"condition_text": "停工", "zone_class_name": "一类"}

    assert found(dict(both), *rules) == ("L3", None)
    assert found(dict(both), *rules[:2]) == ("L2", None)
    assert found({"zone_class_name": "一类"}, *rules) == ("L1", None)
    assert found({"zone_class_name": "二类"}, *rules) == ("L4", None)
    assert found({"zone_class_name": "二类"}, rules[0]) == (None, "OTHER_CONDITION")


def test_the_own_category_goes_before_the_standard_one() -> None:
    own = {"condition_text": "停工"}

    assert found(dict(MAPPED), OF_STANDARD, {}) == ("L2", None)
    assert found(dict(MAPPED), OF_STANDARD) == ("L1", None)
    assert found(dict(MAPPED), OF_STANDARD, own) == ("L1", None)
    assert found({}, OF_STANDARD) == (None, "NO_RULE")
    # Of a case whose own list is the standard one the row is found once.
    same = {**MAPPED, **OF_STANDARD}
    assert found(same, OF_STANDARD) == ("L1", None)


def test_two_rows_that_serve_equally_well_are_no_limit() -> None:
    assert found({}, {}, {}) == (None, "AMBIGUOUS_RULE")
    twice = {"condition_text": "停工"}
    assert found(dict(twice), twice, twice, {}) == (None, "AMBIGUOUS_RULE")
    assert found({}, twice, twice, {}) == ("L3", None)
