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
    if kind == "share" or unit == "percent":
        text = text.str.strip_suffix("%")
    pattern = WHOLE if kind == "int" and not unit else NUMBER
    fits = text.str.contains(pattern).fill_null(value=False)
    unreadable = text.is_not_null() & ~fits
    plain = text.to_frame("t").select(pl.when(fits).then("t"))["t"]
    if kind == "float":
        return Cells(plain.cast(pl.Float64), (("P04", unreadable),))
    exact = plain.cast(pl.Decimal(38, 10), strict=False)
    times, by = FACTORS[unit or "m"]
    if (times, by) != (1, 1):
        frame = exact.to_frame("n").select(
            (pl.col("n") * times / by).cast(pl.Decimal(38, 10))
        )
        exact = frame["n"]
    unreadable = unreadable | (plain.is_not_null() & exact.is_null())
    scale = SCALES.get(kind, 0)
    rounded = exact.round(scale, mode="half_away_from_zero")
    changed = (rounded != exact).fill_null(value=False)
    target: pl.DataType = pl.Int64()
    if kind != "int":
        target = pl.Decimal(18, 3) if kind == "dec" else pl.Decimal(9, 6)
    values = rounded.cast(target, strict=False)
    lost = rounded.is_not_null() & values.is_null()
    return Cells(values, (("P04", unreadable | lost), ("P25", changed & ~lost)))


def read_booleans(text: pl.Series) -> Cells:
    """Text → Boolean by a closed list of words; anything else is a finding."""
    lower = text.str.to_lowercase()
    values = lower.replace_strict(
        [*TRUE, *FALSE],
        [True] * len(TRUE) + [False] * len(FALSE),
        default=None,
        return_dtype=pl.Boolean,
    )
    return Cells(values, (("P05", text.is_not_null() & values.is_null()),))


def read_lists(text: pl.Series, separator: str | None) -> Cells:
    """Text → list of trimmed elements; an empty cell is null, not an empty list."""
    if separator is None:
        text = text.str.replace_all(LIST_SEPARATOR, "\x1f")
        separator = "\x1f"
    values = text.str.split(separator).list.eval(
        pl.element().str.strip_chars().replace("", None).drop_nulls()
    )
    return Cells(values)
