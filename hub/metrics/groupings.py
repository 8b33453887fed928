"""Where cases are counted: every level, and breakdowns of city and units.

What lives here: the number of each row's code at a level, or of its pair of unit and
category, channel or mode, and the codes behind the numbers. What does not: counting
(`cells`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.metrics.levels import CITY, LEVELS, UNIT

Whole = NDArray[np.int64]
# Breakdown → the column that it goes by.
BREAKDOWNS: Mapping[str, str] = MappingProxyType(
    {
        "category": "category",
        "channel": "source_channel_code",
        "mode": "handling_mode_code",
    }
)
BROKEN_DOWN = (CITY, UNIT)


@dataclass(frozen=True)
class Grouping:
    """One way to put the rows of a month into groups.

    Attributes:
        level: name of the level.
        by: the breakdown, or None.
        is_listed: whether groups without a row are told.
        codes: unit_code and by_code of each group, in their order.
        number: the group of each row; `len(codes)` where it has none.
    """

    level: str
    by: str | None
    is_listed: bool
    codes: pl.DataFrame
    number: Whole


def groupings(rows: pl.DataFrame, codes: pl.DataFrame) -> Iterator[Grouping]:
    """Every level, then every breakdown.

    Args:
        rows: of one month, with the columns of the levels.
        codes: `existing_codes` of that month.
    """
    for level in LEVELS:
        listed = codes.filter(level=level.name)["unit_code"]
        texts, number = _numbered(
            rows, level.column, listed if level.is_listed else None
        )
        frame = pl.DataFrame(
            {"unit_code": texts, "by_code": [None] * len(texts)},
            schema={"unit_code": pl.String, "by_code": pl.String},
        )
        yield Grouping(level.name, None, level.is_listed, frame, number)
        if level.name in BROKEN_DOWN:
            for by, column in BREAKDOWNS.items():
                yield _broken_down(rows, level.name, by, column, texts, number)


def _numbered(
    rows: pl.DataFrame, column: str | None, listed: pl.Series | None
) -> tuple[list[str | None], Whole]:
    """The codes of a column, and each row's place among them."""
    if column is None:
        return [None], np.zeros(len(rows), dtype=np.int64)
    values = rows[column]
    known = (values if listed is None else listed).drop_nulls().unique().sort()
    placed = values.cast(pl.Enum(known), strict=False).to_physical()
    number: Any = placed.cast(pl.Int64).fill_null(len(known)).to_numpy()
    return known.to_list(), number


def _broken_down(
    rows: pl.DataFrame,
    level: str,
    by: str,
    column: str,
    texts: list[str | None],
    number: Whole,
) -> Grouping:
    """Groups of a level × a column; a row without a value is a group of its own."""
    values, value = _numbered(rows, column, None)
    parts: list[str | None] = [*values, None]
    codes = pl.DataFrame(
        {
            "unit_code": [text for text in texts for _ in parts],
            "by_code": parts * len(texts),
        },
        schema={"unit_code": pl.String, "by_code": pl.String},
    )
    none = number == len(texts)
    pair = np.where(none, len(codes), number * len(parts) + value)
    return Grouping(level, by, is_listed=False, codes=codes, number=pair)
