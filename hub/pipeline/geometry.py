"""Points in polygons, for many points at once.

What lives here: reading WKT boundaries in degrees, their size, which of them overlap,
and which points lie in which of them. What does not: which area an issue belongs to
(`attribute`), whether a boundary is good (`validate`): what cannot be read holds no
point.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

KM_PER_DEGREE = 111.32
LEAST_OVERLAP = 0.01  # lines drawn twice never meet exactly; assumed
Shapes = npt.NDArray[np.object_]


def read_boundaries(texts: pl.Series) -> Shapes:
    """Valid geometries of WKT texts; None for null and for what is no WKT."""
    shapes: Shapes = shapely.from_wkt(texts.to_numpy(), on_invalid="ignore")
    return np.asarray(shapely.make_valid(shapes), dtype=np.object_)


def size_km2(shapes: Shapes) -> pl.Series:
    """Size of each geometry in km², good enough to rank; null where there is none."""
    latitude = np.radians(shapely.get_y(shapely.centroid(shapes)))
    size = shapely.area(shapes) * KM_PER_DEGREE**2 * np.cos(latitude)
    return pl.Series("size_km2", size, dtype=pl.Float64).fill_nan(None)


def overlaps(shapes: Shapes, *, least_share: float = LEAST_OVERLAP) -> pl.DataFrame:
    """Which geometries overlap by more than a seam.

    Args:
        shapes: polygons in the same degrees; None takes no part.
        least_share: of the smaller one, from which on it is an overlap.

    Returns:
        left and right, positions in the input; each pair both ways.
    """
    has_shape = np.flatnonzero(~shapely.is_missing(shapes))
    there = shapes[has_shape]
    left, right = shapely.STRtree(there).query(there, predicate="intersects")
    others = left != right
    left, right = left[others], right[others]
    common = shapely.area(shapely.intersection(there[left], there[right]))
    smaller = np.minimum(shapely.area(there[left]), shapely.area(there[right]))
    found = common > smaller * least_share
    return pl.DataFrame(
        {
            "left": has_shape[left[found]].astype(np.int64),
            "right": has_shape[right[found]].astype(np.int64),
        },
        schema={"left": pl.Int64, "right": pl.Int64},
    )


def locate(points: pl.DataFrame, shapes: Shapes) -> pl.DataFrame:
    """Which points lie in which geometries; a point on a border lies in both sides.

    Args:
        points: lon and lat in degrees, without nulls; best each point once.
        shapes: polygons in the same degrees.

    Returns:
        point and shape, positions in the two inputs, one row per hit.
    """
    tree = shapely.STRtree(
        shapely.points(points["lon"].to_numpy(), points["lat"].to_numpy())
    )
    # The polygons ask, because GEOS prepares the geometry that asks.
    has_shape = np.flatnonzero(~shapely.is_missing(shapes))
    asked, found = tree.query(shapes[has_shape], predicate="intersects")
    return pl.DataFrame(
        {"point": found.astype(np.int64), "shape": has_shape[asked].astype(np.int64)},
        schema={"point": pl.Int64, "shape": pl.Int64},
    )
