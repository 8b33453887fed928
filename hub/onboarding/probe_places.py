"""Which coordinate system the points of a page may be in.

What lives here: the share of points inside the city's bounding box under each system,
and with longitude and latitude exchanged. What does not: the formulas and the verdict
on a point (`hub.pipeline.coordinates`). A box cannot tell systems apart that lie some
hundred metres from each other; it shows swapped, planar and foreign coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from hub.onboarding.probe_fields import share
from hub.partners.spec import Emit, Feed
from hub.pipeline.columns import Context, source_text
from hub.pipeline.coordinates import Box, settle_coordinates
from hub.pipeline.normalise import unfold

SYSTEMS = ("wgs84", "gcj02", "bd09")
INSIDE = ("OK", "CONVERTED")
LARGEST_DEGREES = 180.0


@dataclass(frozen=True)
class PlaceGuess:
    """Where the points of one dataset lie.

    Attributes:
        dataset: whose points.
        declared: the system in the partner file.
        points: rows with two numbers that are neither 0 nor -1.
        missing: rows without.
        coarse: points with fewer than four decimals, which stay out of the shares.
        planar: points whose numbers are no degrees.
        inside: system → share of the points inside the city.
        swapped: share that lies inside only with lon and lat exchanged.
    """

    dataset: str
    declared: str | None
    points: int
    missing: int
    coarse: int
    planar: int
    inside: dict[str, Decimal]
    swapped: Decimal


def guess_places(
    frame: pl.DataFrame, feed: Feed, ctx: Context
) -> tuple[PlaceGuess, ...]:
    """The points of every emit that maps lon and lat."""
    return tuple(
        guess
        for emit in feed.emits
        if {"lon", "lat"} <= emit.columns.keys()
        for guess in [_guess(unfold(frame, emit), emit, ctx)]
        if guess is not None
    )


def _guess(source: pl.DataFrame, emit: Emit, ctx: Context) -> PlaceGuess | None:
    lon, lat = (emit.columns[name].field for name in ("lon", "lat"))
    if lon is None or lat is None or not len(source):
        return None
    texts = pl.DataFrame(
        {
            "lon": source_text(source, lon, free=False),
            "lat": source_text(source, lat, free=False),
        }
    )
    box = Box(*ctx.bbox)
    verdicts = {
        system: _verdicts(texts, system, box)["coord_quality_code"]
        for system in SYSTEMS
    }
    settled = _verdicts(texts, "wgs84", box)
    quality = settled["coord_quality_code"]
    missing = int((quality == "MISSING").sum())
    coarse = int((quality == "UNSURE").sum())
    sure = len(texts) - missing - coarse
    planar = settled.select(
        pl.any_horizontal(pl.col("lon", "lat").abs() > LARGEST_DEGREES).sum()
    ).item()
    return PlaceGuess(
        dataset=emit.dataset,
        declared=ctx.partner.coordinates,
        points=len(texts) - missing,
        missing=missing,
        coarse=coarse,
        planar=int(planar),
        inside={
            system: share(int(told.is_in(INSIDE).sum()), sure)
            for system, told in verdicts.items()
        },
        swapped=share(int((quality == "SWAPPED_FIXED").sum()), sure),
    )


def _verdicts(texts: pl.DataFrame, system: str, box: Box) -> pl.DataFrame:
    return settle_coordinates(texts, lon="lon", lat="lat", system=system, box=box)
