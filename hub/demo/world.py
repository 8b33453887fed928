"""The platform's cases: what happened in the city, made from a seed.

What lives here: the cases of every simulated day as columns, with a few known
defects in how the platform will tell of them. Each day has random streams of its
own, so that it is the same day however many others there are. What does not: how
the platform writes a case (`platform_rows`), other partners' cases (`district`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.demo.days import INSTANT, MOST_DAYS, day_of, midnight, told_at
from hub.demo.lives import SECOND, choose_paths, known_at, walk
from hub.demo.paths import PATHS, Step, number_of
from hub.demo.places import QIAOKOU, as_gcj02, points_in
from hub.demo.surroundings import Surroundings

Numbers = npt.NDArray[np.int64]

LEAST_ISSUES = 60
HOUR = 3600
EARLY_SHARE = 0.06
AREA_TOLD, COMMUNITY_TOLD = 0.4, 0.6
PUBLIC_SHARE = 0.1
# Defects of a case, as the platform tells of it, and the rule each must meet.
# `swapped` (T34) only warns: the hub sets it right.
RULES = {
    "state": "P06",
    "state_once": "P06",
    "date": "P03",
    "created": "P01",
    "street": "F09",
}
DEFECTS = (*RULES, "swapped")
CASES_PER_DEFECT = 300
# Where a case comes from: the site's own numbers of channels.
PATROL = np.array(["1", "4", "5", "7", "8"])
PUBLIC = np.array(["2", "3", "6"])
PUBLIC_PATHS = [number_of(PATHS, name) for name in ("verified", "unanswered")]


class Case(NamedTuple):
    """Where one case stands in the world's columns, and what they say of it."""

    number: int
    created_at: datetime
    street: str


@dataclass(frozen=True)
class World:
    """Everything that happens on the platform.

    Attributes:
        cases: case (number), day, case_id, task_no, created_at, place, street
            and district (codes), community (code, or null where it is not told),
            area_told, lon and lat (GCJ-02 texts), category (row of the list),
            channel, pick (a number for whatever else is left to chance), defect
            (or null), repaired_at.
        steps: as `hub.demo.lives.walk` makes them.
    """

    cases: pl.DataFrame
    steps: pl.DataFrame

    def known(self, at: datetime) -> pl.DataFrame:
        """The cases as the platform knows them at an instant.

        `defect` is null again where it has been repaired by then.
        """
        repaired = (pl.col("defect") == "state_once") & (pl.col("repaired_at") <= at)
        return known_at(self.cases, self.steps, PATHS, at).with_columns(
            defect=pl.when(~repaired.fill_null(value=False)).then("defect")
        )

    @cached_property
    def first_steps(self) -> Numbers:
        """Where the steps of case 0, 1, … begin; one more entry ends the last."""
        counts = np.bincount(self.steps["case"].to_numpy(), minlength=len(self.cases))
        return np.concatenate([[0], np.cumsum(counts)])

    @cached_property
    def step_columns(self) -> tuple[npt.NDArray[np.uint8], Numbers]:
        """Path and instant (seconds since 1970) of every step."""
        seconds = self.steps["at"].dt.epoch("s").to_numpy()
        return self.steps["path"].to_numpy(), seconds

    def case_of(self, case_id: str) -> Case | None:
        """The case of that id, if there ever is one."""
        ids = self.cases["case_id"]
        at = int(ids.search_sorted(case_id))
        if at == len(ids) or ids[at] != case_id:
            return None
        return Case(at, self.cases["created_at"][at], self.cases["street"][at])

    def life_of(self, case: int, at: datetime) -> list[tuple[Step, int]]:
        """The steps of one case before an instant, each with its own instant."""
        paths, seconds = self.step_columns
        first, behind = self.first_steps[case : case + 2]
        if first == behind:
            return []
        known = [one for one in seconds[first:behind].tolist() if one < at.timestamp()]
        return list(zip(PATHS[paths[first]].steps, known, strict=False))


def make_world(seed: int, issues: int, days: int, around: Surroundings) -> World:
    """Make the platform's cases.

    Args:
        seed: decides everything that is left to chance.
        issues: cases reported per day, 60 at least.
        days: how many days there are, 31 at most.
        around: streets and categories.
    """
    if issues < LEAST_ISSUES or not 1 <= days <= MOST_DAYS:
        raise ValueError(f"needs {LEAST_ISSUES} issues a day and 1 to {MOST_DAYS} days")
    made = [_day(seed, number, issues, around) for number in range(1, days + 1)]
    return World(
        cases=pl.concat([cases for cases, _ in made]),
        steps=pl.concat([steps for _, steps in made]),
    )


def created_on(number: int, count: int, rng: np.random.Generator) -> Numbers:
    """Instants of report on one day, ascending, in seconds since 1970.

    Most lie between six and half past ten; a few come soon after midnight, where
    a wrong zone would put them into the day, or the month, before.
    """
    first = int(midnight(number).timestamp())
    usual = 6 * HOUR + rng.beta(2.0, 2.2, count) * 16.5 * HOUR
    early = rng.random(count) * 2 * HOUR
    is_early = rng.random(count) < EARLY_SHARE
    return np.sort(first + np.where(is_early, early, usual).astype(np.int64))


def _day(
    seed: int, number: int, issues: int, around: Surroundings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cases and steps of one day."""
    rng = np.random.default_rng([seed, number, 1])
    first = (number - 1) * issues
    created = created_on(number, issues, rng)
    chosen = choose_paths(PATHS, issues, rng)
    places = rng.integers(0, len(around.streets), issues)
    defects = _defects(issues, rng)
    # A case that is repaired later is being handled meanwhile, in the district
    # whose results then have to wait for it (F01).
    once = defects["state_once"]
    chosen[once] = number_of(PATHS, "plain")
    created[once] = int(midnight(number).timestamp()) + 8 * HOUR
    districts = around.streets["district_code"].to_numpy()
    places[once] = np.flatnonzero(districts == QIAOKOU)[0]
    cases = _describe(number, first, places, created, chosen, around, rng)
    marked = cases.with_columns(
        defect=_named(defects, issues),
        repaired_at=pl.lit(told_at(number + 1), dtype=INSTANT),
    )
    return marked, walk(first, created, chosen, PATHS, rng)


def _defects(count: int, rng: np.random.Generator) -> dict[str, Numbers]:
    """Which cases of a day have which defect: a few each, never two on one."""
    each = max(1, count // CASES_PER_DEFECT)
    drawn = rng.choice(count, each * len(DEFECTS), replace=False)
    return dict(zip(DEFECTS, np.split(drawn, len(DEFECTS)), strict=True))


def _named(defects: dict[str, Numbers], count: int) -> pl.Series:
    names = pl.Series("defect", [None], dtype=pl.String).new_from_index(0, count)
    for name, cases in defects.items():
        names = names.scatter(np.sort(cases), name)
    return names


def _describe(
    number: int,
    first: int,
    places: Numbers,
    created: Numbers,
    chosen: npt.NDArray[np.uint8],
    around: Surroundings,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """What is told of the cases of one day besides what happens to them."""
    count = len(places)
    lon, lat = as_gcj02(*points_in(around.streets, places, rng))
    area_told, community_told, publicly = rng.random((3, count))
    pick = rng.integers(0, 1 << 30, count)
    is_public = publicly < PUBLIC_SHARE
    is_public |= np.isin(chosen, PUBLIC_PATHS)
    channel = np.where(
        is_public, PUBLIC[pick % len(PUBLIC)], PATROL[pick % len(PATROL)]
    )
    drawn = pl.DataFrame(
        {
            "nth": np.arange(1, count + 1),
            "place": places,
            "created": created * SECOND,
            "area_told": area_told < AREA_TOLD,
            "community_told": community_told < COMMUNITY_TOLD,
            "category": rng.integers(0, len(around.categories), count),
            "channel": channel.tolist(),
            "pick": pick,
        }
    )
    streets = around.streets.select(
        "place", "street_code", "district_code", "communities"
    )
    stamp = pl.lit(day_of(number).strftime("%y%m%d"))
    nth = pl.col("nth").cast(pl.String)
    among = pl.col("communities").list
    return (
        drawn.with_columns(lon=lon, lat=lat)
        .join(streets, on="place", how="left", maintain_order="left")
        .select(
            case=pl.col("nth") - 1 + first,
            day=pl.lit(number, dtype=pl.Int64),
            case_id=pl.concat_str(pl.lit("4201"), stamp, nth.str.zfill(8)),
            task_no=pl.concat_str(stamp, nth.str.zfill(5)),
            created_at=pl.col("created").cast(INSTANT),
            place="place",
            street="street_code",
            district="district_code",
            community=pl.when("community_told").then(
                among.get(pl.col("pick") % among.len())
            ),
            area_told="area_told",
            lon="lon",
            lat="lat",
            category="category",
            channel="channel",
            pick="pick",
        )
    )
