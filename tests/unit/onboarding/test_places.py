"""A coordinate system is told by an offset that fits, never by a box alone."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hub.onboarding.places import anchors_of, guess_system
from hub.partners.loader import load_city
from hub.pipeline.coordinate_systems import gcj02_to_bd09, wgs84_to_gcj02

CITY = load_city("wuhan")
COLUMNS = {"lon": "x", "lat": "y", "street_code": "street"}


def _divisions() -> pl.DataFrame:
    at = np.arange(8)
    return pl.DataFrame(
        {
            "code": [f"42010200{one}" for one in at],
            "lon": 114.2 + 0.03 * at,
            "lat": 30.5 + 0.02 * at,
        }
    )


def _rows(system: str) -> pl.DataFrame:
    """Forty points around each division's middle, in one of the systems."""
    middles = _divisions()
    turn = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    lon = np.repeat(middles["lon"].to_numpy(), 40) + 0.004 * np.tile(np.cos(turn), 8)
    lat = np.repeat(middles["lat"].to_numpy(), 40) + 0.004 * np.tile(np.sin(turn), 8)
    if system in {"gcj02", "bd09"}:
        lon, lat = wgs84_to_gcj02(lon, lat)
    if system == "bd09":
        lon, lat = gcj02_to_bd09(lon, lat)
    codes = np.repeat(middles["code"].to_numpy(), 40)
    frame = pl.DataFrame({"x": lon, "y": lat, "street": codes})
    return frame.with_columns(pl.col("x", "y").round(6).cast(pl.String))


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09"])
def test_the_offset_that_fits_known_divisions_is_found(system: str) -> None:
    found = guess_system(_rows(system), COLUMNS, CITY, _divisions())

    assert found is not None
    assert (found.name, found.confidence) == (system, "likely")
    assert "m against" in found.why


def test_without_known_divisions_the_system_stays_unknown() -> None:
    found = guess_system(_rows("gcj02"), COLUMNS, CITY)

    assert found is not None
    assert found.name == "unknown"
    assert "BD-09" in found.why


def test_metres_are_a_local_system_and_points_elsewhere_are_unknown() -> None:
    metres = pl.DataFrame({"x": ["534210.5"], "y": ["3381200.1"], "street": ["1"]})
    abroad = pl.DataFrame({"x": ["2.3500"], "y": ["48.8500"], "street": ["1"]})

    planar = guess_system(metres, COLUMNS, CITY)
    elsewhere = guess_system(abroad, COLUMNS, CITY)

    assert planar is not None
    assert planar.name == "local_planar"
    assert elsewhere is not None
    assert elsewhere.name == "unknown"


def test_without_points_there_is_no_system() -> None:
    assert guess_system(_rows("wgs84"), {"lon": "x"}, CITY) is None


def test_streets_lie_in_the_middle_of_their_areas() -> None:
    square = "POLYGON (({0} 30, {1} 30, {1} 32, {0} 32, {0} 30))"
    areas = pl.DataFrame(
        {
            "street_code": ["420102001", "420102001", "420102002", "420102003"],
            "boundary": [
                square.format(110, 112),
                square.format(112, 114),
                square.format(114, 116),
                None,
            ],
        }
    )

    found = anchors_of(areas)

    assert found.rows() == [("420102001", 112.0, 31.0), ("420102002", 115.0, 31.0)]
