"""Points as partners write them: other systems, and texts with six decimals.

What lives here: columns of degrees in GCJ-02 and BD-09 as text. What does not: the
formulas (`hub.pipeline.coordinate_systems`); the truth of a point is the point that
was written, so the formulas cannot prove themselves right.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.pipeline.coordinate_systems import gcj02_to_bd09, wgs84_to_gcj02

MICRO = 1_000_000
Degrees = npt.NDArray[np.float64]


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
