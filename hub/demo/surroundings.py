"""What the simulated city is made of: its streets and the lists of categories.

What lives here: reading them once from the shipped reference data. What does not:
anything invented; streets get their plan in `places`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

import hub.schemas
from hub.demo.places import read_streets

CODES = Path(next(iter(hub.schemas.__path__))) / "codes"
# A local extension, as cities hand them out from 99 down; no list holds it (F07 warns).
EXTENSION = {
    "system_code": "GBT30428.2-2013",
    "kind_code": "MATTER",
    "category_code": "0499",
    "major_code": "04",
    "major_name": "街面秩序",
    "category_name": "共享单车乱停放",
}


@dataclass(frozen=True)
class Surroundings:
    """Streets as `read_streets` gives them, and two lists of categories.

    The lists have kind_code, category_code, category_name, major_code, major_name;
    `categories` is that of 2013, which the platform uses, `matters` the genuine
    matters of 2026.
    """

    streets: pl.DataFrame
    categories: pl.DataFrame
    matters: pl.DataFrame


def read_surroundings() -> Surroundings:
    """Read everything that is not left to chance."""
    old = pl.read_csv(CODES / "category_gbt30428_2_2013.csv", infer_schema=False)
    new = pl.read_csv(CODES / "category_gbt47678_5_2026.csv", infer_schema=False)
    genuine = (pl.col("kind_code") == "MATTER") & (pl.col("major_code") >= "06")
    extended = pl.concat([old, pl.DataFrame([EXTENSION])], how="diagonal")
    return Surroundings(
        streets=read_streets(),
        categories=extended.with_row_index("category").cast({"category": pl.Int64}),
        matters=new.filter(genuine)
        .with_row_index("category")
        .cast({"category": pl.Int64}),
    )
