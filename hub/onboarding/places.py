"""Which coordinate system the points of a sample are in.

What lives here: degrees or metres, inside the city or not, and, where it is known how
the city's divisions lie, which of the offset systems puts the points where their
division codes say. The three systems in degrees lie within a kilometre of one another,
so a bounding box alone cannot tell them apart and no system is guessed from it. What
does not: converting points for good (`hub.pipeline.coordinates`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
import shapely

from hub.onboarding.choosing import Confidence
from hub.partners.city import City
from hub.partners.spec import Coordinates
from hub.pipeline.coordinate_systems import CHINA, TO_CGCS2000
from hub.pipeline.text import fold

FEWEST_DIVISIONS = 5
METRES_PER_DEGREE = 111_320.0
# The offset must leave the residual at least this much smaller than the next best.
CLEAR = 0.6


class System(NamedTuple):
    """A coordinate system, how sure, and why."""

    name: Coordinates
    confidence: Confidence
    why: str


def guess_system(
    rows: pl.DataFrame,
    columns: Mapping[str, str],
    city: City,
    anchors: pl.DataFrame | None = None,
) -> System | None:
    """The system of the points; null where the draft maps none.

    Args:
        rows: the sample.
        columns: drafted column → field.
        city: gives the bounding box.
        anchors: `code`, `lon`, `lat` of streets, CGCS2000 degrees.
    """
    if not {"lon", "lat"} <= columns.keys():
        return None
    points = rows.select(
        *(
            fold(pl.col(columns[axis])).cast(pl.Float64, strict=False).alias(axis)
            for axis in ("lon", "lat")
        ),
        code=_code(columns),
    ).filter(~pl.col("lon").is_in([0.0, -1.0]) & pl.col("lat").is_not_null())
    if points.is_empty():
        return System("unknown", "guess", "no row has a point")
    west, south, east, north = city.bbox
    inside = points.select(
        (pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north))
        .mean()
    ).item()  # fmt: skip
    beyond = points.select((pl.col("lon").abs() > 180).mean()).item()
    if beyond > 0.5:
        why = "numbers are no degrees: planar metres of a local system?"
        return System("local_planar", "guess", why)
    if inside < 0.5:
        return System("unknown", "guess", f"{inside:.0%} of points lie in the city")
    if not _is_offset(city):
        return System("wgs84", "likely", "degrees; no offset system is in use here")
    if anchors is None or "code" not in points.drop_nulls("code").columns:
        return System("unknown", "guess", _UNTOLD)
    return _by_anchors(points, anchors) or System("unknown", "guess", _UNTOLD)


_UNTOLD = (
    "degrees inside the city; WGS84, GCJ-02 and BD-09 all are. Ask the partner, or "
    "compare with points that are known"
)


def anchors_of(areas: pl.DataFrame) -> pl.DataFrame:
    """Where streets lie, from the boundaries of their areas: `code`, `lon`, `lat`.

    Args:
        areas: `street_code`, `boundary` (WKT polygon, CGCS2000 degrees) of published
            areas; those without a boundary do not count.
    """
    drawn = areas.drop_nulls(["street_code", "boundary"])
    middles = shapely.centroid(shapely.from_wkt(drawn["boundary"].to_numpy()))
    return (
        drawn.select(
            code="street_code",
            lon=pl.Series(shapely.get_x(middles), dtype=pl.Float64),
            lat=pl.Series(shapely.get_y(middles), dtype=pl.Float64),
        )
        .group_by("code")
        .agg(pl.mean("lon", "lat"))
        .sort("code")
    )


def _code(columns: Mapping[str, str]) -> pl.Expr:
    """Streets are told by their own codes, or by those of their communities."""
    for column in ("street_code", "community_code"):
        if column in columns:
            return fold(pl.col(columns[column])).str.head(9)
    return pl.lit(None, dtype=pl.String)


def _is_offset(city: City) -> bool:
    west, south, east, north = CHINA
    lon = (city.bbox[0] + city.bbox[2]) / 2
    lat = (city.bbox[1] + city.bbox[3]) / 2
    return west <= lon <= east and south <= lat <= north


def _by_anchors(points: pl.DataFrame, anchors: pl.DataFrame) -> System | None:
    """The system under which points lie nearest to where their divisions are.

    The middle of a division's points differs from the division's own by chance; over
    many divisions chance evens out and an offset stays.
    """
    known = anchors.rename({"lon": "true_lon", "lat": "true_lat"})
    joined = points.drop_nulls().join(known, on="code")
    if joined["code"].n_unique() < FEWEST_DIVISIONS:
        return None
    systems: dict[Coordinates, str | None] = {
        "wgs84": None, "gcj02": "GCJ02", "bd09": "BD09",
    }  # fmt: skip
    rests = {name: _rest(joined, shift) for name, shift in systems.items()}
    best, second = sorted(rests, key=lambda one: rests[one])[:2]
    metres = f"{rests[best]:.0f} m against {rests[second]:.0f} m ({second})"
    if rests[best] > CLEAR * rests[second]:
        return System("unknown", "guess", f"no offset fits clearly: {metres}")
    divisions = joined["code"].n_unique()
    why = f"{divisions} divisions lie where they should: off by {metres}"
    return System(best, "likely", why)


def _rest(joined: pl.DataFrame, shift: str | None) -> float:
    """How far the points of all divisions lie off on average, in metres."""
    lon, lat = joined["lon"].to_numpy(), joined["lat"].to_numpy()
    if shift is not None:
        lon, lat = TO_CGCS2000[shift](lon, lat)
    moved = joined.with_columns(
        off_x=pl.Series(
            (lon - joined["true_lon"].to_numpy()) * np.cos(np.radians(lat))
        ),
        off_y=pl.Series(lat - joined["true_lat"].to_numpy()),
    )
    middle = moved.group_by("code").agg(pl.median("off_x", "off_y"))
    x, y = (np.asarray(middle[one].median(), dtype=float) for one in ("off_x", "off_y"))
    return float(np.hypot(x, y)) * METRES_PER_DEGREE
