"""Streets, areas and points of the simulated city."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import shapely

from hub.demo.places import (
    DISTRICTS,
    as_bd09,
    as_gcj02,
    degrees_text,
    points_in,
    rectangle_wkt,
)
from hub.demo.surroundings import Surroundings
from hub.pipeline.coordinates import Box, settle_coordinates

BOX = Box(113.68, 29.96, 115.09, 31.37)


def test_streets_are_real_and_lie_in_their_districts(around: Surroundings) -> None:
    streets = around.streets

    assert len(streets) == 40
    assert set(streets["district_code"]) == set(DISTRICTS)
    codes = streets["street_code"].str.starts_with(streets["district_code"])
    assert codes.all()
    assert streets["communities"].list.len().min() >= 2  # type: ignore[operator]


def test_areas_lie_apart_from_each_other_and_inside_the_city(
    around: Surroundings,
) -> None:
    areas = shapely.from_wkt(
        around.streets.select(rectangle_wkt()).to_series().to_list()
    )

    assert shapely.is_valid(areas).all()
    assert shapely.area(shapely.union_all(areas)) == pytest.approx(
        shapely.area(areas).sum()
    )
    assert shapely.box(*BOX).contains(shapely.union_all(areas))


@pytest.mark.parametrize(("system", "form"), [("gcj02", as_gcj02), ("bd09", as_bd09)])
def test_points_are_found_again_in_their_area(
    around: Surroundings, system: str, form: type
) -> None:
    rng = np.random.default_rng(3)
    places = rng.integers(0, len(around.streets), 500)

    lon, lat = form(*points_in(around.streets, places, rng))

    settled = settle_coordinates(
        pl.DataFrame({"lon": lon, "lat": lat}),
        lon="lon",
        lat="lat",
        system=system,
        box=BOX,
    )
    areas = shapely.from_wkt(
        around.streets.select(rectangle_wkt()).to_series().to_list()
    )
    points = shapely.points(settled["lon"].to_numpy(), settled["lat"].to_numpy())
    assert shapely.contains(np.array(areas)[places], points).all()


def test_degrees_keep_six_decimals_where_the_last_are_zeros() -> None:
    assert degrees_text(np.array([114.2, 30.5000004])).to_list() == [
        "114.200000",
        "30.500000",
    ]
