"""When the steps of many cases happen, and what is known of them at an instant.

What lives here: walking paths for whole columns of cases at once, and the fold of
the steps before an instant into one row per case. A case is never shown younger
or older than the instant asked for, so days may be told in any order. What does
not: what the steps are (`paths`), how a partner writes them.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.demo.days import INSTANT
from hub.demo.paths import COUNTERS, TIME_FIELDS, Path, catalogue

SECOND = 1_000_000
PIECE = 100_000  # cases whose steps are described at a time


def choose_paths(
    paths: tuple[Path, ...], count: int, rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """A path for each of some cases, by the shares."""
    shares = np.cumsum([path.share for path in paths])
    drawn = np.searchsorted(shares / shares[-1], rng.random(count), side="right")
    return drawn.astype(np.uint8)


def walk(
    first: int,
    created: npt.NDArray[np.int64],
    chosen: npt.NDArray[np.uint8],
    paths: tuple[Path, ...],
    rng: np.random.Generator,
) -> pl.DataFrame:
    """The steps of some cases.

    Args:
        first: number of the first case; the others follow.
        created: instants of their creation, seconds since 1970.
        chosen: which path each of them takes.
        paths: the paths to choose from.
        rng: decides the pauses.

    Returns:
        case, path, no, at: one row per step, by case and no.
    """
    made = []
    for number, path in enumerate(paths):
        cases = np.flatnonzero(chosen == number)
        length = len(path.steps)
        least = np.array([step.least for step in path.steps]) * 60
        most = np.array([step.most for step in path.steps]) * 60
        pauses = least + (rng.random((len(cases), length)) * (most - least))
        at = created[cases, None] + np.cumsum(pauses.astype(np.int64), axis=1)
        made.append(
            pl.DataFrame(
                {
                    "case": np.repeat(first + cases, length),
                    "path": np.full(len(cases) * length, number, dtype=np.uint8),
                    "no": np.tile(np.arange(length, dtype=np.uint8), len(cases)),
                    "at": (at * SECOND).ravel(),
                }
            )
        )
    return pl.concat(made).with_columns(pl.col("at").cast(INSTANT)).sort("case", "no")


def described(steps: pl.DataFrame, paths: tuple[Path, ...]) -> pl.DataFrame:
    """Steps with what the catalogue says of them, in the order given."""
    return steps.join(
        catalogue(paths), on=["path", "no"], how="left", maintain_order="left"
    )


def known_at(
    cases: pl.DataFrame, steps: pl.DataFrame, paths: tuple[Path, ...], at: datetime
) -> pl.DataFrame:
    """Every case that exists at an instant, as it then stands.

    Args:
        cases: case, created_at and anything else.
        steps: as `walk` made them.
        paths: the paths they walk.
        at: the instant; what happens at it is not yet known.

    Returns:
        The columns of `cases`; state, stage, changed_at; one instant per name in
        `TIME_FIELDS`; one count per name in `COUNTERS`.
    """
    if len(cases) <= PIECE:
        return _known_at(cases, steps, paths, at)
    return pl.concat(
        _known_at(
            some,
            steps.join(some.select("case"), on="case", how="semi"),
            paths,
            at,
        )
        for some in cases.iter_slices(PIECE)
    )


def _known_at(
    cases: pl.DataFrame, steps: pl.DataFrame, paths: tuple[Path, ...], at: datetime
) -> pl.DataFrame:
    happened = described(steps.filter(pl.col("at") < at).sort("case", "no"), paths)
    folded = happened.group_by("case", maintain_order=True).agg(
        pl.col("state").last(),
        pl.col("stage").last(),
        changed_at=pl.col("at").last(),
        **{
            name: pl.col("at").filter(pl.col("sets") == name).last()
            for name in TIME_FIELDS
        },
        **{name: (pl.col("counts") == name).sum() for name in COUNTERS},
    )
    there = cases["created_at"] < at
    known = cases if there.all() else cases.filter(there)
    lives = (
        known.select("case", "created_at")
        .join(folded, on="case", how="left", maintain_order="left")
        .with_columns(
            pl.col("state").fill_null("1"),
            pl.col("stage").fill_null("DISCOVERED"),
            pl.col("changed_at").fill_null(pl.col("created_at")),
            pl.col(*COUNTERS).fill_null(0),
        )
        .drop("case", "created_at")
    )
    # Beside what is there already; a join would copy every text of every case.
    return known.hstack(lives)
