"""Where things happen: real divisions down to the community, in an invented plan.

What lives here: streets and communities with their codes and assessment units, each
community with one rectangular responsibility area; points inside them. A small city
takes the first streets of every unit and their first communities; from
WHOLE_CITY cases a day on it is the whole of Wuhan. What does not: the true geography,
which only shares the bounding box; people and cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.partners.loader import SHIPPED

CITY = SHIPPED / "wuhan"
WHOLE_CITY = 5000
STREETS_STEP, COMMUNITIES_STEP = 300, 150
LEAST_STREETS, LEAST_COMMUNITIES = 2, 3
WEST, SOUTH, CELL, COLUMNS = 113.70, 29.98, 0.098, 14
USED = 0.92  # of a cell; the rest keeps streets apart
MARGIN = 0.1  # of an area's width; points stay away from the edge

Degrees = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """The simulated city's ground.

    Attributes:
        streets: street (0, 1, …), street_code, street_name, district_code,
            district_name, unit_code.
        places: place (0, 1, …), community_code, community_name, kind_code, the columns
            of its street, area_no, west, south, east, north (CGCS2000 degrees).
    """

    streets: pl.DataFrame
    places: pl.DataFrame


def read_plan(issues: int, city: Path = CITY) -> Plan:
    """The ground of a city in which so many cases are reported a day."""
    divisions = pl.read_csv(city / "division.csv", infer_schema=False)
    members = pl.read_csv(city / "assessment_unit_member.csv", infer_schema=False)
    whole = issues >= WHOLE_CITY
    streets = _streets(divisions, members)
    communities = _communities(divisions)
    if not whole:
        most = max(LEAST_STREETS, issues // STREETS_STEP)
        nth = pl.int_range(pl.len()).over("unit_code")
        streets = streets.filter(nth < most)
        nth = pl.int_range(pl.len()).over("street_code")
        most = max(LEAST_COMMUNITIES, issues // COMMUNITIES_STEP)
        communities = communities.filter(nth < most)
    streets = streets.with_row_index("street").cast({"street": pl.Int64})
    return Plan(streets=streets, places=_places(streets, communities))


def _streets(divisions: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("division_code")
    named = divisions.select(district_code=code, district_name="division_name")
    return (
        divisions.filter(code.str.len_chars() == 9)
        .join(members, left_on="division_code", right_on="member_id")
        .select(
            street_code=code,
            street_name="division_name",
            district_code="parent_code",
            unit_code="unit_code",
        )
        .join(named, on="district_code")
        .sort("street_code")
    )


def _communities(divisions: pl.DataFrame) -> pl.DataFrame:
    code = pl.col("division_code")
    return (
        divisions.filter(code.str.len_chars() == 12)
        .select(
            community_code=code,
            community_name="division_name",
            kind_code="kind_code",
            street_code="parent_code",
        )
        .sort("community_code")
    )


def _places(streets: pl.DataFrame, communities: pl.DataFrame) -> pl.DataFrame:
    """Communities on a square plan inside the cell of their street."""
    across = pl.len().over("street").sqrt().ceil().cast(pl.Int64)
    nth = pl.int_range(pl.len()).over("street")
    street = pl.col("street")
    side = USED * CELL / pl.col("across")
    west = WEST + CELL * (street % COLUMNS) + side * (pl.col("nth") % pl.col("across"))
    south = (
        SOUTH + CELL * (street // COLUMNS) + side * (pl.col("nth") // pl.col("across"))
    )
    return (
        communities.join(streets, on="street_code")
        .sort("community_code")
        .with_columns(across=across, nth=nth)
        .with_columns(
            west=west.round(6),
            south=south.round(6),
            east=(west + side).round(6),
            north=(south + side).round(6),
            area_no=pl.format("ZRQ{}", "community_code"),
        )
        .drop("across", "nth")
        .with_row_index("place")
        .cast({"place": pl.Int64})
    )


def points_in(
    places: pl.DataFrame, which: Numbers, rng: np.random.Generator
) -> tuple[Degrees, Degrees]:
    """One random point inside the area of each place: lon and lat, CGCS2000."""
    west, south, east, north = (
        places[name].to_numpy()[which] for name in ("west", "south", "east", "north")
    )
    inside = MARGIN + (1 - 2 * MARGIN) * rng.random((2, len(which)))
    lon = west + (east - west) * inside[0]
    lat = south + (north - south) * inside[1]
    return lon.round(6), lat.round(6)


def rectangle_wkt() -> pl.Expr:
    """The area of a place as a closed WKT polygon."""
    corners = [("west", "south"), ("east", "south"), ("east", "north"),
               ("west", "north"), ("west", "south")]  # fmt: skip
    listed = pl.concat_str(
        [pl.concat_str(x, y, separator=" ") for x, y in corners], separator=", "
    )
    return pl.format("POLYGON(({}))", listed)
