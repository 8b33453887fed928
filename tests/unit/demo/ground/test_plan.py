"""The ground of the simulated city."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hub.demo.ground.plan import WHOLE_CITY, points_in, read_plan

BOX = (113.68, 29.96, 115.09, 31.37)


@pytest.mark.parametrize("issues", [60, 600, WHOLE_CITY])
def test_every_unit_has_streets_and_every_street_communities(issues: int) -> None:
    plan = read_plan(issues)

    assert plan.streets["unit_code"].n_unique() == 15
    assert set(plan.places["street_code"]) == set(plan.streets["street_code"])
    west, south, east, north = BOX
    assert plan.places["west"].min() > west  # type: ignore[operator]
    assert plan.places["south"].min() > south  # type: ignore[operator]
    assert plan.places["east"].max() < east  # type: ignore[operator]
    assert plan.places["north"].max() < north  # type: ignore[operator]


def test_the_whole_city_is_all_of_wuhan() -> None:
    plan = read_plan(WHOLE_CITY)

    assert (len(plan.streets), len(plan.places)) == (193, 3495)


def test_areas_do_not_overlap() -> None:
    places = read_plan(600).places
    pairs = places.join(places, how="cross").filter(
        pl.col("place") < pl.col("place_right")
    )

    overlapping = pairs.filter(
        (pl.col("west") < pl.col("east_right") - 1e-9)
        & (pl.col("west_right") < pl.col("east") - 1e-9)
        & (pl.col("south") < pl.col("north_right") - 1e-9)
        & (pl.col("south_right") < pl.col("north") - 1e-9)
    )

    assert len(overlapping) == 0


def test_points_lie_well_inside_their_area() -> None:
    places = read_plan(60).places
    which = np.arange(len(places))

    lon, lat = points_in(places, which, np.random.default_rng(1))

    assert (lon > places["west"].to_numpy() + 1e-4).all()
    assert (lon < places["east"].to_numpy() - 1e-4).all()
    assert (lat > places["south"].to_numpy() + 1e-4).all()
    assert (lat < places["north"].to_numpy() - 1e-4).all()
