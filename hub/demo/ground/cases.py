"""What happens in the city: the cases of every system, made from a seed.

What lives here: which systems there are and their shares of a day's cases, and every
case as columns; each system and day has random streams of its own, so that it is the
same day however many others there are. A part of the public channels' and
districts' cases are cases of the platform once more (trap T56). What does not: how
a system writes its cases (`hub.demo.systems`), what steps they take (`paths`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.demo.days import INSTANT, MOST_DAYS, midnight
from hub.demo.ground.plan import Numbers, Plan, points_in
from hub.demo.lives import SECOND, choose_paths, known_at, walk
from hub.demo.paths import CITY_PATHS, PLAIN_PATHS, SELF_PATHS, Path

PLATFORM = "platform"
LEAST_ISSUES, LEAST_CASES = 60, 12
HOUR = 3600
LAST = 24 * HOUR - 1  # second of a day
EARLY_SHARE, TWIN_SHARE = 0.06, 0.3
# The first cases of a day may be told wrongly (`systems.defects`).
TROUBLED_SHARE, LEAST_TROUBLED = 0.12, 24
LATER_MINUTES = (3, 30)
NUMBERS = 100_000_000  # case numbers of one system
PATHS_OF: dict[str, tuple[Path, ...]] = {
    "full": CITY_PATHS,
    "plain": PLAIN_PATHS,
    "self": SELF_PATHS,
}


class SystemOfCases(NamedTuple):
    """One system that registers cases of its own.

    Attributes:
        share: its share of the day's cases.
        unit: the assessment unit whose places its cases lie in; None = the city.
        lives: which paths its cases take (`PATHS_OF`).
        categories: "old" (2013) or "new" (2026), see `lists`.
        channels: canonical channels, one drawn per case.
        has_twins: whether some of its cases are the platform's once more.
    """

    share: float
    unit: str | None
    lives: str
    categories: str
    channels: tuple[str, ...]
    has_twins: bool = False


PATROLLED = ("XC", "SP", "LZZ", "LD", "BM")
OWN = ("LZZ", "XC", "WX", "SP")
SYSTEMS: dict[str, SystemOfCases] = {
    "platform": SystemOfCases(
        0.64, None, "full", "old", (*PATROLLED, *PATROLLED, *PATROLLED, "HL19", "SSP")
    ),
    "lzz": SystemOfCases(0.08, None, "self", "new", ("LZZ",)),
    "hotline": SystemOfCases(0.04, None, "plain", "new", ("HL45", "HL19"), True),
    "ssp": SystemOfCases(0.04, None, "plain", "new", ("SSP",), True),
    "jiangan": SystemOfCases(0.02, "AU-420102", "plain", "new", OWN, True),
    "jianghan": SystemOfCases(0.02, "AU-420103", "plain", "new", OWN, True),
    "hanyang": SystemOfCases(0.02, "AU-420105", "plain", "old", OWN),
    "wuchang": SystemOfCases(0.02, "AU-420106", "plain", "new", OWN),
    "qingshan": SystemOfCases(0.02, "AU-420107", "plain", "old", OWN),
    "hongshan": SystemOfCases(0.02, "AU-420111", "plain", "new", OWN, True),
    "dongxihu": SystemOfCases(0.02, "AU-420112", "plain", "new", OWN),
    "caidian": SystemOfCases(0.02, "AU-420114", "plain", "old", OWN),
    "jingkai": SystemOfCases(0.02, "AU-WHJK", "plain", "new", OWN),
    "gaoxin": SystemOfCases(0.02, "AU-DHGX", "plain", "new", OWN),
}


@dataclass(frozen=True)
class Cases:
    """The cases of one system.

    Attributes:
        system: whose they are.
        cases: case (number, unique in the city), day, nth (from 1 within the day),
            created_at, place, lon, lat (CGCS2000, six decimals), category (row of the
            list), channel, pick (a number for whatever else is left to chance), twin
            (case of the platform, or null), twin_day, twin_nth.
        steps: case, path, no, at.
        paths: what `steps.path` counts through.
    """

    system: str
    cases: pl.DataFrame
    steps: pl.DataFrame
    paths: tuple[Path, ...]

    def known(self, at: datetime) -> pl.DataFrame:
        """The cases as the system knows them at an instant (`known_at`)."""
        return known_at(self.cases, self.steps, self.paths, at)


@dataclass(frozen=True)
class Happenings:
    """Everything that is reported in the city over some days."""

    seed: int
    issues: int
    days: int
    plan: Plan

    @cached_property
    def platform(self) -> Cases:
        """The platform's cases; others repeat some of them."""
        return self._make(PLATFORM, None)

    def of(self, system: str) -> Cases:
        """The cases of one system, made when they are first asked for."""
        if system == PLATFORM:
            return self.platform
        has_twins = SYSTEMS[system].has_twins
        return self._make(system, self.platform.cases if has_twins else None)

    def _make(self, system: str, platform: pl.DataFrame | None) -> Cases:
        if self.issues < LEAST_ISSUES or not 1 <= self.days <= MOST_DAYS:
            raise ValueError(
                f"needs {LEAST_ISSUES} issues a day and 1 to {MOST_DAYS} days"
            )
        made = [_day(self, system, day, platform) for day in range(1, self.days + 1)]
        return Cases(
            system=system,
            cases=pl.concat([cases for cases, _ in made]),
            steps=pl.concat([steps for _, steps in made]),
            paths=PATHS_OF[SYSTEMS[system].lives],
        )


def is_untroubled() -> pl.Expr:
    """Whether a case is none that its system may tell wrongly; others may repeat it."""
    most = pl.max_horizontal(LEAST_TROUBLED, pl.len().over("day") * TROUBLED_SHARE)
    return pl.col("nth") > most


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
    made: Happenings, system: str, number: int, platform: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cases and steps of one day of one system."""
    declared = SYSTEMS[system]
    at = list(SYSTEMS).index(system)
    rng = np.random.default_rng([made.seed, number, at])
    count = max(LEAST_CASES, round(made.issues * declared.share))
    first = at * NUMBERS + (number - 1) * count
    paths = PATHS_OF[declared.lives]
    places = _places_of(made.plan, declared.unit)
    drawn = rng.choice(places, count)
    created = created_on(number, count, rng)
    if system == PLATFORM:  # its first and last seconds (T28)
        created[[0, -1]] = int(midnight(number).timestamp()) + np.array([0, LAST])
    twins = _twins(platform, number, count, drawn, declared.unit, made.plan)
    if len(twins):
        drawn[: len(twins)] = twins["place"].to_numpy()
        least, most = LATER_MINUTES
        later = rng.integers(least * 60, most * 60, len(twins))
        created[: len(twins)] = twins["created_at"].dt.epoch("s").to_numpy() + later
    lon, lat = points_in(made.plan.places, drawn, rng)
    categories = {"old": 17, "new": 97}[declared.categories]
    cases = pl.DataFrame(
        {
            "case": np.arange(first, first + count),
            "day": np.full(count, number),
            "nth": np.arange(1, count + 1),
            "created_at": created * SECOND,
            "place": drawn,
            "lon": lon,
            "lat": lat,
            "category": rng.integers(0, categories, count),
            "channel": rng.choice(declared.channels, count).tolist(),
            "pick": rng.integers(0, 1 << 30, count),
            **_padded(twins, count),
        },
        schema_overrides={"created_at": INSTANT},
    )
    chosen = choose_paths(paths, count, rng)
    return cases, walk(first, created, chosen, paths, rng)


def _places_of(plan: Plan, unit: str | None) -> Numbers:
    places = plan.places
    mine = places if unit is None else places.filter(pl.col("unit_code") == unit)
    return mine["place"].to_numpy()


def _twins(
    platform: pl.DataFrame | None,
    number: int,
    count: int,
    drawn: npt.NDArray[np.int64],
    unit: str | None,
    plan: Plan,
) -> pl.DataFrame:
    """The platform's cases of the day that this system has once more."""
    empty = pl.DataFrame(
        schema={"case": pl.Int64, "day": pl.Int64, "nth": pl.Int64, "place": pl.Int64}
    )
    if platform is None:
        return empty
    mine = (
        plan.places if unit is None else plan.places.filter(pl.col("unit_code") == unit)
    )
    # The public channels share the same cases: one problem through three channels.
    today = platform.filter(pl.col("day") == number).filter(is_untroubled())
    own = today.filter(pl.col("place").is_in(mine["place"].implode()))
    return own.head(int(count * TWIN_SHARE))


def _padded(twins: pl.DataFrame, count: int) -> dict[str, pl.Series]:
    names = {"twin": "case", "twin_day": "day", "twin_nth": "nth"}
    return {
        name: pl.Series(
            name,
            twins[column].to_list() + [None] * (count - len(twins)),
            dtype=pl.Int64,
        )
        for name, column in names.items()
    }
