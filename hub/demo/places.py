"""Where things happen in the simulated city: real streets in an invented plan.

What lives here: a few dozen streets with their real codes and communities, each
with one rectangular responsibility area on a regular plan, and points inside
them as partners write coordinates. What does not: the true geography of Wuhan;
the plan only lies inside its bounding box.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.partners.loader import SHIPPED
from hub.pipeline.coordinate_systems import gcj02_to_bd09, wgs84_to_gcj02

# Seven central districts and one new one, so that both groups are ranked.
DISTRICTS = (
    "420102",
    "420103",
    "420104",
    "420105",
    "420106",
    "420107",
    "420111",
    "420112",
)
JIANGHAN, QIAOKOU, HANYANG = DISTRICTS[1], DISTRICTS[2], DISTRICTS[3]
STREETS_PER_DISTRICT = 5
WEST, SOUTH = 114.06, 30.48
WIDTH, HEIGHT = 0.03, 0.024
STEP_EAST, STEP_NORTH = 0.035, 0.028
# Points keep this share of the width away from the edge, or rounding moves them out.
MARGIN = 0.05
MICRO = 1_000_000

Degrees = npt.NDArray[np.float64]


def read_streets(city: Path = SHIPPED / "wuhan") -> pl.DataFrame:
    """The simulated streets, one row each, in the order of their codes.

    Args:
        city: folder with `division.csv`.

    Returns:
        place (0, 1, …), street_code, street_name, district_code, district_name,
        area_no, west, south, east, north (CGCS2000 degrees), communities (codes).
    """
    divisions = pl.read_csv(city / "division.csv", infer_schema=False)
    named = divisions.select("division_code", "division_name", "parent_code")
    streets = (
        divisions.filter(
            (pl.col("kind_code") == "STREET") & pl.col("parent_code").is_in(DISTRICTS)
        )
        .sort("division_code")
        .with_columns(nth=pl.int_range(pl.len()).over("parent_code"))
        .filter(pl.col("nth") < STREETS_PER_DISTRICT)
    )
    communities = (
        named.filter(pl.col("division_code").str.len_chars() == 12)
        .sort("division_code")
        .group_by("parent_code", maintain_order=True)
        .agg(communities="division_code")
    )
    west = WEST + STEP_EAST * pl.col("parent_code").rank("dense").sub(1)
    south = SOUTH + STEP_NORTH * pl.col("nth")
    return (
        streets.join(named, left_on="parent_code", right_on="division_code", how="left")
        .join(communities, left_on="division_code", right_on="parent_code", how="left")
        .with_columns(west=west.round(6), south=south.round(6))
        .sort("division_code")
        .with_row_index("place")
        .select(
            pl.col("place").cast(pl.Int64),
            street_code="division_code",
            street_name="division_name",
            district_code="parent_code",
            district_name="division_name_right",
            area_no=pl.format("ZRQ{}", "division_code"),
            west="west",
            south="south",
            east=(pl.col("west") + WIDTH).round(6),
            north=(pl.col("south") + HEIGHT).round(6),
            communities="communities",
        )
    )


def points_in(
    streets: pl.DataFrame, places: npt.NDArray[np.int64], rng: np.random.Generator
) -> tuple[Degrees, Degrees]:
    """One random point inside the area of each place: lon and lat, CGCS2000."""
    inside = MARGIN + (1 - 2 * MARGIN) * rng.random((2, len(places)))
    lon = streets["west"].to_numpy()[places] + WIDTH * inside[0]
    lat = streets["south"].to_numpy()[places] + HEIGHT * inside[1]
    return lon, lat


def as_gcj02(lon: Degrees, lat: Degrees) -> tuple[pl.Series, pl.Series]:
    """Points as texts in GCJ-02, six decimals."""
    east, north = wgs84_to_gcj02(lon, lat)
    return degrees_text(east), degrees_text(north)


def as_bd09(lon: Degrees, lat: Degrees) -> tuple[pl.Series, pl.Series]:
    """Points as texts in BD-09, six decimals."""
    east, north = gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))
    return degrees_text(east), degrees_text(north)


def degrees_text(degrees: Degrees) -> pl.Series:
    """Degrees with exactly six decimals; fewer would read as a coarse point."""
    micro = pl.Series("micro", np.rint(degrees * MICRO).astype(np.int64)).to_frame()
    whole = (pl.col("micro") // MICRO).cast(pl.String)
    rest = (pl.col("micro") % MICRO).cast(pl.String).str.zfill(6)
    return micro.select(pl.concat_str(whole, pl.lit("."), rest)).to_series()


def rectangle_wkt() -> pl.Expr:
    """The area of a street as a closed WKT polygon."""
    corners = [("west", "south"), ("east", "south"), ("east", "north"),
               ("west", "north"), ("west", "south")]  # fmt: skip
    listed = pl.concat_str(
        [pl.concat_str(x, y, separator=" ") for x, y in corners], separator=", "
    )
    return pl.format("POLYGON(({}))", listed)
