"""What the hub must derive for a case, read off the makers' own knowledge.

What lives here: stage, area, chief, standard category and duplicate of cases, by
the places and people of the plan. No code of the pipeline takes part. What does not:
what a partner writes about a case; each system tells that itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hub.demo.ground.lists import new_list, old_list
from hub.demo.ground.merger import mergers
from hub.demo.ground.people import CHANGE_DAY, People, is_replaced, is_vacant
from hub.demo.ground.plan import Plan
from hub.demo.told.expected import hub_key

ROSTER = "roster"
LATE_UNIT, LATE_DAY = "AU-420105", 1  # the first areas of 汉阳 come a day late


def placed(known: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Cases with the columns of their place, `area_no` as of their day (T47)."""
    merged = mergers(plan, is_vacant() | is_replaced())
    areas = plan.places.select(into="place", into_area="area_no")
    return (
        known.join(plan.places, on="place", how="left", maintain_order="left")
        .join(merged, on="place", how="left", maintain_order="left")
        .join(areas, on="into", how="left", maintain_order="left")
        .with_columns(
            area_no=pl.when(pl.col("day") >= CHANGE_DAY)
            .then(pl.coalesce("into_area", "area_no"))
            .otherwise("area_no")
        )
        .drop("into", "into_area")
    )


def listed(known: pl.DataFrame, categories: str) -> pl.DataFrame:
    """Cases with the columns of their category ("old" or "new", see `lists`)."""
    lists = {"old": old_list, "new": new_list}
    return known.join(
        lists[categories](), on="category", how="left", maintain_order="left"
    )


def with_chief(known: pl.DataFrame, people: People) -> pl.DataFrame:
    """Cases with `post` and `person` of the road chief in post on their day."""
    changed = (pl.col("day") >= CHANGE_DAY).alias("is_after")
    days = [(1, False), (CHANGE_DAY, True)]
    chiefs = pl.concat(
        [people.chiefs(day).with_columns(is_after=pl.lit(after)) for day, after in days]
    )
    return (
        known.with_columns(changed)
        .join(chiefs, on=["place", "is_after"], how="left", maintain_order="left")
        .drop("is_after")
    )


def waits_for_areas(days: int) -> pl.Expr:
    """Whether a placed case lies where no area is known when the days have ended."""
    return (pl.col("unit_code") == LATE_UNIT) & pl.lit(days <= LATE_DAY)


def derived(*, method: pl.Expr) -> Mapping[str, pl.Expr]:
    """Derived columns of an issue, over `placed`, `listed` and `with_chief`.

    Args:
        method: how the case finds its area (AREA_METHOD); NONE leaves it without
            area and chief.
    """
    found = method != "NONE"
    return {
        "stage_code": pl.col("stage"),
        "handling_mode_code": pl.when(pl.col("dispatchTime").is_not_null()).then(
            pl.lit("DISPATCHED")
        ),
        "area_method_code": method,
        "area_id": pl.when(found).then(hub_key("area", ROSTER, pl.col("area_no"))),
        "chief_assignment_id": pl.when(found).then(
            hub_key("assignment", ROSTER, pl.col("post"))
        ),
        "category_system_code": pl.col("system"),
        "category_kind_code": pl.col("kind_code_right"),
        "category_code": pl.col("category_code"),
        "category_name": pl.col("category_name"),
        "std_category_kind_code": pl.col("std_kind"),
        "std_category_code": pl.col("std_code"),
        "std_method_code": pl.col("std_method"),
    }
