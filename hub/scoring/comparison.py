"""Two scorings of the same units side by side: who moves where, and why.

What lives here: the comparison that a simulation and a revision show. What does not:
scoring; the two sides may come from other policies, figures or inputs.
"""

from __future__ import annotations

import polars as pl

from hub.scoring.engine import Scores

KEYS = ("period", "level", "unit_code", "dimension")
PLACE = ("parent_unit_code", "group_code")
CAUSE = pl.Struct(
    {
        "dimension": pl.String,
        "item": pl.String,
        "points_a": pl.Decimal(12, 3),
        "points_b": pl.Decimal(12, 3),
        "points_change": pl.Decimal(12, 3),
    }
)
NONE = pl.lit(0).cast(pl.Decimal(12, 3))


def compare(scores_a: Scores, scores_b: Scores) -> pl.DataFrame:
    """Who moves from a to b, and which items caused it.

    Returns:
        One row per unit and dimension (null: the total) that either side has:
        period, level, parent_unit_code, group_code (those of b, else of a),
        unit_code, dimension, points_a, points_b, points_change, rank_a, rank_b,
        rank_change (places won, positive is up), reason_a, reason_b (why not ranked),
        causes (list of struct: dimension, item, points_a, points_b, points_change;
        items whose points differ, the greatest difference first; those of a total
        are the items of all dimensions, before weights). A change is null where one
        side has no points.
    """
    sides = ["points", "rank", "not_ranked_reason"]
    joined = _joined(scores_a.totals, scores_b.totals, [*KEYS], sides)
    causes = _causes(scores_a, scores_b)
    of_dimensions = _listed(causes, [*KEYS])
    of_totals = _listed(causes, ["period", "level", "unit_code"]).with_columns(
        dimension=pl.lit(None, dtype=pl.String)
    )
    listed = pl.concat([of_dimensions, of_totals.select(of_dimensions.columns)])
    change = pl.col("rank_a") - pl.col("rank_b")
    return (
        joined.join(listed, on=KEYS, how="left", nulls_equal=True)
        .with_columns(
            points_change=_difference(),
            rank_change=change,
            causes=pl.col("causes").fill_null(pl.lit([], dtype=pl.List(CAUSE))),
        )
        .select(
            "period",
            "level",
            *PLACE,
            "unit_code",
            "dimension",
            "points_a",
            "points_b",
            "points_change",
            "rank_a",
            "rank_b",
            "rank_change",
            reason_a="not_ranked_reason_a",
            reason_b="not_ranked_reason_b",
            causes="causes",
        )
        .sort(
            "period", "level", *PLACE, "dimension", "rank_b", "unit_code",
            nulls_last=True,
        )
    )  # fmt: skip


def _causes(a: Scores, b: Scores) -> pl.DataFrame:
    """Items whose points differ, or that only one side has with points."""
    both = _joined(a.items, b.items, [*KEYS, "item"], ["points"])
    return both.filter(pl.col("points_a").ne_missing(pl.col("points_b"))).with_columns(
        points_change=_difference()
    )


def _listed(causes: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Per key the items, the greatest difference first."""
    weight = (
        pl.col("points_b").fill_null(NONE) - pl.col("points_a").fill_null(NONE)
    ).abs()
    fields = [field.name for field in CAUSE.fields]
    return (
        causes.sort(weight, "dimension", "item", descending=[True, False, False])
        .select(*keys, pl.struct(fields).alias("cause"))
        .group_by(keys, maintain_order=True)
        .agg(causes=pl.col("cause"))
    )


def _joined(
    a: pl.DataFrame, b: pl.DataFrame, keys: list[str], sides: list[str]
) -> pl.DataFrame:
    """Both sides in a row: keys, place, and `<side>_a`, `<side>_b`."""
    named = [
        frame.select(
            *keys,
            *(pl.col(one).alias(f"{one}_{side}") for one in (*PLACE, *sides)),
        )
        for frame, side in ((a, "a"), (b, "b"))
    ]
    return (
        named[0]
        .join(named[1], on=keys, how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.coalesce(f"{one}_b", f"{one}_a").alias(one) for one in PLACE)
    )


def _difference() -> pl.Expr:
    return (pl.col("points_b") - pl.col("points_a")).cast(pl.Decimal(12, 3))
