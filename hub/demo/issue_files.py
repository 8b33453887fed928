"""One large CSV of cases, for measuring.

What lives here: writing a plain listing of any length in pieces, so that a million
rows need no more memory than one piece. Its partner file is that of the city in
`benchmarks/city`. What does not: cases whose truth is known (`ground`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from hub.demo.days import INSTANT, written
from hub.demo.ground.coordinates import as_gcj02
from hub.demo.ground.lists import old_list
from hub.demo.ground.plan import points_in, read_plan
from hub.demo.lives import SECOND

PIECE = 100_000
# Some dozens of streets do for measuring.
STREETS_OF = 600
END = datetime(2026, 9, 30, 16, tzinfo=UTC)
# The last cases close some days later: an earlier clock would refuse them (K14).
READ_AT = datetime(2026, 10, 9, tzinfo=UTC)
MONTH = timedelta(days=30)
# Minutes between one step and the next, at most; a case stops after any of them.
PAUSES = {
    "accepted": 60,
    "registered": 90,
    "dispatched": 60,
    "received": 120,
    "handled": 2880,
    "checked": 600,
    "closed": 60,
}
STATES = (
    "待受理",
    "已受理",
    "已立案",
    "已派遣",
    "处置中",
    "已处置",
    "已核查",
    "已结案",
)
CLOSED_SHARE = 0.85


def issue_csv(path: Path, rows: int, months: int, *, seed: int = 1) -> Path:
    """Write a CSV of cases in UTF-8, reported one after the other.

    Read it with the hub's clock at `READ_AT` or later.

    Args:
        path: the file; what was there is replaced.
        rows: how many cases.
        months: over how many months of thirty days, up to September 2026, they
            are spread evenly.
        seed: decides everything that is left to chance.
    """
    places, categories = read_plan(STREETS_OF).places, old_list()
    with path.open("wb") as file:
        for first in range(0, rows, PIECE):
            count = min(PIECE, rows - first)
            piece = _piece(first, count, rows, months, (places, categories), seed)
            piece.write_csv(file, include_header=first == 0)
    return path


def _piece(
    first: int,
    count: int,
    rows: int,
    months: int,
    around: tuple[pl.DataFrame, pl.DataFrame],
    seed: int,
) -> pl.DataFrame:
    """Cases `first` and following."""
    grounds, categories = around
    rng = np.random.default_rng([seed, first, 3])
    span = (MONTH * months).total_seconds()
    begin = END.timestamp() - span
    created = (
        begin
        + (first + rng.random(count)) * span / rows
        + np.arange(count) * (span / rows)
    )
    reached = np.where(
        rng.random(count) < CLOSED_SHARE,
        len(PAUSES),
        rng.integers(0, len(PAUSES), count),
    )
    most = np.array(list(PAUSES.values())) * 60
    at = created[:, None] + np.cumsum(
        60 + rng.random((count, len(most))) * most, axis=1
    )
    places = rng.integers(0, len(grounds), count)
    lon, lat = as_gcj02(*points_in(grounds, places, rng))
    pick = rng.integers(0, 1 << 30, count)
    last = np.concatenate([created[:, None], at], axis=1)[np.arange(count), reached]
    drawn = pl.DataFrame(
        {
            "nth": np.arange(first, first + count),
            "place": places,
            "category": pick % len(categories),
            "pick": pick,
            "reached": reached,
            "created": created.astype(np.int64) * SECOND,
            "changed": last.astype(np.int64) * SECOND,
            **{
                name: at[:, step].astype(np.int64) * SECOND
                for step, name in enumerate(PAUSES)
            },
        }
    ).with_columns(lon=lon, lat=lat)
    named = drawn.join(
        grounds.drop("kind_code"), on="place", how="left", maintain_order="left"
    ).join(categories, on="category", how="left", maintain_order="left")
    return named.with_columns(
        pl.col("created", "changed", *PAUSES).cast(INSTANT)
    ).select(
        case_id=pl.format("B{}", pl.col("nth").cast(pl.String).str.zfill(9)),
        case_no=pl.format("{}{}", written("created", "%y%m%d"), pl.col("nth")),
        channel=pl.when(pl.col("pick") % 3 == 0)
        .then(pl.lit("路长"))
        .otherwise(pl.lit("巡查")),
        kind=pl.when(pl.col("kind_code") == "COMPONENT")
        .then(pl.lit("部件"))
        .otherwise(pl.lit("事件")),
        category_code="category_code",
        category_name="category_name",
        description=pl.format("{}{}", "street_name", "category_name"),
        address=pl.format(
            "{}{}{}号", "district_name", "street_name", pl.col("pick") % 300
        ),
        lon="lon",
        lat="lat",
        district_code="district_code",
        street_code="street_code",
        state=pl.col("reached").replace_strict(
            list(range(len(STATES))), list(STATES), return_dtype=pl.String
        ),
        reported=written("created"),
        **{
            name: pl.when(pl.col("reached") > step)
            .then(written(name))
            .otherwise(pl.lit(""))
            for step, name in enumerate(PAUSES)
        },
        updated=written("changed"),
    )
