"""Which limit a step of a case has: rows of dataset time_limit found for cases.

What lives here: the look-up (codes §7, model §4.6). The condition row owns the limit:
among the valid rows of the case's own category, else of its standard one, the row of
its registration condition goes before the row for all conditions, and then the row of
its zone class before the row for all zones. Two rows that serve a case equally well
are no limit but a reason. What does not: when that limit ends (`computed_limits`).
"""

from __future__ import annotations

import polars as pl

CATEGORY = ("category_system_code", "category_kind_code", "category_code")
NO_START = "NO_START"
NO_RULE = "NO_RULE"
OTHER_CONDITION = "OTHER_CONDITION"
AMBIGUOUS_RULE = "AMBIGUOUS_RULE"
LIMIT = ("time_limit_id", "limit_type_code", "limit_value", "limit_minutes")
PLACE = "place"


def match_limits(
    steps: pl.DataFrame, limits: pl.DataFrame, *, standard: str | None
) -> pl.DataFrame:
    """The limit of every step, or the reason why it has none.

    Args:
        steps: one row per case and step: step_code, start_on (local day on which its
            clock starts, or null), the category triple, std_category_kind_code,
            std_category_code, condition_text, zone_class_name.
        limits: rows of dataset time_limit, all versions.
        standard: system of the standard categories; None where there is none.

    Returns:
        The columns of `LIMIT` and reason, in the order of `steps`. NO_START: the
        clock has not started. NO_RULE: the category has no limit for this step on
        that day. OTHER_CONDITION: it has some, for other conditions or zones only.
        AMBIGUOUS_RULE: several serve equally well.
    """
    rules = _rules(limits)
    asked = steps.with_row_index(PLACE).filter(pl.col("start_on").is_not_null())
    asked = asked.select(
        PLACE,
        "step_code",
        "start_on",
        *CATEGORY,
        std_system=pl.lit(standard, pl.String),
        std_kind="std_category_kind_code",
        std_code="std_category_code",
        condition=_plain("condition_text"),
        zone=_plain("zone_class_name"),
    )
    own = _pairs(asked, rules, CATEGORY).with_columns(is_standard=pl.lit(0))
    other = _pairs(asked, rules, ("std_system", "std_kind", "std_code"))
    pairs = pl.concat([own, other.with_columns(is_standard=pl.lit(1))])
    serves = [
        pl.col(f"rule_{name}").is_null()
        | pl.col(f"rule_{name}").eq_missing(pl.col(name))
        for name in ("condition", "zone")
    ]
    rank = (
        pl.col("is_standard") * 4
        + pl.col("rule_condition").is_null() * 2
        + pl.col("rule_zone").is_null() * 1
    )
    best = (
        pairs.filter(*serves)
        .with_columns(rank=rank)
        .filter(pl.col("rank") == pl.col("rank").min().over(PLACE))
        .group_by(PLACE)
        .agg(pl.col(*LIMIT).first(), count=pl.len())
    )
    named = pairs.select(PLACE).unique().with_columns(is_named=pl.lit(value=True))
    found = (
        steps.with_row_index(PLACE)
        .select(PLACE, "start_on")
        .join(best, on=PLACE, how="left", maintain_order="left")
        .join(named, on=PLACE, how="left", maintain_order="left")
    )
    reason = (
        pl.when(pl.col("start_on").is_null())
        .then(pl.lit(NO_START))
        .when(pl.col("count") == 1)
        .then(None)
        .when(pl.col("count") > 1)
        .then(pl.lit(AMBIGUOUS_RULE))
        .when(pl.col("is_named"))
        .then(pl.lit(OTHER_CONDITION))
        .otherwise(pl.lit(NO_RULE))
    )
    sole = pl.col("count") == 1
    return found.select(
        *(pl.when(sole).then(pl.col(name)).alias(name) for name in LIMIT),
        reason=reason,
    )


def _plain(column: str) -> pl.Expr:
    """Text for comparison: NFKC, without blanks; nothing left is null."""
    folded = pl.col(column).str.normalize("NFKC").str.replace_all(r"\s", "")
    return pl.when(folded != "").then(folded)


def _rules(limits: pl.DataFrame) -> pl.DataFrame:
    return limits.select(
        *LIMIT,
        "step_code",
        "valid_from_on",
        "valid_to_on",
        *CATEGORY,
        rule_condition=_plain("condition_text"),
        rule_zone=_plain("zone_class_name"),
    )


def _pairs(
    asked: pl.DataFrame, rules: pl.DataFrame, category: tuple[str, ...]
) -> pl.DataFrame:
    """Steps with every limit of a category that is in force on the day of the start."""
    day, until = pl.col("start_on"), pl.col("valid_to_on")
    is_over = until.is_not_null() & (until <= day)
    return (
        asked.join(
            rules, left_on=[*category, "step_code"], right_on=[*CATEGORY, "step_code"]
        )
        .filter((pl.col("valid_from_on") <= day) & ~is_over)
        .select(PLACE, *LIMIT, "condition", "zone", "rule_condition", "rule_zone")
    )
