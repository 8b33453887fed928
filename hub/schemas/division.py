"""Dataset `division`, 行政区划.

Names do not identify a division, codes do: two streets of one city share a name.
The divisions themselves are the city's and lie in its folder.
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import Date, Text, field, valid_from, valid_to
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import RowRule

NUMBER = pl.col("division_code").str.slice(-3).cast(pl.Int64, strict=False)
# Number ranges of township-level (9 digits) and village-level (12) codes.
RANGES = {
    "STREET": (9, 1, 99),
    "TOWN": (9, 100, 199),
    "TOWNSHIP": (9, 200, 299),
    "TOWNSHIP_LIKE": (9, 400, 599),
    "RESIDENTS_COMMITTEE": (12, 1, 199),
    "VILLAGE_COMMITTEE": (12, 200, 399),
    "RESIDENTS_LIKE": (12, 400, 499),
    "VILLAGE_LIKE": (12, 500, 599),
}


def _kind_fits(kind: str, digits: int, least: int, greatest: int) -> pl.Expr:
    concerned = (pl.col("kind_code") == kind) & pl.col("division_code").str.contains(
        f"^[0-9]{{{digits}}}$"
    )
    return concerned.not_() | NUMBER.is_between(least, greatest)


KIND_AND_NUMBER = RowRule(
    "kind_code",
    "P26",
    pl.all_horizontal(_kind_fits(kind, *bounds) for kind, bounds in RANGES.items()),
)


class Division(HubModel):
    """Administrative divisions from the city down to the community."""

    division_code: Text = field("区划代码", required=True, form="division_code")
    division_name: Text = field("名称", required=True)
    level_code: Text = field("层级", required=True, codes="DIVISION_LEVEL")
    kind_code: Text = field(
        "类型",
        "agrees with the number range of the code",
        required=True,
        codes="DIVISION_KIND",
    )
    parent_code: Text = field(
        "上级代码",
        "null for the city only",
        required_if=pl.col("level_code") != "CITY",
        ref="division",
        form="division_code",
    )
    urban_rural_code: Text = field("城乡分类", codes="URBAN_RURAL")
    valid_from_on: Date = valid_from()
    valid_to_on: Date = valid_to()

    class Config:
        """Facts of the dataset as a whole."""

        name = "division"
        title = "行政区划"
        metadata = facts(
            topic="units",
            grain="one row per division and version",
            key=("division_code", "valid_from_on"),
            history="scd2",
            share="OPEN",
            core=False,
            row_rules=(KIND_AND_NUMBER,),
        )
