"""The derived columns of a set of cases, from everything merged around them.

What lives here: putting the pure derivations together for one frame of issues.
What does not: the derivations (`hub.pipeline`), reading and writing (`link`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from hub.flow import tables
from hub.flow.house import House
from hub.flow.link_deadlines import Deadlines, derive_deadlines, read_deadlines
from hub.pipeline.attribute import (
    Attribution,
    Grounds,
    attribute_areas,
    attribute_chiefs,
    read_grounds,
)
from hub.pipeline.categories import Mapped, map_categories
from hub.pipeline.digest import hub_id
from hub.pipeline.stage import derive_stages
from hub.schemas import dataset
from hub.schemas.code_lists import stages


@dataclass(frozen=True)
class Surroundings:
    """What cases are derived with: rosters, lists, twins, and the city's settings."""

    areas: Grounds
    assignments: pl.DataFrame
    category_map: pl.DataFrame
    category: pl.DataFrame
    standard: str | None
    attribution: Attribution
    deadlines: Deadlines
    twins: Mapping[tuple[str, str], tuple[str, str]]  # (partner, feed) → (partner, by)
    cases: dict[str, pl.DataFrame]  # partner → case_no, issue_id


class Linked(NamedTuple):
    """Issues with their derived columns, and findings: issue_id, rule."""

    issues: pl.DataFrame
    findings: pl.DataFrame


def surroundings(house: House) -> Surroundings:
    """Read rosters and lists once for a whole link run."""
    twins = {
        (partner.id, feed.name): (feed.same_as.partner, feed.same_as.by)
        for partner in house.city.partners.values()
        for feed in partner.feeds
        if feed.same_as
    }
    areas = _living(house, "area")
    return Surroundings(
        areas=read_grounds(areas),
        assignments=_living(house, "assignment"),
        category_map=house.city.reference("category_map"),
        category=house.city.reference("category"),
        standard=house.city.standard_category_system,
        attribution=Attribution(
            zone=house.city.timezone, succession=house.city.succession
        ),
        deadlines=read_deadlines(house, areas),
        twins=twins,
        cases={
            other: _cases(house, other)
            for other, by in twins.values()
            if by == "case_no"
        },
    )


def _living(house: House, name: str) -> pl.DataFrame:
    frame = tables.core_table(house.lake, dataset(name)).read()
    return frame.filter(pl.col("deleted_at").is_null())


def _cases(house: House, partner: str) -> pl.DataFrame:
    """Display numbers that name exactly one case of a partner (T12)."""
    table = tables.core_table(house.lake, dataset("issue"))
    files = table.files(partitions=[{"partner": partner}])
    frame = table.read(files=files, columns=["case_no", "issue_id", "deleted_at"])
    named = frame.filter(pl.col("deleted_at").is_null()).drop_nulls("case_no")
    once = named.filter(pl.len().over("case_no") == 1)
    return once.select("case_no", twin_id="issue_id")


def derive(
    issues: pl.DataFrame,
    events: pl.DataFrame,
    reviews: pl.DataFrame,
    around: Surroundings,
) -> Linked:
    """Core rows of issues with every derived column made anew.

    Args:
        issues: core rows; `delivered` and `evidence` are what counts.
        events: their events that count, inferred ones included.
        reviews: their reviews.
        around: rosters and lists.
    """
    told = issues.drop(*tables.LINKED).unnest("delivered")
    evidence = pl.col("evidence").struct
    asked = told.with_columns(
        state_main=evidence.field("main"),
        state_end=evidence.field("end"),
        state_suspended=evidence.field("suspended"),
        state_supervised=evidence.field("supervised"),
        events_complete=evidence.field("complete"),
    )
    staged = derive_stages(asked, events, reviews, stages=stages())
    placed = attribute_areas(told, around.areas, around.attribution)
    named = told.select("issue_id", "reported_at").join(
        placed.issues, on="issue_id", maintain_order="left"
    )
    chiefs = attribute_chiefs(named, around.assignments, around.attribution)
    mapped = _standard(told, around)
    parts = [
        staged.issues,
        placed.issues,
        chiefs,
        mapped.issues,
        find_twins(told, around),
    ]
    made = issues
    for part in parts:
        made = _joined(made, part)
    deadlines, late = derive_deadlines(made, events, around.deadlines)
    made = _joined(made, deadlines)
    findings = [staged.findings, placed.findings, mapped.findings, late]
    return Linked(made, pl.concat([f.select("issue_id", "rule") for f in findings]))


def _joined(issues: pl.DataFrame, part: pl.DataFrame) -> pl.DataFrame:
    fresh = [name for name in part.columns if name != "issue_id"]
    return issues.drop(*fresh, strict=False).join(
        part, on="issue_id", how="left", maintain_order="left"
    )


def _standard(told: pl.DataFrame, around: Surroundings) -> Mapped:
    """The standard category; nothing in a city without a standard list."""
    if around.standard is not None:
        return map_categories(
            told, around.category_map, around.category, system=around.standard
        )
    columns = ("std_category_kind_code", "std_category_code", "std_method_code")
    return Mapped(
        told.select("issue_id", *(pl.lit(None, pl.String).alias(c) for c in columns)),
        pl.DataFrame(schema={"issue_id": pl.String, "rule": pl.String}),
    )


def find_twins(issues: pl.DataFrame, around: Surroundings) -> pl.DataFrame:
    """`duplicate_of_id` of cases whose partner says which case of another they are."""
    found = [pl.DataFrame(schema={"issue_id": pl.String, "duplicate_of_id": pl.String})]
    key = pl.col("evidence").struct.field("same_as")
    for (partner, feed), (other, by) in around.twins.items():
        mine = issues.filter(
            (pl.col("partner") == partner)
            & (pl.col("feed") == feed)
            & key.is_not_null()
        )
        if by == "source_id":
            pairs = mine.select("issue_id", twin_id=hub_id("issue", other, key))
        else:
            named = mine.select("issue_id", case_no=key)
            pairs = named.join(around.cases[other], on="case_no", how="inner")
        pairs = pairs.filter(pl.col("issue_id") != pl.col("twin_id"))
        found.append(pairs.select("issue_id", duplicate_of_id="twin_id"))
    return issues.select("issue_id").join(
        pl.concat(found), on="issue_id", how="left", maintain_order="left"
    )
