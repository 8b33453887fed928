"""The ways that lead from an issue to responsibility areas.

What lives here: the candidates of each way as frames of issue and area (row
numbers) and method (AREA_METHOD). What does not: which way is trusted and which
candidate wins (`attribute`).

`cases` has issue, day and the columns of `attribute_areas`; `versions` has area
(its position among the shapes) and the columns of areas, ACTIVE rows only.
"""

from __future__ import annotations

import polars as pl

from hub.partners.succession import Succession
from hub.pipeline.geometry import Shapes, locate
from hub.pipeline.local_days import holds_on

SURE_QUALITIES = ("OK", "CONVERTED", "SWAPPED_FIXED")
SPAN = ("valid_from_on", "valid_to_on")


def _valid(pairs: pl.DataFrame, method: str) -> pl.DataFrame:
    """The pairs of issue and area version that hold on the issue's day."""
    return (
        pairs.filter(holds_on("day", first="valid_from_on", until="valid_to_on"))
        .select("issue", "area", method=pl.lit(method))
        .unique()
    )


def by_source(cases: pl.DataFrame, versions: pl.DataFrame) -> pl.DataFrame:
    """The area that the source itself names."""
    named = cases.select("issue", "day", "area_id").drop_nulls()
    return _valid(
        named.join(versions.select("area", "area_id", *SPAN), on="area_id"), "SOURCE"
    )


def by_code(
    cases: pl.DataFrame, versions: pl.DataFrame, succession: Succession | None = None
) -> pl.DataFrame:
    """The areas that list the unit grid; where none does, the community.

    Where none lists the community either, the one area that lists what it has taken
    over from: a roster that was filed before is still right about the ground (T47).
    """
    grid = _listing(cases, versions, code="unit_grid_code", codes="unit_grid_codes")
    rest = cases.join(grid, on="issue", how="anti")
    community = _listing(rest, versions, code="community_code", codes="community_codes")
    if succession is None or succession.is_empty:
        return pl.concat([grid, community])
    left = rest.join(community, on="issue", how="anti")
    return pl.concat([grid, community, _former(left, versions, succession)])


def _former(
    cases: pl.DataFrame, versions: pl.DataFrame, succession: Succession
) -> pl.DataFrame:
    """The area that lists a former code of the community; of several none."""
    days = cases.select("day").drop_nulls().unique()
    old = succession.successors.select(code="division_code").unique()
    known = succession.sole(old.join(days, how="cross"))
    former = cases.select("issue", "day", successor="community_code").join(
        known, on=["day", "successor"]
    )
    found = _listing(former, versions, code="code", codes="community_codes")
    return found.filter(pl.col("area").n_unique().over("issue") == 1)


def _listing(
    cases: pl.DataFrame, versions: pl.DataFrame, *, code: str, codes: str
) -> pl.DataFrame:
    listed = (
        versions.select("area", *SPAN, pl.col(codes).alias(code))
        .explode(code)
        .drop_nulls(code)
    )
    coded = cases.select("issue", "day", code).drop_nulls()
    return _valid(coded.join(listed, on=code), "CODE")


def by_point(
    cases: pl.DataFrame, versions: pl.DataFrame, shapes: Shapes
) -> pl.DataFrame:
    """The areas whose boundary holds the point, where the point is sure."""
    sure = (
        cases.filter(pl.col("coord_quality_code").is_in(SURE_QUALITIES))
        .select("issue", "day", "lon", "lat")
        .drop_nulls()
    )
    places = sure.select("lon", "lat").unique(maintain_order=True)
    hits = locate(places, shapes)
    at_place = sure.join(
        places.with_row_index("point").cast({"point": pl.Int64}), on=["lon", "lat"]
    )
    held = hits.join(
        versions.select(pl.col("area").cast(pl.Int64).alias("shape"), "area", *SPAN),
        on="shape",
    )
    return _valid(at_place.join(held, on="point"), "POINT")
