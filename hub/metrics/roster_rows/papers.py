"""Papers and meeting items as rows to be counted.

What lives here: what each unit must have set up (metrics §6.1) with the verdict that
holds in a month, and what joint meetings resolved (§5). What does not: what counts
(`entries.institution`, `entries.meetings`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from hub.metrics.evidence import named
from hub.metrics.levels import OWN_STREET_UNIT, OWN_UNIT, Places
from hub.metrics.roster_rows.placed import org_places, with_place
from hub.metrics.units import DISTRICT_UNIT, on_day

MONTHLY = "MONTHLY"
FULL, HALF = 2, 1  # points of an item in halves, so that PARTIAL stays whole


def institution_rows(
    docs: pl.DataFrame,
    items: pl.DataFrame,
    places: Places,
    *,
    days: pl.DataFrame,
    weights: Mapping[str, int],
) -> pl.DataFrame:
    """Every item that is asked of every unit of a month, with its verdict.

    The latest document valid in the month judges; an item of each month needs one of
    that month. A unit of district level counts for the city, one of street level for
    itself alone.

    Args:
        docs: rows of dataset institution_doc.
        items: code, frequency, levels (words) of the list INSTITUTION_ITEM.
        places: the city's.
        days: `last_known_days`.
        weights: item → weight; 1 where none is named.

    Returns:
        period, subject, subject_id (unit and item), item_code, the place with its own
        unit, levels, has_document, is_checked, is_partial, weight_halves,
        earned_halves, is_untold (no document of anybody ever came).
    """
    asked = items.select(
        "frequency",
        item_code="code",
        level_code=pl.col("levels").str.split(" "),
        weight=pl.col("code").replace_strict(
            dict(weights), default=1, return_dtype=pl.Int64
        )
        if weights
        else pl.lit(1, dtype=pl.Int64),
    ).explode("level_code")
    latest = _latest(docs.join(days, how="cross"), items)
    began = docs.join(days, how="cross").filter(pl.col("issued_on") <= pl.col("day"))
    told = began.select("period").unique().with_columns(is_told=pl.lit(value=True))
    verdict, is_district = pl.col("verdict_code"), pl.col("level_code") == DISTRICT_UNIT
    earned = (
        pl.when(verdict == "MET")
        .then(FULL)
        .when(verdict == "PARTIAL")
        .then(HALF)
        .otherwise(0)
    )
    return with_place(
        on_day(places.units, days)
        .select("period", "unit_code", "level_code")
        .unique(["period", "unit_code"], keep="any")
        .join(asked, on="level_code")
        .join(latest, on=["period", "unit_code", "item_code"], how="left")
        .join(told, on="period", how="left")
        .with_columns(
            *named("institution_item", "unit_code", "item_code"),
            pl.col("has_document").fill_null(value=False),
            pl.when(is_district).then("unit_code").alias(OWN_UNIT),
            pl.when(~is_district).then("unit_code").alias(OWN_STREET_UNIT),
            levels=pl.when(is_district)
            .then(pl.lit(["city", "unit"]))
            .otherwise(pl.lit(["street_unit"])),
            is_checked=verdict.is_not_null(),
            is_partial=(verdict == "PARTIAL").fill_null(value=False),
            weight_halves=pl.col("weight") * FULL,
            earned_halves=(pl.col("weight") * earned).cast(pl.Int64),
            is_untold=pl.col("is_told").is_null(),
        )
        .drop("unit_code", "verdict_code"),
        places,
    )


def _latest(dated: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """period, unit_code, item_code, verdict_code, has_document: what judges."""
    first = pl.col("day").dt.month_start()
    expires = pl.col("expires_on")
    kinds = items.select("frequency", item_code="code")
    return (
        dated.filter(
            (pl.col("issued_on") <= pl.col("day"))
            & (expires.is_null() | (expires > first))
        )
        .join(kinds, on="item_code")
        .filter(
            (pl.col("frequency") != MONTHLY)
            | (pl.col("period_month") == pl.col("period"))
        )
        .sort("issued_on", "institution_doc_id")
        .unique(["period", "unit_code", "item_code"], keep="last", maintain_order=True)
        .select(
            "period",
            "unit_code",
            "item_code",
            "verdict_code",
            has_document=pl.lit(value=True),
        )
    )


def meeting_rows(
    items: pl.DataFrame,
    orgs: pl.DataFrame,
    places: Places,
    *,
    days: pl.DataFrame,
    today: date,
) -> pl.DataFrame:
    """Items of joint meetings, in the month in which they fall due.

    One without a due date stands in the month of its meeting. It counts where the
    responsible organisation lies, else where the host lies.

    Args:
        items: rows of dataset meeting_item.
        orgs: rows of dataset org.
        places: the city's.
        days: `last_known_days`.
        today: the local day of `as_of`; what was done later is not known.

    Returns:
        period, subject, subject_id, the place, has_due, is_due, is_done, is_late.
    """
    due, done = pl.col("due_on"), pl.col("done_on")
    is_done = (done <= pl.lit(today)).fill_null(value=False)
    where = org_places(orgs, places, days)
    dated = items.select(
        "meeting_item_id",
        *named("meeting_item", "meeting_item_id"),
        period=pl.coalesce("due_on", "held_on").dt.to_string("%Y-%m"),
        responsible="responsible_org_id",
        host="host_org_id",
        has_due=due.is_not_null(),
        is_due=(due <= pl.lit(today)).fill_null(value=False),
        is_done=is_done,
        is_late=is_done & (done > due).fill_null(value=False),
    ).join(days.select("period"), on="period", how="semi")
    known = where.select("period", "org_id", is_known=pl.lit(value=True))
    return with_place(
        dated.join(
            known,
            left_on=["period", "responsible"],
            right_on=["period", "org_id"],
            how="left",
        )
        .with_columns(org_id=pl.when("is_known").then("responsible").otherwise("host"))
        .join(where, on=["period", "org_id"], how="left")
        .drop("responsible", "host", "is_known"),
        places,
    )
