"""Whether a delivered category exists in its list, and how bad it is if not.

What lives here: rule F07 (model §5, codes §3). The list of 2026 is complete: a
number it does not hold is an extension or an error. The lists of 2013 and 2007
are partial: what decides there is the major. A partner's own list holds what it
holds. What does not: other lists' codes for the same thing (`categories`).
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hub.pipeline.categories import TRIPLE

# Complete list → first minor number that a city may hand out itself (codes §3.9).
COMPLETE = {"GBT47678.5-2026": 80}
# Partial list → majors known to exist per kind (codes §3.4).
PARTIAL: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GBT30428.2-2013", "MATTER"): ("01", "02", "03", "04", "05", "06"),
    ("GBT30428.2-2013", "COMPONENT"): ("01", "02", "03", "04", "05"),
    ("CJT214-2007", "MATTER"): ("01", "02", "03", "04", "05", "21"),
    ("CJT214-2007", "COMPONENT"): ("01", "02", "03", "04", "05", "06", "21"),
}


def category_findings(
    issues: pl.DataFrame, categories: pl.DataFrame, *, row: str = "__row"
) -> pl.DataFrame:
    """F07 for every issue whose category is not in its list.

    Args:
        issues: the row number and the category triple.
        categories: system_code, kind_code, category_code of every list.
        row: name of the row number.

    Returns:
        row, rule ("F07"), severity ("reject" or "warn"), by row.
    """
    system, code = pl.col("category_system_code"), pl.col("category_code")
    unknown = issues.select(row, *TRIPLE).join(
        categories.select("system_code", "kind_code", "category_code"),
        left_on=list(TRIPLE),
        right_on=["system_code", "kind_code", "category_code"],
        how="anti",
    )
    majors = pl.DataFrame(
        [(*key, major) for key, majors in PARTIAL.items() for major in majors],
        schema=["category_system_code", "category_kind_code", "major"],
        orient="row",
    )
    listed = (
        categories.filter(pl.col("system_code").is_in(list(COMPLETE)))
        .select(
            category_system_code="system_code",
            category_kind_code="kind_code",
            major=pl.col("category_code").str.head(2),
        )
        .unique()
    )
    known = pl.concat([majors, listed]).with_columns(has_major=pl.lit(value=True))
    minor = code.str.slice(2).cast(pl.Int64, strict=False)
    first_local = system.replace_strict(COMPLETE, default=None, return_dtype=pl.Int64)
    is_complete = system.is_in(list(COMPLETE))
    has_form = (
        pl.when(is_complete)
        .then(code.str.contains(r"^\d{5}$"))
        .otherwise(code.str.contains(r"^\d{4}$"))
    )
    is_extension = (
        pl.col("has_major") & has_form & (~is_complete | (minor >= first_local))
    )
    return (
        unknown.with_columns(major=code.str.head(2))
        .join(
            known,
            on=["category_system_code", "category_kind_code", "major"],
            how="left",
        )
        .select(
            row,
            rule=pl.lit("F07"),
            severity=pl.when(is_extension.fill_null(value=False))
            .then(pl.lit("warn"))
            .otherwise(pl.lit("reject")),
        )
        .sort(row)
    )
