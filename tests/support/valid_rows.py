"""Rows that break no rule, one frame per dataset, for tests that break them.

Every column holds a value, so that a test which nulls or spoils one cell knows
that what is found comes from that cell.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl

from hub.schemas import Column, Dataset

NOON = datetime(2026, 9, 28, 12, tzinfo=UTC)
LANDED = NOON + timedelta(hours=1)
TODAY = date(2026, 9, 28)
FORMS = {
    "district_code": "420104",
    "street_code": "420104001",
    "community_code": "420104001001",
    "division_code": "420100",
    "unit_grid_code": "420104001001001",
    "component_id": "4201040101000001",
    "uscc": "91350100M000100Y43",
    "mobile": "13812348000",
    "phone": "027-88881234",
    "sha256": "0" * 64,
}
# Where a rule ties two columns, the plain value of the type will not do.
FITTING: dict[str, object] = {
    "category_system_code": "GBT47678.5-2026",
    "system_code": "GBT47678.5-2026",
    "from_system_code": "GBT30428.2-2013",
    "to_system_code": "GBT47678.5-2026",
    "category_code": "06010",
    "std_category_code": "06010",
    "from_code": "0110",
    "to_code": "06010",
    "period_month": "2026-09",
    "shifts": "08:00-12:00,14:00-18:00",
    "valid_to_on": TODAY + timedelta(days=1),
    "end_on": TODAY + timedelta(days=1),
    "ended_at": NOON + timedelta(minutes=30),
}
PLAIN: dict[str, object] = {
    "str": "某处",
    "int": 1,
    "float": 114.3,
    "dec": Decimal("1.000"),
    "share": Decimal("0.500000"),
    "bool": True,
    "ts": NOON,
    "date": TODAY,
    "list": ["某处"],
    "media": [{"usage_code": "NEAR", "uri": "a.jpg"}],
}


def valid_value(column: Column) -> object:
    """A value that suits the column in every valid frame."""
    if column.name in FITTING:
        return FITTING[column.name]
    if column.codes is not None:
        return column.codes[0]
    if column.form is not None:
        fitting = FORMS[column.form]
        return [fitting] if column.type == "list" else fitting
    return PLAIN[column.type]


def valid_rows(ds: Dataset, height: int = 3) -> pl.DataFrame:
    """So many faultless rows of the dataset, with row numbers and provenance."""
    columns = {
        column.name: pl.Series([valid_value(column)] * height, dtype=column.dtype)
        for column in ds.columns
    }
    marks = {
        column.name: pl.Series(
            [LANDED if column.type == "ts" else "p"] * height, dtype=column.dtype
        )
        for column in ds.provenance
    }
    numbers = pl.Series("__row", range(10, 10 + height), dtype=pl.Int64)
    return pl.DataFrame({"__row": numbers, **columns, **marks})


def spoil(
    frame: pl.DataFrame, column: str, value: object, *, at: int = 1
) -> pl.DataFrame:
    """The frame with one cell replaced."""
    values = frame[column].to_list()
    values[at] = value
    return frame.with_columns(pl.Series(column, values, dtype=frame.schema[column]))
