"""The published formulas between the coordinate systems in use in China.

What lives here: degrees in one system → degrees in another, on NumPy arrays.
GCJ-02 is a deliberate offset of some hundred metres, BD-09 a further one; both
are inverted by iteration. WGS 84 and CGCS2000 agree to a few centimetres and are
taken as one. What does not: what a delivered point is worth (`coordinates`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Degrees = npt.NDArray[np.float64]
Shift = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

# Krasovsky 1940, the ellipsoid that the GCJ-02 formulas are written on.
AXIS_M = 6378245.0
ECCENTRICITY = 0.00669342162296594323
# Outside this box GCJ-02 is the identity.
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
BD_TURN = np.pi * 3000.0 / 180.0
BD_OFFSET = (0.0065, 0.006)
# Each round shrinks the error about a hundredfold; it starts below a kilometre.
ROUNDS = 8


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees in WGS 84 → GCJ-02; unchanged outside China."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2 / 3
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2 / 3
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320 * np.sin(y * np.pi / 30.0)) * 2 / 3
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2 / 3
    east += (
        (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2 / 3
    )
    angle = lat / 180.0 * np.pi
    bulge = 1 - ECCENTRICITY * np.sin(angle) ** 2
    radius = AXIS_M * (1 - ECCENTRICITY) / (bulge * np.sqrt(bulge))
    step_lat = north * 180.0 / (radius * np.pi)
    step_lon = east * 180.0 / (AXIS_M / np.sqrt(bulge) * np.cos(angle) * np.pi)
    west, south, far_east, far_north = CHINA
    inside = (lon >= west) & (lon <= far_east) & (lat >= south) & (lat <= far_north)
    return np.where(inside, lon + step_lon, lon), np.where(inside, lat + step_lat, lat)


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees in GCJ-02 → WGS 84, by iteration; the rest is below a millimetre."""
    return _invert(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees in GCJ-02 → BD-09."""
    length = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_TURN)
    return (
        length * np.cos(angle) + BD_OFFSET[0],
        length * np.sin(angle) + BD_OFFSET[1],
    )


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Degrees in BD-09 → WGS 84, by iteration over both offsets."""
    return gcj02_to_wgs84(*_invert(gcj02_to_bd09, lon, lat))


def _invert(shift: Shift, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """The point that `shift` moves to (lon, lat); fixed-point iteration."""
    found_lon, found_lat = lon, lat
    for _ in range(ROUNDS):
        there_lon, there_lat = shift(found_lon, found_lat)
        found_lon, found_lat = found_lon + lon - there_lon, found_lat + lat - there_lat
    return found_lon, found_lat


TO_CGCS2000: dict[str, Shift] = {"GCJ02": gcj02_to_wgs84, "BD09": bd09_to_wgs84}
