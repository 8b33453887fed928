"""Cells of one canonical type: text in, values and findings out.

What lives here: how numbers, yes/no words and lists are read. Parsing comes
before validation, so that a bad cell is a finding and never a cast (design §3).
What does not: instants and dates (`instants`), code tables (`columns`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

NUMBER = r"^[+-]?\d+(?:\.\d+)?$"
WHOLE = r"^[+-]?\d+(?:\.0+)?$"
TRUE = ("true", "1", "是", "yes", "y", "t", "有")
FALSE = ("false", "0", "否", "no", "n", "f")
LIST_SEPARATOR = r"[、,，;；|\s]+"
# Source unit → (factor, canonical unit is what the column's suffix says).
FACTORS = {
    "m": (1, 1),
    "km": (1000, 1),
    "minutes": (1, 1),
    "hours": (60, 1),
    "seconds": (1, 60),
    "fraction": (1, 1),
    "percent": (1, 100),
}
SCALES = {"dec": 3, "share": 6}


class Cells(NamedTuple):
    """Values of one column, and per rule code the rows that break it."""

    values: pl.Series
    faults: tuple[tuple[str, pl.Series], ...] = ()


def read_numbers(text: pl.Series, kind: str, unit: str | None) -> Cells:
    """Text → Int64, Decimal(18,3) ("dec"), Decimal(9,6) ("share") or Float64.

    More places than the type holds are rounded half up and reported (P25).
    """
    sent = pl.col("t")
    if kind == "share" or unit == "percent":
        sent = sent.str.strip_suffix("%")
    pattern = WHOLE if kind == "int" and not unit else NUMBER
    fits = sent.str.contains(pattern).fill_null(value=False)
    told = text.to_frame("t").select(sent, plain=pl.when(fits).then(sent))
    plain, unreadable = pl.col("plain"), sent.is_not_null() & pl.col("plain").is_null()
    if kind == "float":
        read = told.select(value=plain.cast(pl.Float64), unreadable=unreadable)
        return Cells(read["value"], (("P04", read["unreadable"]),))
    exact = plain.cast(pl.Decimal(38, 10), strict=False)
    times, by = FACTORS[unit or "m"]
    if (times, by) != (1, 1):
        exact = (exact * times / by).cast(pl.Decimal(38, 10))
    target: pl.DataType = pl.Int64()
    if kind != "int":
        target = pl.Decimal(18, 3) if kind == "dec" else pl.Decimal(9, 6)
    scale = SCALES.get(kind, 0)
    rounded = pl.col("exact").round(scale, mode="half_away_from_zero")
    read = (
        told.with_columns(exact=exact)
        .with_columns(value=rounded.cast(target, strict=False), rounded=rounded)
        .select(
            "value",
            unreadable=sent.is_not_null() & pl.col("value").is_null(),
            changed=(pl.col("rounded") != pl.col("exact")).fill_null(value=False)
            & pl.col("value").is_not_null(),
        )
    )
    faults = (("P04", read["unreadable"]), ("P25", read["changed"]))
    return Cells(read["value"], faults)


def read_booleans(text: pl.Series) -> Cells:
    """Text → Boolean by a closed list of words; anything else is a finding."""
    lower = pl.col("t").str.to_lowercase()
    value = pl.when(lower.is_in(TRUE)).then(True).when(lower.is_in(FALSE)).then(False)
    read = text.to_frame("t").select(value=value, sent="t")
    unknown = read["sent"].is_not_null() & read["value"].is_null()
    return Cells(read["value"], (("P05", unknown),))


def read_lists(text: pl.Series, separator: str | None) -> Cells:
    """Text → list of trimmed elements; an empty cell is null, not an empty list."""
    if separator is None:
        text = text.str.replace_all(LIST_SEPARATOR, "\x1f")
        separator = "\x1f"
    values = text.str.split(separator).list.eval(
        pl.element().str.strip_chars().replace("", None).drop_nulls()
    )
    return Cells(values)
