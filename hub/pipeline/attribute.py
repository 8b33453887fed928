"""Which responsibility area and which road chief an issue belongs to.

What lives here: `attribute_areas` and `attribute_chiefs`, pure functions of the
merged facts: a roster that comes late gives old cases their place when they are
linked again. Days are local days of the city. What does not: finding candidates
(`area_ways`), linking again when a roster changes (`hub.flow`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from hub.partners.succession import Succession
from hub.pipeline.area_ways import by_code, by_point, by_source
from hub.pipeline.geometry import Shapes, read_boundaries, size_km2
from hub.pipeline.local_days import holds_on, local_day

ASKED = (
    "issue_id",
    "reported_at",
    "area_id",
    "unit_grid_code",
    "community_code",
    "street_code",
    "lon",
    "lat",
    "coord_quality_code",
)


@dataclass(frozen=True)
class Attribution:
    """The city's settings: its clock, and which way is trusted first (trap T37).

    `succession` says which divisions have taken over from others (trap T47).
    """

    zone: str
    order: tuple[str, ...] = ("SOURCE", "CODE", "POINT")
    succession: Succession | None = None


class Attributed(NamedTuple):
    """`issues`: issue_id, area_id, area_method_code, in the order given.

    `findings`: issue_id and rule, sorted. F10: the delivered area is not in force
    on that day, or the area lies in another street than the issue. T37: two ways
    lead to different areas.
    """

    issues: pl.DataFrame
    findings: pl.DataFrame


class Grounds(NamedTuple):
    """Versions of areas, made ready once for however many cases are placed.

    `versions`: as delivered, with size (km²) and a row number `area`; `shapes`: their
    boundaries, in that order.
    """

    versions: pl.DataFrame
    shapes: Shapes


def read_grounds(areas: pl.DataFrame) -> Grounds:
    """Read boundaries and sizes; see `attribute_areas` for the columns."""
    shapes = read_boundaries(areas["boundary"])
    versions = areas.with_columns(
        size=pl.coalesce(pl.col("area_km2").cast(pl.Float64), size_km2(shapes))
    ).with_row_index("area")
    return Grounds(versions, shapes)


def attribute_areas(
    issues: pl.DataFrame, areas: pl.DataFrame | Grounds, settings: Attribution
) -> Attributed:
    """The area of every issue on the day of its report.

    Only ACTIVE versions valid on that day count. The ways, in the order of trust:
    the area that the source names; the unit grid, else the community, among the
    area's codes; the point in the boundary, where its quality is sure. Of several
    areas on one way the smallest wins, then the least area_id; without any: NONE.

    Args:
        issues: issue_id, reported_at, area_id (as delivered), unit_grid_code,
            community_code, street_code, lon, lat, coord_quality_code.
        areas: versions: area_id, status_code, street_code, community_codes,
            unit_grid_codes, boundary (WKT), area_km2, valid_from_on, valid_to_on; or
            the same, read before.
        settings: the city's.
    """
    versions, shapes = areas if isinstance(areas, Grounds) else read_grounds(areas)
    in_force = versions.filter(pl.col("status_code") == "ACTIVE")
    cases = (
        issues.select(ASKED)
        .with_row_index("issue")
        .with_columns(day=local_day(pl.col("reported_at"), settings.zone))
    )
    pairs = pl.concat(
        [
            by_source(cases, in_force),
            by_code(cases, in_force, settings.succession),
            by_point(cases, in_force, shapes),
        ]
    )
    trust = {way: rank for rank, way in enumerate(settings.order)}
    candidates = (
        pairs.filter(pl.col("method").is_in(settings.order))
        .join(versions.select("area", "area_id", "street_code", "size"), on="area")
        .with_columns(
            trust=pl.col("method").replace_strict(trust, return_dtype=pl.Int64)
        )
    )
    chosen = (
        candidates.sort("issue", "trust", "size", "area_id", nulls_last=True)
        .group_by("issue", maintain_order=True)
        .agg(pl.col("area_id", "method", "street_code").first())
        .rename({"street_code": "area_street_code"})
    )
    placed = cases.rename({"area_id": "delivered_area_id"}).join(
        chosen, on="issue", how="left", maintain_order="left"
    )
    if settings.succession is not None and not settings.succession.is_empty:
        placed = _with_street_of_day(placed, settings.succession)
    return Attributed(
        issues=placed.select(
            "issue_id",
            "area_id",
            area_method_code=pl.col("method").fill_null("NONE"),
        ),
        findings=_find_conflicts(placed, pairs, candidates),
    )


def _with_street_of_day(placed: pl.DataFrame, succession: Succession) -> pl.DataFrame:
    """The street of each area as it is called on the day of the case."""
    asked = placed.select(code="area_street_code", day="day")
    now = asked.join(
        succession.sole(asked), on=["code", "day"], how="left", maintain_order="left"
    )
    street = now.select(pl.coalesce("successor", "code")).to_series()
    return placed.with_columns(street.alias("area_street_code"))


def _find_conflicts(
    placed: pl.DataFrame, pairs: pl.DataFrame, candidates: pl.DataFrame
) -> pl.DataFrame:
    """F10 and T37 of every issue."""
    in_force = pairs.filter(pl.col("method") == "SOURCE")["issue"].unique()
    agreement = (
        candidates.select("issue", "method", candidate="area_id")
        .join(placed.select("issue", "area_id"), on="issue")
        .group_by("issue", "method")
        .agg(agrees=(pl.col("candidate") == pl.col("area_id")).any())
    )
    torn = agreement.filter(~pl.col("agrees"))["issue"].unique()
    is_named = pl.col("delivered_area_id").is_not_null()
    is_stale = is_named & ~pl.col("issue").is_in(in_force.implode())
    elsewhere = pl.col("area_street_code") != pl.col("street_code")
    verdicts = {
        "F10": is_stale | elsewhere.fill_null(value=False),
        "T37": pl.col("issue").is_in(torn.implode()),
    }
    return (
        placed.select(
            "issue_id", *(verdict.alias(rule) for rule, verdict in verdicts.items())
        )
        .unpivot(on=list(verdicts), index="issue_id", variable_name="rule")
        .filter("value")
        .select("issue_id", "rule")
        .sort("issue_id", "rule")
    )


def attribute_chiefs(
    issues: pl.DataFrame, assignments: pl.DataFrame, settings: Attribution
) -> pl.DataFrame:
    """The road chief in post over each issue's area on the day of its report.

    Of several, the primary one wins, then the earlier (start_on, assignment_id).

    Args:
        issues: issue_id, area_id, reported_at.
        assignments: assignment_id, role_code, target_kind_code, target_id,
            is_primary, start_on, end_on (first day out of post).
        settings: the city's.

    Returns:
        issue_id and chief_assignment_id (null: vacant), in the order given.
    """
    cases = issues.select(
        "issue_id",
        "area_id",
        day=local_day(pl.col("reported_at"), settings.zone),
    )
    chiefs = assignments.filter(
        (pl.col("role_code") == "ROAD_CHIEF") & (pl.col("target_kind_code") == "AREA")
    )
    in_post = (
        cases.select("area_id", "day")
        .drop_nulls()
        .unique()
        .join(chiefs, left_on="area_id", right_on="target_id")
        .filter(holds_on("day", first="start_on", until="end_on"))
        .sort(
            "area_id",
            "day",
            "is_primary",
            "start_on",
            "assignment_id",
            descending=[False, False, True, False, False],
        )
        .group_by("area_id", "day")
        .agg(chief_assignment_id=pl.col("assignment_id").first())
    )
    return cases.join(
        in_post, on=["area_id", "day"], how="left", maintain_order="left"
    ).select("issue_id", "chief_assignment_id")
