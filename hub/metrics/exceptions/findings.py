"""What the rules of rosters find at a month's end, with the places that it concerns.

What lives here: giving each finding (a dataset, an id and a rule of the catalogue) the
place where it counts. What does not: the rules themselves and their words, which
`hub.pipeline` and `hub.schemas` keep.
"""

from __future__ import annotations

import polars as pl

from hub.metrics.duty_days import main_posts
from hub.metrics.roster_rows.placed import org_places
from hub.metrics.roster_rows.streets import Terrain
from hub.metrics.units import on_day


def rule_rows(
    findings: pl.DataFrame,
    words: pl.DataFrame,
    sections: pl.DataFrame,
    orgs: pl.DataFrame,
    terrain: Terrain,
) -> pl.DataFrame:
    """Findings as rows of exceptions.

    A person stands where his main post as road chief lies; else he has no place here.

    Args:
        findings: period, dataset, id, rule.
        words: rule, note_zh, note_en.
        sections, orgs: rows of the datasets road_section and org.
        terrain: the roster on the days of the months.
    """
    kind = pl.col("target_kind_code")
    datasets = {
        "AREA": "area",
        "ROAD_SECTION": "road_section",
        "COMMUNITY": "division",
        "STREET": "division",
        "ORG": "org",
    }
    posts = terrain.roster.assignments.select(
        id="assignment_id",
        of=kind.replace_strict(datasets, default=None, return_dtype=pl.String),
        of_id="target_id",
    )
    main = main_posts(terrain.roster.assignments, terrain.days).select(
        "period", id="person_id", person_area="area_id"
    )
    is_post = pl.col("dataset") == "assignment"
    named = (
        findings.join(posts, on="id", how="left", maintain_order="left")
        .join(main, on=["period", "id"], how="left")
        .with_columns(
            where=pl.when(is_post)
            .then("of")
            .when(pl.col("dataset") == "person")
            .then(pl.lit("area"))
            .otherwise("dataset"),
            where_id=pl.when(is_post)
            .then("of_id")
            .when(pl.col("dataset") == "person")
            .then("person_area")
            .otherwise("id"),
        )
    )
    return (
        named.join(
            _places(sections, orgs, terrain),
            on=["period", "where", "where_id"],
            how="left",
        )
        .join(words, on="rule", how="left")
        .select(
            "period",
            "area_id",
            "street_code",
            "community_code",
            "district_code",
            "own_unit_code",
            "own_street_unit_code",
            "note_zh",
            "note_en",
            kind="rule",
            subject="dataset",
            subject_id="id",
        )
    )


def _places(
    sections: pl.DataFrame, orgs: pl.DataFrame, terrain: Terrain
) -> pl.DataFrame:
    """period, where (dataset), where_id and the place of everything on file."""
    areas = terrain.standing().select("period", "area_id", "street_code")
    of_sections = (
        on_day(sections, terrain.days)
        .select("period", "area_id", where_id="road_section_id")
        .join(areas, on=["period", "area_id"], how="left")
    )
    divisions = on_day(terrain.places.divisions, terrain.days)
    level, code = pl.col("level_code"), pl.col("division_code")
    of_divisions = divisions.select(
        "period",
        where_id="division_code",
        community_code=pl.when(level == "COMMUNITY").then(code),
        street_code=pl.when(level == "COMMUNITY")
        .then("parent_code")
        .when(level == "STREET")
        .then(code),
    )
    # A community that is on no list of divisions lies where an area names it.
    named = (
        terrain.standing()
        .select("period", "street_code", where_id="community_codes")
        .explode("where_id")
        .drop_nulls("where_id")
        .join(of_divisions, on=["period", "where_id"], how="anti")
        .with_columns(community_code="where_id")
    )
    of_orgs = org_places(orgs, terrain.places, terrain.days).rename(
        {"org_id": "where_id"}
    )
    parts = {
        "area": areas.with_columns(where_id="area_id"),
        "road_section": of_sections,
        "division": pl.concat([of_divisions, named.select(of_divisions.columns)]),
        "org": of_orgs,
    }
    told = [
        frame.with_columns(where=pl.lit(name)).unique(
            ["period", "where_id"], keep="any"
        )
        for name, frame in parts.items()
    ]
    return pl.concat(told, how="diagonal")
