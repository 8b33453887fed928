"""The simulated city whose division list has the merger that its roster tells of (T47).

The shipped list of Wuhan knows no such change, so here it is written into a copy: the
community that gives up its area on the CHANGE_DAY ends, and its neighbour takes over.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest
from support.whole_city import Outcome, run_days

from hub.demo.city import SimulatedCity
from hub.demo.days import ZONE_NAME, day_of
from hub.demo.ground.people import CHANGE_DAY
from hub.demo.ground.plan import CITY
from hub.flow.published import published
from hub.schemas import dataset

pytestmark = pytest.mark.slow
ISSUES, DAYS = 120, (1, 2, 3)


@dataclass(frozen=True)
class Merged:
    """What the days came to, and what the makers know of the merger."""

    outcome: Outcome
    simulated: SimulatedCity
    old: str
    new: str
    on: date

    def stated(self) -> Iterator[pl.DataFrame]:
        """partner, source_id, community_code, reported_at of every case with them."""
        columns = ("source_id", "community_code", "reported_at")
        for partner, system in self.simulated.systems.items():
            for one in system.told():
                for rows in one.rows if one.dataset == "issue" else ():
                    if "community_code" in rows.columns:
                        yield rows.select(*columns, partner=pl.lit(partner))


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Merged:
    folder = tmp_path_factory.mktemp("merged")
    simulated = SimulatedCity(folder / "known", issues=ISSUES, days=len(DAYS))
    places = dict(simulated.around.plan.places.select("place", "community_code").rows())
    ((place, into),) = simulated.around.people.merged.rows()
    old, new, on = places[place], places[into], day_of(CHANGE_DAY)
    city = folder / "city"
    shutil.copytree(CITY, city)
    divisions = pl.read_csv(city / "division.csv", infer_schema=False)
    ended = pl.when(pl.col("division_code") == old).then(pl.lit(on.isoformat()))
    divisions.with_columns(valid_to_on=ended).write_csv(city / "division.csv")
    (city / "division_successor.csv").write_text(
        f"division_code,successor_code,from_on,note\n{old},{new},{on},社区合并\n",
        encoding="utf-8",
    )
    outcome = run_days(folder, DAYS, issues=ISSUES, city=str(city))
    return Merged(outcome, simulated, old, new, on)


def test_every_case_is_in_the_community_of_its_day(merged: Merged) -> None:
    day = pl.col("reported_at").dt.convert_time_zone(ZONE_NAME).dt.date()
    is_over = (pl.col("community_code") == merged.old) & (day >= merged.on)
    stated = pl.concat(merged.stated()).with_columns(
        is_over=is_over.fill_null(value=False)
    )
    core = published(merged.outcome.house, dataset("issue")).select(
        "partner", "source_id", found="community_code"
    )

    both = stated.join(core, on=["partner", "source_id"], validate="1:1")

    wanted = pl.when("is_over").then(pl.lit(merged.new)).otherwise("community_code")
    before = (both["community_code"] == merged.old) & ~both["is_over"]
    assert both["is_over"].sum() >= 1
    assert before.sum() >= 1
    assert len(both.filter(wanted.ne_missing(pl.col("found")))) == 0


def test_the_area_that_took_over_lists_the_successor_alone(merged: Merged) -> None:
    areas = published(merged.outcome.house, dataset("area"))
    taker = areas.filter(
        pl.col("community_codes").list.contains(merged.new),
        pl.col("valid_from_on") == merged.on,
    )

    assert taker["community_codes"].to_list() == [[merged.new]]


def test_all_else_is_as_the_makers_know_it(merged: Merged) -> None:
    others = [one for one in merged.outcome.wrong if "community_code" not in one]

    assert merged.outcome.checks
    assert others == []
