"""Figures as they are shared: small cells, and what would give them away, left out.

What lives here: suppression over a frame of figures (sharing §8), and what stands in
place of a value. What does not: which counts must go (`protection`); a unit's view of
its own figures, which is not suppressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from hub.errors import MisuseError
from hub.metrics.levels import CITY
from hub.sharing.hidden_counts import Pair, Table, Whole, first_hidden
from hub.sharing.protection import protect_line, protect_table
from hub.sharing.ways import Yes

LEAST, LEAST_ALLOWED = 5, range(5, 11)
OTHER = "*"
NEEDED = (
    "level", "unit_code", "by", "by_code", "numerator", "denominator", "value_share",
)  # fmt: skip
# Figures that differ in one of these are no parts of one table.
KEYS = ("metric", "version", "calibers", "basis", "period", "as_of")
NOTES = ("numerator_note", "denominator_note", "share_note")


def suppress(figures: pl.DataFrame, least: int = LEAST) -> pl.DataFrame:
    """The figures without small cells and without those that would give them away.

    A count from 1 to `least` - 1 goes; the numerator also where denominator -
    numerator is so; more go where a total of rows or columns would tell (a share goes
    with either). Zero stays. Totals count as known even where the frame lacks them.
    Where that is not enough, sizes go untold, zeros included, in the end those of all
    units or of a whole breakdown.

    Args:
        figures: level, unit_code, by, by_code, numerator, denominator, value_share,
            what tells tables apart (metric, period, basis, calibers …), and any more.
            Beside the city one level: levels overlap, so that the figures of one
            could give away what another hides.
        least: smallest count that is shown, 5 to 10.

    Returns:
        The same rows and columns; what is hidden is null. Beside them numerator_note,
        denominator_note and share_note: null where the value is shown, `<5` for a
        count that is small, `*` where another reason hides it or nothing is told of
        its size.

    Raises:
        MisuseError: a column is lacking, `least` is out of range, there are several
            levels or variants, or a share of more than the whole.
    """
    _refuse(figures, least)
    keys = [name for name in KEYS if name in figures.columns]
    counts = pl.col("numerator", "denominator").fill_null(0).cast(pl.Int64)
    nth = figures.select(*NEEDED, *keys).with_columns(counts).with_row_index("nth")
    groups = nth.partition_by(keys, maintain_order=True) if keys else [nth]
    masks = Masks(*(np.zeros(len(figures), dtype=np.bool_) for _ in Masks._fields))
    for group in groups:
        at = group["nth"].to_numpy()
        for all_, own in zip(masks, _Group(group, least).masks(), strict=True):
            all_[at] = own
    return _noted(figures, masks, f"<{least}")


class Masks(NamedTuple):
    """Per row: what is hidden, and whether it may be told that it is small."""

    part: Yes
    whole: Yes
    part_small: Yes
    whole_small: Yes


def _noted(figures: pl.DataFrame, masks: Masks, small: str) -> pl.DataFrame:
    hidden = {name: pl.Series(mask) for name, mask in masks._asdict().items()}
    part, whole = hidden["part"], hidden["whole"]

    def note(gone: pl.Series, is_small: pl.Series) -> pl.Expr:
        return pl.when(gone).then(
            pl.when(is_small).then(pl.lit(small)).otherwise(pl.lit(OTHER))
        )

    numbers = [name for name in ("value_number",) if name in figures.columns]
    return figures.with_columns(
        pl.when(~part).then("numerator").alias("numerator"),
        pl.when(~whole).then("denominator").alias("denominator"),
        *(
            pl.when(~(part | whole)).then(name).alias(name)
            for name in ("value_share", *numbers)
        ),
        note(part, hidden["part_small"]).alias(NOTES[0]),
        note(whole, hidden["whole_small"]).alias(NOTES[1]),
        pl.when(part | whole).then(pl.lit(OTHER)).alias(NOTES[2]),
    )


@dataclass
class _Line:
    """A table with the rows of the frame that its cells stand for."""

    table: Table
    rows: Whole
    columns: Whole
    nth: Whole


class _Group:
    """The figures of one metric and period."""

    def __init__(self, frame: pl.DataFrame, least: int) -> None:
        self._least = least
        self._parts = frame["value_share"].is_not_null().any()
        self._frame = frame.with_columns(
            at=pl.int_range(pl.len()),
            row=(pl.col("unit_code").fill_null("").rank("dense").over("level") - 1),
            column=(pl.col("by_code").fill_null("").rank("dense").over("by") - 1),
        )
        size = len(frame)
        self._found = Masks(*(np.zeros(size, dtype=np.bool_) for _ in Masks._fields))

    def masks(self) -> Masks:
        """What is hidden."""
        frame, total = self._frame, self._total()
        if total == "whole":
            self._hide_all()
            return self._found
        is_city = pl.col("level") == CITY
        # Of a total whose part is hidden no part is told at all.
        no_part = total == "part"
        has_parts, self._parts = self._parts, self._parts and not no_part
        by_unit = self._line(frame.filter(~is_city, pl.col("by").is_null()), "row")
        rows = self._settle_line(by_unit)
        for (by,), broken in frame.filter(pl.col("by").is_not_null()).group_by(
            "by", maintain_order=True
        ):
            del by
            of_city = self._line(broken.filter(is_city), "column")
            columns = self._settle_line(of_city)
            self._settle_table(self._cells(broken.filter(~is_city)), rows, columns)
        if no_part:
            city = frame.select(is_city & pl.col("by").is_null()).to_series().to_numpy()
            nothing = (frame["denominator"] == 0).to_numpy() & ~self._found.whole
            self._found.part[:] = ~nothing
            self._found.part_small[:] &= city
        if not has_parts:
            self._found.part[:] = self._found.whole
            self._found.part_small[:] = self._found.whole_small
        return self._found

    def _total(self) -> str | None:
        """Hides the city's own figures, and says what of them is hidden."""
        city = self._frame.filter(pl.col("level") == CITY, pl.col("by").is_null())
        if not len(city):
            return None
        cells = self._line(city, "row")
        self._write(cells)
        if cells.table.hides_whole.any():
            return "whole"
        return "part" if self._parts and cells.table.hides_part.any() else None

    def _hide_all(self) -> None:
        """Nothing but the city's own note is told: it may follow from anything."""
        small = self._found.whole.copy()
        self._found.part[:] = self._found.whole[:] = True
        self._found.whole_small[:] = small
        self._found.part_small[:] &= small

    def _line(self, frame: pl.DataFrame, index: str) -> _Line:
        """One column of counts, by the number of the row or the column."""
        return self._cells(
            frame.with_columns(row=pl.col(index), column=pl.lit(0, dtype=pl.UInt32)),
            one=True,
        )

    def _cells(self, frame: pl.DataFrame, *, one: bool = False) -> _Line:
        """Counts by row and column of a frame that has each pair once."""
        rows, columns = (
            frame[name].cast(pl.Int64).to_numpy() for name in ("row", "column")
        )
        shape = (
            int(rows.max(initial=-1)) + 1,
            1 if one else int(columns.max(initial=-1)) + 1,
        )
        part, whole = (np.zeros(shape, dtype=np.int64) for _ in range(2))
        told = np.zeros(shape, dtype=np.bool_)
        whole[rows, columns] = frame["denominator"].to_numpy()
        if self._parts:
            part[rows, columns] = frame["numerator"].to_numpy()
        told[rows, columns] = True
        if told.sum() < len(frame):
            raise MisuseError(
                "suppress small cells",
                seen="a place has several figures of one metric, basis and period",
                next_step="Share one variant at a time.",
            )
        hides_part, hides_whole = first_hidden(part, whole, self._least)
        if not self._parts:
            hides_part[:] = False
        free = np.zeros((2, *shape), dtype=np.bool_)
        table = Table(part, whole, told, self._least, hides_part, hides_whole, *free)
        return _Line(table, rows, columns, frame["at"].to_numpy())

    def _settle_line(self, line: _Line) -> list[Pair]:
        pairs = protect_line(line.table, parts=self._parts)
        self._write(line)
        return pairs

    def _settle_table(
        self, cells: _Line, rows: list[Pair], columns: list[Pair]
    ) -> None:
        if cells.table.told.any():
            protect_table(cells.table, rows, columns, parts=self._parts)
            self._write(cells)

    def _write(self, line: _Line) -> None:
        table, where = line.table, (line.rows, line.columns)
        for hides, count, free, hidden, small in (
            (table.hides_part, table.part, table.free_part,
             self._found.part, self._found.part_small),
            (table.hides_whole, table.whole, table.free_whole,
             self._found.whole, self._found.whole_small),
        ):  # fmt: skip
            hidden[line.nth] = hides[where]
            is_small = hides & (count > 0) & (count < self._least) & ~free
            small[line.nth] = is_small[where]


def _refuse(figures: pl.DataFrame, least: int) -> None:
    lacking = [name for name in NEEDED if name not in figures.columns]
    levels = figures["level"].unique().sort().to_list() if not lacking else []
    others = [one for one in levels if one != CITY]
    seen = step = None
    if lacking:
        seen, step = f"the columns {', '.join(lacking)} are lacking", "Give them."
    elif least not in LEAST_ALLOWED:
        seen = f"the smallest count shown would be {least}"
        step = "Choose one from 5 to 10."
    elif len(others) > 1:
        seen = f"there are the levels {', '.join(others)}"
        step = "Share one level at a time, with the city or without it."
    elif figures.filter(
        pl.col("value_share").is_not_null()
        & ~pl.col("numerator").is_between(0, pl.col("denominator"))
    ).height:
        seen, step = "a numerator is no part of its denominator", "Check the figures."
    if seen and step:
        raise MisuseError("suppress small cells", seen=seen, next_step=step)
