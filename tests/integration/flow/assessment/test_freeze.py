"""A frozen month: what it holds, that late facts leave it alone, and revisions."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from support.closed_month import (
    LATE_CASES,
    MONTH,
    deliver,
    later,
    plain_policy,
)

from hub.cli.assessment_units import usual_figures
from hub.errors import MisuseError
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.frozen_rows import digest_of_rows, read_rows
from hub.flow.assessment.revisions import find_revision, frozen_months, held_versions
from hub.flow.assessment.verify import verify_month
from hub.flow.house import House
from hub.storage.assessments import Revision


def freeze(house: House) -> Revision:
    return freeze_month(house, MONTH, policies=[plain_policy()], author="甲")


def rate(house: House, revision: Revision, metric: str, unit: str) -> tuple[int, int]:
    rows = usual_figures(read_rows(house, revision, "figure"))
    rows = rows.filter(metric=metric, unit_code=unit)
    return rows.select("numerator", "denominator").row(0)


def test_a_month_is_frozen_with_figures_lists_and_everything_they_rest_on(
    house: House,
) -> None:
    made = freeze(house)

    assert frozen_months(house) == {MONTH}
    assert find_revision(house, MONTH) == made
    assert rate(house, made, "on_time_handling_rate", "AU-E") == (1, 3)
    assert len(read_rows(house, made, "issue_loop")) == 4
    assert made.release_id == "r000001"
    assert made.terms["action"]["min_minutes"] == 30
    assert made.terms["action"]["flags"]["bulk_cases"] == 10
    assert made.definitions["caliber"]["MD-1"] == 1
    assert made.policies[0].text == plain_policy().text
    held = held_versions(house)
    assert {"core/issue", "core/assessment_unit_member"} <= set(held)


def test_late_facts_change_nothing_that_is_frozen(
    frozen: House, tmp_path: Path
) -> None:
    made = find_revision(frozen, MONTH)
    before = {one.name: read_rows(frozen, made, one.name) for one in made.tables}

    deliver(later(tmp_path), later(tmp_path).now(), LATE_CASES)

    there = later(tmp_path)
    same = find_revision(there, MONTH)
    assert same == made
    for name, frame in before.items():
        assert digest_of_rows(read_rows(there, same, name)) == digest_of_rows(frame)
    assert all(one.ok for one in verify_month(there, same))


def test_a_revision_takes_late_facts_in_and_the_first_stays_readable(
    late: House,
) -> None:
    second = revise_month(late, MONTH, reason="补报", author="乙")

    assert second.number == 2
    assert find_revision(late, MONTH) == second
    assert rate(late, second, "on_time_handling_rate", "AU-E") == (3, 3)
    first = find_revision(late, MONTH, 1)
    assert not first.is_current
    assert rate(late, first, "on_time_handling_rate", "AU-E") == (1, 3)
    assert all(one.ok for one in verify_month(late, first))
    assert all(one.ok for one in verify_month(late, second))


def test_a_revision_without_a_difference_is_refused(frozen: House) -> None:
    with pytest.raises(MisuseError, match="nothing would differ"):
        revise_month(frozen, MONTH, reason="再来", author="甲")

    assert find_revision(frozen, MONTH).number == 1


def test_units_of_the_month_are_those_of_its_release(
    frozen: House, tmp_path: Path
) -> None:
    made = find_revision(frozen, MONTH)
    members = tmp_path / "city" / "assessment_unit_member.csv"
    members.write_text(members.read_text().replace("AU-E,", "AU-W,"))
    about = tmp_path / "city" / "city.toml"
    about.write_text(about.read_text() + "\n[action]\nmin_minutes = 5\n")

    there = later(tmp_path)

    assert all(one.ok for one in verify_month(there, made))
    units = read_rows(there, made, "figure").filter(level="unit")
    assert units.filter(pl.col("denominator") > 0)["unit_code"].unique().to_list()


def test_a_lost_or_changed_row_is_named(house: House, tmp_path: Path) -> None:
    made = freeze(house)
    path = next((tmp_path / "home" / "lake" / "assessment").glob("figure/**/*.parquet"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    (told,) = [one for one in verify_month(later(tmp_path), made) if not one.ok]

    assert told.name == "figure"
    assert told.problem
