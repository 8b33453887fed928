"""Delivered points: what they are worth and where they lie."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import DeclarationError
from hub.pipeline.coordinate_systems import (
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_gcj02,
)
from hub.pipeline.coordinates import Box, coordinate_findings, settle_coordinates

WUHAN = Box(113.68, 29.96, 115.09, 31.37)
METRE = 1 / 111_320


def settle(
    lon: str | None, lat: str | None, system: str = "cgcs2000"
) -> tuple[float | None, float | None, str | None, str]:
    frame = pl.DataFrame(
        {"x": [lon], "y": [lat]}, schema=dict.fromkeys("xy", pl.String)
    )
    found = settle_coordinates(frame, lon="x", lat="y", system=system, box=WUHAN)
    row: tuple[float | None, float | None, str | None, str] = found.row(0)
    return row


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    [  # published pairs
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ],
)
def test_the_offset_of_gcj02_is_the_published_one(
    wgs: tuple[float, float], gcj: tuple[float, float]
) -> None:
    found = wgs84_to_gcj02(np.array([wgs[0]]), np.array([wgs[1]]))

    assert found[0][0] == pytest.approx(gcj[0], abs=1e-9)
    assert found[1][0] == pytest.approx(gcj[1], abs=1e-9)


def test_outside_china_there_is_no_offset() -> None:
    boston = np.array([-71.06]), np.array([42.36])

    assert np.concatenate(wgs84_to_gcj02(*boston)).tolist() == [-71.06, 42.36]


@settings(deadline=None)
@given(st.floats(75, 130), st.floats(5, 52))
def test_conversions_invert_to_less_than_a_decimetre(lon: float, lat: float) -> None:
    point = np.array([lon]), np.array([lat])
    gcj = wgs84_to_gcj02(*point)

    for back in (gcj02_to_wgs84(*gcj), bd09_to_wgs84(*gcj02_to_bd09(*gcj))):
        assert abs(back[0][0] - lon) < 0.1 * METRE
        assert abs(back[1][0] - lat) < 0.1 * METRE


def test_bd09_is_the_published_offset_of_gcj02() -> None:
    found = gcj02_to_bd09(np.array([116.404]), np.array([39.915]))

    assert found[0][0] == pytest.approx(116.41036949371029, abs=1e-9)
    assert found[1][0] == pytest.approx(39.92133699351021, abs=1e-9)


def test_a_sure_point_stays_as_it_is() -> None:
    assert settle("114.3055", "30.5928") == (114.3055, 30.5928, "CGCS2000", "OK")
    assert settle(" 114.3055", "30.5928 ", "wgs84")[2:] == ("WGS84", "OK")


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_an_offset_system_is_converted(system: str) -> None:
    lon, lat, code, quality = settle("114.30550", "30.59280", system)

    assert (code, quality) == (system.upper(), "CONVERTED")
    assert lon is not None
    assert lat is not None
    moved = np.hypot((lon - 114.3055) * 0.861, lat - 30.5928) / METRE
    assert 300 < moved < 1500


def test_a_swapped_pair_is_exchanged() -> None:
    assert settle("30.5928", "114.3055") == (
        114.3055,
        30.5928,
        "CGCS2000",
        "SWAPPED_FIXED",
    )
    converted = settle("114.3055", "30.5928", "gcj02")
    assert settle("30.5928", "114.3055", "gcj02")[:2] == converted[:2]
    assert settle("30.5928", "114.3055", "gcj02")[3] == "SWAPPED_FIXED"


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("0", "0"),
        ("0.000000", "0.0"),
        ("-1", "-1"),
        ("114.3055", "0"),
        (None, "30.5928"),
        ("114.3055", None),
        ("", "30.5928"),
        ("nan", "30.5928"),
        ("inf", "30.5928"),
        ("east", "30.5928"),
    ],
)
def test_a_placeholder_is_no_point(lon: str | None, lat: str | None) -> None:
    assert settle(lon, lat) == (None, None, None, "MISSING")
    assert settle(lon, lat, "unknown") == (None, None, None, "MISSING")


@pytest.mark.parametrize(
    ("lon", "lat", "system"),
    [
        ("114.30", "30.59", "cgcs2000"),
        ("114.305", "30.5928", "gcj02"),
        ("114.3055", "30.592", "gcj02"),
        ("114", "30", "wgs84"),
        ("114.3055", "30.5928", "unknown"),
        ("38526123.12345", "3388123.12345", "local_planar"),
        ("30.59", "114.31", "cgcs2000"),  # swapped, but too coarse to be touched
        ("1.143055e2", "30.5928", "cgcs2000"),
    ],
)
def test_an_unsure_point_keeps_its_values(lon: str, lat: str, system: str) -> None:
    expected = (float(lon), float(lat), system.upper(), "UNSURE")

    assert settle(lon, lat, system) == expected


def test_a_point_outside_the_city_is_kept_and_marked() -> None:
    assert settle("121.47370", "31.23040") == (
        121.4737,
        31.2304,
        "CGCS2000",
        "OUT_OF_CITY",
    )
    assert settle("121.47370", "31.23040", "gcj02")[3] == "OUT_OF_CITY"
    assert settle("113.6800", "29.9600")[3] == "OK"


def test_an_unknown_system_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DeclarationError, match="BD09, CGCS2000"):
        settle("114.3055", "30.5928", "mars")


def test_doubtful_points_are_findings() -> None:
    frame = pl.DataFrame(
        {
            "x": ["114.3055", "114.3", "30.5928", "121.47370", "0"],
            "y": ["30.5928", "30.5", "114.3055", "31.23040", "0"],
        }
    )
    settled = settle_coordinates(frame, lon="x", lat="y", system="WGS84", box=WUHAN)

    found = coordinate_findings(settled.with_row_index("__row"))

    assert found.select("__row", "rule").rows() == [(1, "P15"), (2, "T34"), (3, "T36")]


def test_order_of_rows_does_not_touch_a_point() -> None:
    rng = np.random.default_rng(7)
    frame = pl.DataFrame(
        {
            "x": [f"{v:.6f}" for v in rng.uniform(113.7, 115, 500)],
            "y": [f"{v:.6f}" for v in rng.uniform(30, 31.3, 500)],
        }
    ).with_row_index()
    mixed = frame.sample(fraction=1, shuffle=True, seed=3)

    one, other = (
        part.select("index").hstack(
            settle_coordinates(part, lon="x", lat="y", system="bd09", box=WUHAN)
        )
        for part in (frame, mixed)
    )

    assert other.sort("index").equals(one)
