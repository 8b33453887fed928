"""What a district delivers again as its own changes no figure (T56, lead sources)."""

from __future__ import annotations

import shutil

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.whole_city import Outcome, run_days

from hub.demo.ground.plan import CITY
from hub.demo.systems import registry
from hub.demo.systems.repeat import DECLARATION, PARTNER, Repeat
from hub.flow import tables
from hub.flow.figures import METRIC_COLUMNS, metric_table
from hub.schemas import dataset

pytestmark = pytest.mark.slow
FEW = ("roster", "platform")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run_days(tmp_path_factory.mktemp("plain"), (1, 2), only=FEW)


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("repeated")
    city = folder / "city"
    shutil.copytree(CITY, city)
    (city / "partners" / f"{PARTNER}.toml").write_text(DECLARATION, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "SYSTEMS", (*registry.SYSTEMS, Repeat))
        return run_days(folder, (1, 2), only=(*FEW, PARTNER), city=str(city))


def test_areas_of_another_lead_are_compared_and_not_taken(repeated: Outcome) -> None:
    ledger = repeated.house.ledger
    areas = [
        ledger.datasets(one.number)["area"]
        for one in repeated.batches
        if (one.partner, one.feed) == (PARTNER, "areas")
    ]

    assert areas
    assert all(one.emitted == one.stale > 0 for one in areas)


def test_every_case_that_is_told_again_points_to_its_twin(repeated: Outcome) -> None:
    issues = tables.core_table(repeated.house.lake, dataset("issue")).read()
    again = issues.filter(pl.col("partner") == PARTNER)
    first = issues.filter(pl.col("partner") == "platform")

    twins = again.filter(pl.col("duplicate_of_id").is_in(first["issue_id"].implode()))

    assert len(twins) > 0
    lost = again.filter(pl.col("duplicate_of_id").is_null())
    assert set(lost["case_no"]).isdisjoint("CD" + first["case_no"])


# Volumes count duplicates by their definition; these never do.
PRIMARY = (
    "closed_loop_rate",
    "on_time_handling_rate",
    "area_coverage_rate",
    "duty_action_rate",
)


def _metrics(one: Outcome, name: str) -> pl.DataFrame:
    kept = metric_table(one.house, name).read().select(*METRIC_COLUMNS[name])
    told = kept.filter(pl.col("metric").is_in(PRIMARY))
    if "calibers" in told.columns:
        told = told.with_columns(pl.col("calibers").list.join(" "))
    return told.sort(told.columns)


def test_no_figure_changes(plain: Outcome, repeated: Outcome) -> None:
    assert_frame_equal(_metrics(repeated, "figure"), _metrics(plain, "figure"))


@pytest.mark.parametrize(("name", "reason"), [("beside", "reason")])
def test_beside_the_figures_only_duplicates_are_more(
    plain: Outcome, repeated: Outcome, name: str, reason: str
) -> None:
    others = pl.col(reason).ne_missing("DUPLICATE")
    expected, found = _metrics(plain, name), _metrics(repeated, name)

    assert_frame_equal(found.filter(others), expected.filter(others))
    assert len(found) > len(expected)
