"""A shelf of drawn rows without any lake behind it.

What lives here: a table of every type that the model knows, rows drawn for it, and the
shelf that holds them. What does not: what is asked of it (the tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

from hub.sharing.shelf import Shelf
from hub.sharing.shelf.build import fill

SCHEMA: dict[str, pl.DataType] = {
    "key": pl.String(),
    "word": pl.String(),
    "count": pl.Int64(),
    "amount": pl.Decimal(18, 3),
    "place": pl.Float64(),
    "is_so": pl.Boolean(),
    "at": pl.Datetime("us", "UTC"),
    "on": pl.Date(),
    "tags": pl.List(pl.String()),
}
WORDS = ("", "a", "A", "ab", "武昌", "武昌区", "a*b", "a_b", "[x]", "100%", "a?b")
FIRST = datetime(2026, 10, 1, tzinfo=UTC)


def drawn_rows(chance: Random, many: int) -> pl.DataFrame:
    """Rows in which about every fourth value is null and many are alike."""

    def maybe(value: Any) -> Any:
        return None if chance.random() < 0.25 else value

    return pl.DataFrame(
        {
            "key": [f"k{n:04}" for n in range(many)],
            "word": [maybe(chance.choice(WORDS)) for _ in range(many)],
            "count": [maybe(chance.randint(-2, 2)) for _ in range(many)],
            "amount": [
                maybe(Decimal(chance.randint(-2000, 2000)).scaleb(-3))
                for _ in range(many)
            ],
            "place": [maybe(chance.choice([-1.5, 0.0, 114.25])) for _ in range(many)],
            "is_so": [maybe(chance.random() < 0.5) for _ in range(many)],
            "at": [maybe(FIRST + timedelta(microseconds=n % 3)) for n in range(many)],
            "on": [maybe(date(2026, 10, 1 + n % 3)) for n in range(many)],
            "tags": [maybe(["x"] * (n % 2)) for n in range(many)],
        },
        schema=SCHEMA,
    )


def shelf_of(folder: Path, frames: Sequence[pl.DataFrame]) -> Shelf:
    """A shelf with the rows of some frames."""
    folder.mkdir(parents=True)
    fill(folder, SCHEMA, iter(frames), indexed=("key", "word", "at"), masks={})
    return Shelf(folder, "drawn", SCHEMA)
