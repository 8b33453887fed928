"""The own cases of 江汉区: another system, other words, some of the same problems.

What lives here: the district's cases as columns. A part of them are cases of the
platform once more, with the platform's number beside them, reported a little later
and a few metres away (trap T56). What does not: how the district writes them
(`district_api`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from hub.demo.days import INSTANT, day_of
from hub.demo.lives import SECOND, choose_paths, known_at, walk
from hub.demo.paths import PLAIN_PATHS
from hub.demo.places import JIANGHAN, as_bd09, points_in
from hub.demo.surroundings import Surroundings
from hub.demo.world import Numbers, World, created_on

SHARE = 6
LEAST_CASES = 20
TWINS = 6
LATER_MINUTES = (3, 30)
# Defects of a day's cases, one each, and the rule that each must meet.
RULES = {
    "category": "F07",  # 06031 is a gap in the list
    "status": "P06",  # a word that the value table does not know (T16)
}


@dataclass(frozen=True)
class District:
    """Everything that happens in the district's system.

    Attributes:
        cases: case (number), day, case_id, case_no, created_at, place, lon and lat
            (BD-09 texts), category (row of `Surroundings.matters`), pick, twin (the
            platform's task_no, or null), defect (or null).
        steps: as `hub.demo.lives.walk` makes them.
    """

    cases: pl.DataFrame
    steps: pl.DataFrame

    def known(self, at: datetime) -> pl.DataFrame:
        """The cases as the district knows them at an instant."""
        return known_at(self.cases, self.steps, PLAIN_PATHS, at)


def make_district(
    seed: int, issues: int, world: World, around: Surroundings
) -> District:
    """Make the district's cases for the days of a world.

    Args:
        seed: decides everything that is left to chance.
        issues: cases per day of the platform; the district has a sixth of them.
        world: the platform's cases.
        around: streets and categories.
    """
    count = max(LEAST_CASES, issues // SHARE)
    own = world.cases.filter(
        (pl.col("district") == JIANGHAN) & pl.col("defect").is_null()
    )
    made = [
        _day(seed, number, count, own.filter(pl.col("day") == number), around)
        for number in world.cases["day"].unique().sort()
    ]
    return District(
        cases=pl.concat([cases for cases, _ in made]),
        steps=pl.concat([steps for _, steps in made]),
    )


def _day(
    seed: int, number: int, count: int, platform: pl.DataFrame, around: Surroundings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    rng = np.random.default_rng([seed, number, 2])
    first = (number - 1) * count
    twins = platform.head(count // TWINS)
    created = _created(number, count, twins, rng)
    mine = np.flatnonzero(around.streets["district_code"].to_numpy() == JIANGHAN)
    places = rng.choice(mine, count)
    places[: len(twins)] = twins["place"].to_numpy()
    lon, lat = as_bd09(*points_in(around.streets, places, rng))
    defects: list[str | None] = [None] * (count - len(RULES)) + list(RULES)
    nothing: list[str | None] = [None] * (count - len(twins))
    day = day_of(number)
    cases = pl.DataFrame(
        {
            "case": np.arange(first, first + count),
            "day": np.full(count, number),
            "nth": np.arange(1, count + 1),
            "created_at": created * SECOND,
            "place": places,
            "lon": lon,
            "lat": lat,
            "category": rng.integers(0, len(around.matters), count),
            "pick": rng.integers(0, 1 << 30, count),
            "twin": twins["task_no"].to_list() + nothing,
            "defect": defects,
        },
        schema_overrides={"created_at": INSTANT, "twin": pl.String},
    )
    nth = pl.col("nth").cast(pl.String).str.zfill(5)
    named = cases.with_columns(
        case_id=pl.concat_str(pl.lit(f"JH{day:%Y%m%d}"), nth),
        case_no=pl.concat_str(pl.lit(f"江汉〔{day:%Y}〕{day:%m%d}-"), nth),
    )
    chosen = choose_paths(PLAIN_PATHS, count, rng)
    return named.drop("nth"), walk(first, created, chosen, PLAIN_PATHS, rng)


def _created(
    number: int, count: int, twins: pl.DataFrame, rng: np.random.Generator
) -> Numbers:
    """Instants of report; a twin comes some minutes after the platform's case."""
    created = created_on(number, count, rng)
    least, most = LATER_MINUTES
    later = rng.integers(least * 60, most * 60, len(twins))
    created[: len(twins)] = twins["created_at"].dt.epoch("s").to_numpy() + later
    return created
