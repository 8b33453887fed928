"""Unit lists come from the assessment system as from any partner (R67)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from support.closed_month import LATE, MONTH, later
from support.unit_list_files import declare, drop, end_own_list, run

from hub.cli.assessment_units import usual_figures
from hub.flow.assessment.revisions import find_revision
from hub.flow.assessment.verify import verify_month
from hub.flow.figures import metric_table
from hub.flow.house import House
from hub.flow.published import digest_of, published
from hub.flow.quarantine import held_rows
from hub.schemas import dataset
from hub.sharing.views import Rulebooks

# 420102001, where the cases of the month are, leaves AU-E for a unit of its own.
UNITS = (
    "AU-E,东区,市考区,中心城区,,2026-09-01,\n"
    "AU-N,北区,市考区,中心城区,,2026-09-01,\n"
    "AU-W,西区,市考区,新城区,,2026-09-01,\n"
)
MEMBERS = (
    "AU-E,420102002,2026-09-01,\n"
    "AU-N,420102001,2026-09-01,\n"
    "AU-W,420103001,2026-09-01,\n"
)
NEXT = LATE + timedelta(days=1)


@pytest.fixture
def folder(house: House, tmp_path: Path) -> Path:
    """The folder of a hub whose month is over, which has just got the partner."""
    assert house.city.id == "small"
    declare(tmp_path)
    return tmp_path


def rates(house: House, month: str = MONTH) -> dict[str, tuple[int, int]]:
    rows = usual_figures(metric_table(house, "figure").read())
    rows = rows.filter(metric="on_time_handling_rate", level="unit", period=month)
    return {
        unit: (above, below)
        for unit, above, below in rows.select(
            "unit_code", "numerator", "denominator"
        ).rows()
    }


def kept_out(house: House, feed: str) -> list[tuple[int, list[str]]]:
    partner = house.city.partners["assessment"]
    (one,) = [given for given in partner.feeds if given.name == feed]
    rows = held_rows(house, partner, one).sort("row")
    return [
        (row, sorted({found["rule"] for found in findings}))
        for row, findings in rows.select("row", "findings").rows()
    ]


def spans(house: House, unit: str) -> list[tuple[str, str | None, str]]:
    rows = published(house, dataset("assessment_unit")).filter(unit_code=unit)
    days = (pl.col(name).cast(pl.String) for name in ("valid_from_on", "valid_to_on"))
    return sorted(rows.select(*days, "partner").rows())


def test_a_delivered_list_decides_the_units_of_its_days(folder: Path) -> None:
    end_own_list(folder)
    drop(folder, "20261019", UNITS, MEMBERS)
    rules = Rulebooks(later(folder).city)
    before = rules.now()

    house, batches = run(folder, LATE)

    assert "AU-N" not in set(before.territory.units["unit_code"])
    assert "AU-N" in set(rules.now().territory.units["unit_code"])
    assert {name: one.accepted for name, one in batches.items()} == {
        "units": 3,
        "members": 3,
    }
    assert rates(house) == {"AU-E": (0, 0), "AU-N": (1, 3), "AU-W": (0, 0)}
    assert spans(house, "AU-E") == [
        ("2000-01-01", "2026-09-01", "HUB"),
        ("2026-09-01", None, "assessment"),
    ]
    assert house.city.unit_codes == {"AU-E", "AU-N", "AU-W"}


def test_the_same_list_again_changes_nothing(folder: Path) -> None:
    end_own_list(folder)
    drop(folder, "20261019", UNITS, MEMBERS)
    first, _ = run(folder, LATE)
    names = ("assessment_unit", "assessment_unit_member")
    told = [digest_of(first, dataset(name)) for name in names]
    figures = metric_table(first, "figure").version()

    drop(folder, "20261020", UNITS, MEMBERS)
    again, batches = run(folder, LATE)

    assert [batches[name].accepted for name in ("units", "members")] == [3, 3]
    assert [digest_of(again, dataset(name)) for name in names] == told
    assert metric_table(again, "figure").version() == figures
    assert again.city.digest() == first.city.digest()


def test_a_list_that_the_citys_own_contradicts_waits_for_it(folder: Path) -> None:
    drop(folder, "20261019", UNITS, MEMBERS)

    before, _ = run(folder, LATE)
    held = {name: kept_out(before, name) for name in ("units", "members")}
    own = rates(before)
    end_own_list(folder)
    after, batches = run(folder, NEXT)

    assert held["units"] == [(0, ["F25"]), (2, ["F25"])]
    assert held["members"] == [(0, ["F25"]), (1, ["F21"]), (2, ["F25"])]
    assert own == {"AU-E": (1, 3), "AU-N": (0, 0), "AU-W": (0, 0)}
    assert {one.kind for one in batches.values()} == {"retry"}
    assert rates(after) == {"AU-E": (0, 0), "AU-N": (1, 3), "AU-W": (0, 0)}
    assert kept_out(after, "units") == kept_out(after, "members") == []


def test_what_is_wrong_with_a_list_is_told_by_rule(folder: Path) -> None:
    end_own_list(folder)
    units = UNITS + (
        "AU-N,北区,市考区,新城区,,2026-10-01,\n"  # the version before has no end
        "AU-S,南区,市考县,,,2026-09-01,\n"
        "AU-T,塔区,市考区,,AU-X,2026-09-01,\n"
    )
    members = MEMBERS + (
        "AU-W,420199001,2026-09-01,\n"  # no such street
        "AU-X,420102001,2026-09-01,\n"  # no such unit
        "AU-E,420103001,2026-10-01,\n"  # of AU-W as well
        "AU-N,420102001,2026-10-01,2026-11-01\n"
        "AU-E,420102002,2026-01-01,2026-02-01\n"  # the city's own list says it
    )
    drop(folder, "20261019", units, members)

    house, _ = run(folder, LATE)

    assert kept_out(house, "units") == [(3, ["F25"]), (4, ["P06"])]
    assert kept_out(house, "members") == [
        *((3, ["F17"]), (4, ["F24"]), (5, ["F21"]), (6, ["F25"]), (7, ["F25"])),
    ]
    assert rates(house)["AU-N"] == (1, 3)
    assert "AU-T" in rates(house)


def test_of_two_versions_that_begin_on_one_day_none_is_chosen(folder: Path) -> None:
    end_own_list(folder)
    double = UNITS + "AU-N,北区二,市考区,新城区,,2026-09-01,\n"
    drop(folder, "20261019", double, MEMBERS)

    house, _ = run(folder, LATE)

    assert kept_out(house, "units") == [(1, ["F25"]), (3, ["F25"])]
    assert kept_out(house, "members") == [(1, ["F24"])]


def test_a_list_may_be_taken_as_a_whole_or_not_at_all(folder: Path) -> None:
    end_own_list(folder)
    declare(folder, "expect = { max_quarantined_share = 0 }\n")
    drop(folder, "20261019", UNITS, MEMBERS + "AU-W,420199001,2026-09-01,\n")

    house, batches = run(folder, LATE)

    assert (batches["units"].state, batches["members"].state) == ("merged", "refused")
    own = published(house, dataset("assessment_unit_member"))["partner"]
    assert own.unique().to_list() == ["HUB"]


def test_an_area_is_a_member_once_it_is_on_file(folder: Path) -> None:
    end_own_list(folder)
    declare(folder, members='"AREA"', member_id='{ field = "街道代码", ref = "area" }')
    drop(folder, "20261019", UNITS, "AU-N,A1,2026-09-01,\nAU-N,A9,2026-09-01,\n")

    house, _ = run(folder, LATE)

    assert kept_out(house, "members") == [(1, ["F17"])]
    assert rates(house)["AU-N"] == (1, 3)


def test_a_later_list_ends_and_withdraws_versions(folder: Path) -> None:
    end_own_list(folder)
    drop(folder, "20261019", UNITS, MEMBERS)
    run(folder, LATE)
    changed = UNITS.replace("AU-N,北区,市考区,中心城区,,2026-09-01,\n", "").replace(
        "AU-W,西区,市考区,新城区,,2026-09-01,\n",
        "AU-W,西区,市考区,新城区,,2026-09-01,2026-10-01\n"
        "AU-W,西区,市考区,中心城区,,2026-10-01,\n",
    )
    drop(folder, "20261020", changed, MEMBERS.replace("AU-N", "AU-E"))

    house, batches = run(folder, NEXT)

    assert batches["units"].accepted == 3
    assert rates(house) == {"AU-E": (1, 3), "AU-W": (0, 0)}
    assert spans(house, "AU-N") == []
    assert spans(house, "AU-W")[1:] == [
        ("2026-09-01", "2026-10-01", "assessment"),
        ("2026-10-01", None, "assessment"),
    ]


def test_a_list_that_comes_late_leaves_the_newer_one(folder: Path) -> None:
    end_own_list(folder)
    drop(folder, "20261019", UNITS, MEMBERS)
    run(folder, LATE)
    old = UNITS.replace("新城区", "中心城区")
    drop(folder, "20261001", old, MEMBERS.replace("AU-N", "AU-E"))

    house, _ = run(folder, NEXT)

    groups = published(house, dataset("assessment_unit")).filter(
        unit_code="AU-W", partner="assessment"
    )
    assert groups["group_code"].to_list() == ["NEW"]
    assert rates(house) == {"AU-E": (0, 0), "AU-N": (1, 3), "AU-W": (0, 0)}


def test_a_frozen_month_keeps_its_units(frozen: House, tmp_path: Path) -> None:
    made = find_revision(frozen, MONTH)
    declare(tmp_path)
    end_own_list(tmp_path)
    drop(tmp_path, "20261019", UNITS, MEMBERS)

    house, _ = run(tmp_path, LATE)

    assert rates(house) == {"AU-E": (1, 3), "AU-W": (0, 0)}
    assert set(rates(house, "2026-10")) == {"AU-E", "AU-N", "AU-W"}
    assert all(one.ok for one in verify_month(house, made))
