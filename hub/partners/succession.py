"""Which division has taken over from one that ended, on a day (trap T47).

What lives here: a row of the table of successors, and following the table from a code
to whatever holds on a day. What does not: reading and judging the file
(`successors`), what becomes of a row (`hub.pipeline.successors`) or of a figure
(`hub.metrics.carried`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import polars as pl

ASKED = ("code", "day")


class Successor(NamedTuple):
    """One row of the table of successors.

    Attributes:
        division_code: the division that ended.
        successor_code: one that took over from it.
        from_on: its first day in that place, the first without the old one.
        note: what happened, in words.
    """

    division_code: str
    successor_code: str
    from_on: date
    note: str | None = None


SUCCESSOR: dict[str, pl.DataType] = {
    "division_code": pl.String(),
    "successor_code": pl.String(),
    "from_on": pl.Date(),
    "note": pl.String(),
}
NOTHING = pl.DataFrame(schema=SUCCESSOR)


@dataclass(frozen=True, eq=False)
class Succession:
    """The versions of all divisions, and who took over from whom.

    Attributes:
        divisions: division_code, valid_from_on, valid_to_on; one row per version.
        successors: SUCCESSOR.
    """

    divisions: pl.DataFrame
    successors: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether nobody has taken over from anybody."""
        return self.successors.is_empty()

    def sole(self, asked: pl.DataFrame) -> pl.DataFrame:
        """The one division that holds in the place of a code that has ended.

        Args:
            asked: code, day.

        Returns:
            code, day, successor: each pair once whose code does not hold on the day
            and whose chains all end in one and the same code that does. Of a split
            there is none: nobody guesses.
        """
        ends = self.ends(asked)
        # A chain that breaks off is an end of its own, null.
        is_one = pl.col("end").n_unique() == 1
        return (
            ends.group_by(ASKED)
            .agg(successor=pl.col("end").first(), is_one=is_one)
            .filter("is_one", pl.col("successor") != pl.col("code"))
            .select(*ASKED, "successor")
        )

    def ends(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Where the chains of a code end on a day.

        Args:
            asked: code, day.

        Returns:
            code, day, end: of each pair whose code is in the table every code that is
            reached and holds on the day, null for a chain that breaks off before one.
        """
        walked = (
            asked.select(ASKED)
            .drop_nulls()
            .join(self._old, on="code", how="semi")
            .unique()
            .with_columns(at="code", since=pl.lit(None, dtype=pl.Date))
        )
        found = [walked.select(*ASKED, end="at").clear()]
        # Each step must lie after the one before it, so that no chain is endless.
        while len(walked):
            holding = walked.join(self._spans, on="at").filter(
                (pl.col("first") <= pl.col("day"))
                & (pl.col("until").is_null() | (pl.col("until") > pl.col("day")))
            )
            found.append(holding.select(*ASKED, end="at").unique())
            left = walked.join(holding, on=[*ASKED, "at"], how="anti")
            stepped = left.join(self._ended(left), on=["at", "day"], how="left").join(
                self._next, on=["at", "ended_on"], how="left"
            )
            goes_on = pl.col("next").is_not_null() & (
                pl.col("since").is_null() | (pl.col("ended_on") > pl.col("since"))
            )
            goes_on = goes_on.fill_null(value=False)
            broken = stepped.filter(~goes_on)
            found.append(
                broken.select(*ASKED, end=pl.lit(None, dtype=pl.String)).unique()
            )
            walked = (
                stepped.filter(goes_on)
                .select(*ASKED, at="next", since="ended_on")
                .unique()
            )
        return pl.concat(found).unique()

    def _ended(self, walked: pl.DataFrame) -> pl.DataFrame:
        """at, day, ended_on: when a code last ended before a day."""
        return (
            walked.select("at", "day")
            .unique()
            .join(self._spans, on="at")
            .filter(pl.col("until") <= pl.col("day"))
            .group_by("at", "day")
            .agg(ended_on=pl.col("until").max())
        )

    @cached_property
    def _spans(self) -> pl.DataFrame:
        return self.divisions.select(
            at="division_code", first="valid_from_on", until="valid_to_on"
        )

    @cached_property
    def _next(self) -> pl.DataFrame:
        return self.successors.select(
            at="division_code", ended_on="from_on", next="successor_code"
        )

    @cached_property
    def _old(self) -> pl.DataFrame:
        return self.successors.select(code="division_code").unique()
