"""Which field goes where, and when a line may be called certain."""

from __future__ import annotations

import polars as pl
import pytest

from hub.onboarding.choosing import Line, choose
from hub.onboarding.facts import facts_of
from hub.partners.loader import load_city

CITY = load_city("wuhan")
TIMES = [f"2026-07-01 {at:02d}:00:00" for at in range(12)]
LATER = [f"2026-07-02 {at:02d}:00:00" for at in range(12)]
LON = [f"114.{3000 + at}1" for at in range(12)]
LAT = [f"30.{5000 + at}1" for at in range(12)]
PHONES = [f"1390000{1000 + at}" for at in range(12)]


def _lines(dataset: str = "issue", **columns: list[str]) -> dict[str, Line]:
    facts = facts_of(pl.DataFrame(columns), CITY)
    found = choose(facts, "sample", CITY, asked=dataset)
    return {line.match.column: line for line in found.lines}


def test_a_name_of_the_hubs_own_that_values_prove_is_certain() -> None:
    line = _lines(上报时间=TIMES)["reported_at"]

    assert (line.match.field, line.confidence) == ("上报时间", "certain")


@pytest.mark.parametrize("name", ["accept_time", "登记时间", "check_time", "发生时间"])
def test_a_word_that_products_use_differently_is_never_certain(name: str) -> None:
    assert all(
        line.confidence != "certain" for line in _lines(**{name: TIMES}).values()
    )


def test_a_second_field_that_comes_near_takes_certainty_away() -> None:
    line = _lines(上报时间=TIMES, report_time=LATER)["reported_at"]

    assert line.confidence == "likely"
    assert line.rival is not None


def test_values_that_cannot_be_read_rule_a_column_out() -> None:
    assert "reported_at" not in _lines(上报时间=["早上", "中午", "晚上"] * 4)


def test_coordinates_whose_names_changed_places_are_told_by_values() -> None:
    lines = _lines(x=LAT, y=LON)

    assert lines["lon"].match.field == "y"
    assert lines["lat"].match.field == "x"
    assert lines["lon"].confidence != "certain"


def test_a_telephone_is_somebodys_and_not_certain_by_its_form() -> None:
    line = _lines(contact=PHONES)["reporter_phone"]

    assert line.confidence == "likely"


def test_codes_of_this_city_are_found_under_any_name() -> None:
    streets = [one for one in sorted(CITY.division_codes) if len(one) == 9][:12]

    line = _lines(belong_to=streets)["street_code"]

    assert line.match.field == "belong_to"
    assert line.confidence == "guess"


def test_no_field_and_no_column_is_taken_twice() -> None:
    lines = _lines(上报时间=TIMES, 经度=LON, 纬度=LAT, 结案时间=LATER, 联系电话=PHONES)

    fields = [line.match.field for line in lines.values()]
    assert len(fields) == len(set(fields)) == 5


def test_rows_become_the_dataset_that_they_fill_best() -> None:
    patrols = pl.DataFrame(
        {
            "巡查人工号": [f"P{at}" for at in range(12)],
            "状态": ["完成", "未巡"] * 6,
            "开始时间": TIMES,
            "结束时间": LATER,
            "应打卡点数": ["5"] * 12,
            "已打卡点数": ["4"] * 12,
        }
    )

    found = choose(facts_of(patrols, CITY), "export", CITY)

    assert found.dataset == "patrol"
