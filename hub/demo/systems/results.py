"""What districts share that tell how they handled the platform's cases.

What lives here: attempts with a defect each for the first cases of a day, and attempts
as they stand on an evening. What does not: which attempts there are
(`hub.demo.ground.attempts`), any system's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from hub.demo.days import told_at
from hub.demo.ground.attempts import attempts_in
from hub.demo.ground.cases import Happenings

UNIT_CODE = pl.format("S{}", "street_code")
HELPER = pl.format("XG{}", "street_code")
TAIL = pl.col("case_id").str.tail(6)
IS_DONE = pl.col("end").is_not_null()


def has(kind: str) -> pl.Expr:
    """Whether an attempt has that defect."""
    return pl.col("defect").eq_missing(kind)


def marked_attempts(
    happenings: Happenings, unit: str, kinds: Sequence[str]
) -> pl.DataFrame:
    """The attempts in a unit, with a column `defect`: a kind, or null.

    All attempts at one case of each day have the first kind, and so on.
    """
    attempts = attempts_in(happenings, unit)
    nth = pl.col("case").rank("dense").over("day").cast(pl.Int64)
    numbers = list(range(1, len(kinds) + 1))
    return attempts.with_columns(
        defect=nth.replace_strict(
            numbers, list(kinds), default=None, return_dtype=pl.String
        )
    )


def told_on(attempts: pl.DataFrame, day: int) -> pl.DataFrame:
    """What began or ended on a day, as it stands on its evening."""
    since, until = told_at(day - 1), told_at(day)
    end = pl.when(pl.col("end") < until).then("end")
    known = attempts.filter(pl.col("begin") < until).with_columns(end=end)
    return known.filter((pl.col("begin") >= since) | (pl.col("end") >= since))


def last_told(attempts: pl.DataFrame, days: Iterable[int]) -> pl.DataFrame:
    """Every attempt that was told on some days, as on the last of them."""
    every = [told_on(attempts, day) for day in sorted(set(days))]
    return pl.concat(every).unique(
        ["case", "attempt"], keep="last", maintain_order=True
    )


def sound(attempts: pl.DataFrame, kinds: Iterable[str]) -> pl.DataFrame:
    """Attempts without any of these defects."""
    return attempts.filter(~pl.col("defect").is_in(list(kinds)).fill_null(value=False))
