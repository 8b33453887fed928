"""What a delivered point is worth, and where it lies in CGCS2000 degrees.

What lives here: `settle_coordinates`, one verdict for every point (traps T33 to
T36, model §3.1), and the warnings that go with it. What does not: the formulas
(`coordinate_systems`), places and areas (`geometry`, `attribute`), planar systems
of a city, whose parameters are not public: such points stay UNSURE.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from hub.errors import DeclarationError
from hub.pipeline.coordinate_systems import TO_CGCS2000

# About a centimetre: below it, two machines may disagree about a sine.
KEPT_DECIMALS = 7
# T35: two decimals are about a kilometre, four about ten metres.
MIN_DECIMALS = 4
AS_DELIVERED = ("CGCS2000", "WGS84")
UNDECLARED = ("UNKNOWN", "LOCAL_PLANAR")
FINDINGS = {"UNSURE": "P15", "SWAPPED_FIXED": "T34", "OUT_OF_CITY": "T36"}


class Box(NamedTuple):
    """The city's bounding box in degrees."""

    min_lon: float
    min_lat: float
    max_lon: float
    max_lat: float


def settle_coordinates(
    frame: pl.DataFrame, *, lon: str, lat: str, system: str, box: Box
) -> pl.DataFrame:
    """What a feed's points are worth, and where they lie.

    A point is MISSING if either text is null, no number, 0 or -1; UNSURE if its
    system is undeclared or planar or one of its texts has fewer than four
    decimals (the values then stay as delivered); SWAPPED_FIXED if only the
    exchanged pair lies in the city's box; CONVERTED if its system needed it.
    The worst verdict that applies stands.

    Args:
        frame: has the two columns of texts, as delivered, digits already folded.
        lon: name of the column of longitudes.
        lat: name of the column of latitudes.
        system: a COORD_SYS code, the feed's declaration; any case.
        box: the city's bounding box.

    Returns:
        lon, lat (Float64 degrees), coord_sys_code (null without a point),
        coord_quality_code; in the order of `frame`.
    """
    declared = system.upper()
    if declared not in (*AS_DELIVERED, *UNDECLARED, *TO_CGCS2000):
        known = sorted((*AS_DELIVERED, *UNDECLARED, *TO_CGCS2000))
        raise DeclarationError(
            "read coordinates",
            seen=f"the coordinate system {system!r} is unknown",
            next_step=f"Declare one of {', '.join(known)}.",
        )
    sent = frame.select(
        lon=_number(lon), lat=_number(lat), is_coarse=_is_coarse(lon) | _is_coarse(lat)
    )
    is_missing = pl.any_horizontal(
        pl.col("lon", "lat").is_null() | pl.col("lon", "lat").is_in([0.0, -1.0])
    )
    is_unsure = pl.col("is_coarse") | pl.lit(declared in UNDECLARED)
    is_swapped = ~_inside("lon", "lat", box) & _inside("lat", "lon", box)
    judged = sent.with_columns(is_missing=is_missing).with_columns(
        is_unsure=~pl.col("is_missing") & is_unsure,
        is_swapped=~pl.col("is_missing") & ~is_unsure & is_swapped,
    )
    placed = _convert(
        judged.with_columns(
            lon=pl.when("is_swapped").then("lat").otherwise("lon"),
            lat=pl.when("is_swapped").then("lon").otherwise("lat"),
        ),
        declared,
    )
    quality = (
        pl.when("is_missing")
        .then(pl.lit("MISSING"))
        .when("is_unsure")
        .then(pl.lit("UNSURE"))
        .when(~_inside("lon", "lat", box))
        .then(pl.lit("OUT_OF_CITY"))
        .when("is_swapped")
        .then(pl.lit("SWAPPED_FIXED"))
        .when(pl.lit(declared in TO_CGCS2000))
        .then(pl.lit("CONVERTED"))
        .otherwise(pl.lit("OK"))
    )
    has_point = ~pl.col("is_missing")
    return placed.select(
        pl.when(has_point).then("lon"),
        pl.when(has_point).then("lat"),
        coord_sys_code=pl.when(has_point).then(pl.lit(declared)),
        coord_quality_code=quality,
    )


def coordinate_findings(settled: pl.DataFrame) -> pl.DataFrame:
    """Warnings about settled points: the columns of `settled` but the point, rule.

    P15 for UNSURE, T34 for SWAPPED_FIXED, T36 for OUT_OF_CITY.
    """
    return settled.with_columns(
        rule=pl.col("coord_quality_code").replace_strict(
            FINDINGS, default=None, return_dtype=pl.String
        )
    ).filter(pl.col("rule").is_not_null())


def _number(column: str) -> pl.Expr:
    value = pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(value.is_finite()).then(value)


def _is_coarse(column: str) -> pl.Expr:
    places = pl.col(column).str.strip_chars().str.extract(r"\.(\d+)$")
    return places.str.len_chars().fill_null(0) < MIN_DECIMALS


def _inside(lon: str, lat: str, box: Box) -> pl.Expr:
    return pl.col(lon).is_between(box.min_lon, box.max_lon) & pl.col(lat).is_between(
        box.min_lat, box.max_lat
    )


def _convert(points: pl.DataFrame, system: str) -> pl.DataFrame:
    """Degrees of every sure point in CGCS2000; the others unchanged."""
    if system not in TO_CGCS2000:
        return points
    lon, lat = TO_CGCS2000[system](
        points["lon"].fill_null(0.0).to_numpy(), points["lat"].fill_null(0.0).to_numpy()
    )
    moved = points.with_columns(moved_lon=lon, moved_lat=lat)
    is_sure = ~pl.col("is_missing") & ~pl.col("is_unsure")
    return moved.with_columns(
        pl.when(is_sure)
        .then(pl.col(f"moved_{axis}").round(KEPT_DECIMALS))
        .otherwise(axis)
        .alias(axis)
        for axis in ("lon", "lat")
    )
