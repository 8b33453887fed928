"""The lists of categories that the simulated systems use.

What lives here: the list of 2013 as far as the published table of pairs speaks of it,
and the genuine matters of 2026; each with the standard category that it must end in,
as the table says. What does not: reading codes in the hub (`hub.pipeline.categories`).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

import hub.schemas

CODES = Path(next(iter(hub.schemas.__path__))) / "codes"
STANDARD, OLD = "GBT47678.5-2026", "GBT30428.2-2013"


def old_list() -> pl.DataFrame:
    """Categories of 2013 that have a pair: one row each, in the order of the list.

    Returns:
        category (0, 1, …), system, kind_code, category_code, category_name, major_code,
        major_name, std_kind, std_code, std_method (all null: known to have no target).
    """
    listed = pl.read_csv(CODES / "category_gbt30428_2_2013.csv", infer_schema=False)
    pairs = pl.read_csv(CODES / "category_map.csv", infer_schema=False).filter(
        (pl.col("from_system_code") == OLD) & (pl.col("to_system_code") == STANDARD)
    )
    led = pl.col("to_code").is_not_null()
    return _numbered(
        listed.join(
            pairs,
            left_on=["kind_code", "category_code"],
            right_on=["from_kind_code", "from_code"],
            maintain_order="left",
        ).with_columns(
            std_kind=pl.when(led).then("to_kind_code"),
            std_code="to_code",
            std_method=pl.when(led).then("method_code"),
        )
    )


def new_list() -> pl.DataFrame:
    """The genuine matters of 2026; each is its own standard category."""
    listed = pl.read_csv(CODES / "category_gbt47678_5_2026.csv", infer_schema=False)
    genuine = (pl.col("kind_code") == "MATTER") & (pl.col("major_code") >= "06")
    return _numbered(
        listed.filter(genuine).with_columns(
            std_kind="kind_code", std_code="category_code", std_method=pl.lit("EXACT")
        )
    )


def _numbered(listed: pl.DataFrame) -> pl.DataFrame:
    return (
        listed.select(
            "kind_code",
            "category_code",
            "category_name",
            "major_code",
            "major_name",
            "std_kind",
            "std_code",
            "std_method",
            system="system_code",
        )
        .with_row_index("category")
        .cast({"category": pl.Int64})
    )
