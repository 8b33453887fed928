"""`hub assessment` from outside: frozen, revised, compared, verified."""

from __future__ import annotations

import pytest
from support.closed_month import POLICY
from support.file_city import FileCity, case

AFTER = {"HUB_NOW": "2026-11-05T08:00:00+08:00"}
MONTH = ("--period", "2026-10")
POLICIES = ("--policy", "plain", "--author", "甲")


@pytest.fixture
def over(city: FileCity) -> FileCity:
    """The city after the end of October, with a policy of its own."""
    (city.folder / "city" / "policies").mkdir()
    (city.folder / "city" / "policies" / "plain.toml").write_text(POLICY)
    city.drop("cases_2.csv", case("A6"), case("A7"))
    assert city.hub("run", "--json", **AFTER).code == 0
    return city


def test_a_month_goes_its_way(over: FileCity) -> None:
    made = over.hub("assessment", "freeze", *MONTH, *POLICIES, "--json", **AFTER)
    assert made.code == 0, made
    assert made.json["revision"] == 1
    assert made.json["policies"][0]["policy"] == "plain"

    over.drop("cases_3.csv", case("A8"), case("A9"))
    late = {"HUB_NOW": "2026-11-20T08:00:00+08:00"}
    over.hub("run", "--json", **late)
    revised = over.hub(
        "assessment", "revise", *MONTH, "--author", "乙", "--reason", "补报", "--json",
        **late,
    )  # fmt: skip
    assert revised.json["revision"] == 2

    diff = over.hub("assessment", "diff", *MONTH, "1", "2", "--json", **late)
    assert diff.code == 0, diff
    told = diff.json
    volumes = [one for one in told["figures"] if one["level"] == "city"]
    assert volumes
    assert all(one["rows"] for one in volumes)
    shown = over.hub("assessment", "show", *MONTH, "--revision", "1", **late)
    assert "无数据" in shown.out
    for number in ("1", "2"):
        same = over.hub(
            "assessment", "verify", *MONTH, "--revision", number, "--json", **late
        )
        assert same.json["ok"], same
    listed = over.hub("assessment", "list", "--json", **late).json
    assert [one["is_current"] for one in listed] == [False, True]


@pytest.mark.parametrize(
    "args",
    [
        ["show", *MONTH],
        ["freeze", "--period", "2026-13", *POLICIES],
        ["freeze", *MONTH, "--policy", "nobody", "--author", "甲"],
        ["compute", "--period", "2027-01"],
        ["compute", *MONTH, "--unit", "AU-X"],
        ["compute", *MONTH, "--release", "r000099"],
        ["simulate", *MONTH, "--policy", "nobody"],
        ["input", "add", *MONTH],
        ["input", "add", *MONTH, "--file", "absent.csv"],
        ["input", "withdraw", "3", "--reason", "x", "--author", "甲"],
    ],
)
def test_what_cannot_be_done_is_one_sentence(city: FileCity, args: list[str]) -> None:
    done = city.hub("assessment", *args, "--json", **AFTER)

    assert done.code == 2
    assert done.error["next"]
