"""`hub metric`: figures of every level, and the rows behind them by what they are."""

from __future__ import annotations

import pytest

PERIOD = ("--period", "2026-10")


def ask(delivered, *args: str):
    done = delivered.city.hub("metric", *args, "--json")
    assert done.code == 0, done
    return done.json


def test_metrics_say_what_they_count_and_where(delivered) -> None:
    listed = {one["id"]: one for one in ask(delivered, "list")}

    assert listed["area_coverage_rate"]["name_zh"] == "覆盖率"
    assert listed["area_coverage_rate"]["levels"] == [
        "city", "unit", "street_unit", "district", "street",
    ]  # fmt: skip
    assert listed["duty_action_rate"]["counts"] == "duty_day"
    assert listed["duty_action_rate"]["calibers"] == ["ACT-DAY", "DAY-LAST"]


def test_a_level_is_told_where_it_is_named(delivered) -> None:
    name = "on_time_handling_rate"

    usual = ask(delivered, "compute", name, *PERIOD)
    streets = ask(delivered, "compute", name, *PERIOD, "--level", "street")
    one = ask(delivered, "compute", name, *PERIOD, "--unit", streets[0]["unit_code"])

    assert {one["level"] for one in usual} == {"city", "unit"}
    assert {one["level"] for one in streets} == {"street"}
    assert sum(one["denominator"] for one in streets) == usual[0]["denominator"]
    assert one == streets[:1]


def test_a_district_leads_to_its_own_rows(delivered) -> None:
    name = "on_time_handling_rate"
    whole = ask(delivered, "explain", name, *PERIOD)
    districts = ask(delivered, "compute", name, *PERIOD, "--level", "district")

    parts = [
        ask(delivered, "explain", name, *PERIOD, "--unit", one["unit_code"])
        for one in districts
    ]

    told = [name for one in parts for name in one["numerator_ids"]]
    assert sorted(told) == sorted(whole["numerator_ids"])


@pytest.mark.parametrize(
    "args",
    [
        ["explain", "area_coverage_rate", *PERIOD, "--level", "street"],
        ["compute", "area_coverage_rate", *PERIOD, "--level", "chief", "--unit", "x"],
    ],
)
def test_a_place_that_is_not_there_is_a_misuse(delivered, args: list[str]) -> None:
    done = delivered.city.hub("metric", *args, "--json")

    assert done.code == 2
    assert done.error["next"]


def test_tables_name_places(delivered) -> None:
    shown = delivered.city.hub(
        "metric", "compute", "area_coverage_rate", *PERIOD, "--level", "district"
    )

    assert shown.code == 0
    assert "名称" in shown.out


def test_calibers_and_cohorts_are_choices_that_a_figure_names(delivered) -> None:
    families = ask(delivered, "calibers", "SC")
    (figure, *_) = ask(
        delivered, "compute", "closing_rate", *PERIOD, "--level", "city",
        "--caliber", "SC-C", "--basis", "reported_in_period",
    )  # fmt: skip

    assert [one["id"] for one in families] == ["SC-A", "SC-B", "SC-C", "SC-D"]
    assert "closing_rate" in families[0]["metrics"]
    assert "SC-C" in figure["calibers"]
    assert figure["basis"] == "reported_in_period"


def test_a_breakdown_adds_up(delivered) -> None:
    asked = ("compute", "case_volume", *PERIOD, "--level", "city")
    (whole,) = ask(delivered, *asked)
    parts = ask(delivered, *asked, "--by", "channel")

    assert sum(one["denominator"] for one in parts) == whole["denominator"] > 0


def test_a_case_leads_to_its_row_as_sent(delivered) -> None:
    asked = ("explain", "on_time_handling_rate", *PERIOD)
    counted = ask(delivered, *asked)["numerator_ids"][0]

    told = ask(delivered, *asked, "--issue", counted)
    raw = ask(delivered, *asked, "--issue", counted, "--raw")

    assert told["is_numerator"] is True
    assert told["sent"]["batch"].startswith("b")
    assert "text" not in told["sent"]
    assert raw["sent"]["text"]


@pytest.mark.parametrize(
    "args",
    [
        ["compute", "closing_rate", "--period", "2999-01"],
        ["compute", "closing_rate", *PERIOD, "--caliber", "SC-Z"],
        ["calibers", "ZZ"],
        ["explain", "closing_rate", *PERIOD, "--issue", "nobody"],
    ],
)
def test_what_is_not_there_is_one_clear_sentence(delivered, args: list[str]) -> None:
    done = delivered.city.hub("metric", *args, "--json")

    assert done.code == 2
    assert done.error["next"]


def test_communities_are_carried_over_to_a_day_that_is_one(delivered) -> None:
    usual = ask(delivered, "compute", "case_volume", *PERIOD, "--level", "street")

    args = ("compute", "case_volume", *PERIOD, "--level", "street", "--carried-to")
    done = delivered.city.hub("metric", *args, "2026-13-01", "--json")

    # This city has no successors, so a day changes nothing; what is no day is refused.
    assert ask(delivered, *args, "2026-12-31") == usual
    assert done.code == 2


@pytest.mark.parametrize(
    "level",
    ["unit", "street_unit", "district", "street", "community", "area", "org", "chief"],
)
def test_every_level_is_a_table_for_people_too(delivered, level: str) -> None:
    asked = ("compute", "case_volume", *PERIOD, "--level", level)

    done = delivered.city.hub("metric", *asked)

    assert done.code == 0, done
    for one in ask(delivered, *asked):
        assert str(one["unit_code"])[:6] in done.out
