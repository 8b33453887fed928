"""The three national category lists and the map between them.

What lives here: the shipped part of the reference datasets `category` and
`category_map`, in canonical columns. What does not: lists and maps of a city or
a partner, which are added by the city's folder.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from hub.schemas.code_lists import frame

# Complete list of 2026; the two older ones hold what is confirmed (codes §3).
GENERATIONS = (
    "category_gbt47678_5_2026",
    "category_gbt30428_2_2013",
    "category_cjt214_2007",
)
CURRENT = "GBT47678.5-2026"
# Majors of components; matters under them are named after the component.
COMPONENT_MAJORS = ("01", "02", "03", "04", "05")


def is_extension(system: pl.Expr, code: pl.Expr) -> pl.Expr:
    """Whether a code was handed out locally, by its minor number.

    National numbers end at 079 in the list of 2026 and at 79 in the two-digit
    lists (codes §3, rule 9); a local list has no national part, so never.
    """
    minor = code.str.slice(2).cast(pl.Int64, strict=False).fill_null(0)
    return system.str.starts_with("LOCAL-").not_() & (minor >= 80)


@cache
def categories() -> pl.DataFrame:
    """The national categories in the columns of dataset `category`."""
    system, kind = pl.col("system_code"), pl.col("kind_code")
    derived = (
        (system == CURRENT)
        & (kind == "MATTER")
        & pl.col("major_code").is_in(COMPONENT_MAJORS)
    )
    return pl.concat([frame(name) for name in GENERATIONS]).with_columns(
        is_extension=is_extension(system, pl.col("category_code")),
        is_derived=derived,
    )


@cache
def category_map() -> pl.DataFrame:
    """The shipped translations in the columns of dataset `category_map`.

    Not reviewed by anybody yet: `reviewed_by_name` and `reviewed_on` are null.
    """
    return frame("category_map").with_columns(
        reviewed_by_name=pl.lit(None, pl.String),
        reviewed_on=pl.lit(None, pl.Date),
    )
