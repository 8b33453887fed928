"""What two revisions of a month say differently, and the rows that caused it.

What lives here: figures and points side by side where they differ, and every row
whose part in a figure is another one: counted, missed, left out, or not there at all.
What does not: making revisions, showing the report.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.errors import MisuseError
from hub.flow.assessment.evidence import evidence_of_month
from hub.flow.assessment.frozen_rows import read_rows
from hub.flow.house import House
from hub.metrics.levels import COLUMNS, LEVELS
from hub.storage.assessments import Revision

FIGURE_KEYS = (
    "metric", "calibers", "basis", "level", "unit_code", "by", "by_code",
)  # fmt: skip
FIGURE_VALUES = ("numerator", "denominator", "value_share", "value_number")
ITEM_KEYS = ("policy", "level", "group_code", "unit_code", "dimension", "item")
TOTAL_KEYS = ("policy", "level", "group_code", "unit_code", "dimension")
# What a row adds to a figure: one, or an amount such as minutes.
ADDS = ("numerator_amount", "denominator_amount")
ROW_KEYS = ("metric", "basis", "subject", "subject_id")
# What a row is to a figure; any other word is the reason why it is not counted.
COUNTED = "COUNTED"
MISSED = "MISSED"


@dataclass(frozen=True)
class Difference:
    """Two revisions side by side; frames hold only what differs.

    Attributes:
        figures: FIGURE_KEYS, then old_ and new_ of each value; null where one of the
            two has no such figure.
        items: ITEM_KEYS, old_points, new_points.
        totals: TOTAL_KEYS, old_points, new_points, old_rank, new_rank.
        exceptions: columns of table `exception`, was: whether the old revision has
            the row, and the new one has not, or the other way round; no row where
            one of the two kept no such lists.
        rows: ROW_KEYS, old_ and new_ of each place (`hub.metrics.levels`) and of ADDS,
            old_part and new_part: COUNTED, a reason, MISSED where the metric gives
            none; null where the row is not of the month.
    """

    old: Revision
    new: Revision
    figures: pl.DataFrame
    items: pl.DataFrame
    totals: pl.DataFrame
    exceptions: pl.DataFrame
    rows: pl.DataFrame


def compare_revisions(house: House, old: Revision, new: Revision) -> Difference:
    """The difference between two revisions of one month.

    Raises:
        MisuseError: they are of different months.
    """
    if old.period != new.period:
        raise MisuseError(
            f"compare {old.name} with {new.name}",
            seen="they are of different months",
            next_step="Name two revisions of one month.",
        )

    def both(name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        return read_rows(house, old, name), read_rows(house, new, name)

    figures = compare_rows(*both("figure"), FIGURE_KEYS, FIGURE_VALUES)
    moved = set(figures["metric"])
    return Difference(
        old=old,
        new=new,
        figures=figures,
        items=compare_rows(*both("score_item"), ITEM_KEYS, ("points",)),
        totals=compare_rows(*both("score"), TOTAL_KEYS, ("points", "rank")),
        exceptions=_exceptions(house, old, new),
        rows=compare_parts(
            *(evidence_of_month(house, one, moved) for one in (old, new))
        ),
    )


def compare_rows(
    old: pl.DataFrame,
    new: pl.DataFrame,
    keys: tuple[str, ...],
    values: tuple[str, ...],
) -> pl.DataFrame:
    """Keys with another value, or in one frame only: the keys, `old_…` and `new_…`.

    Keys and values that neither frame has are left out.
    """
    known = [name for name in keys if name in new.columns]
    told = [name for name in values if name in new.columns]
    was, now = (
        frame.select(
            *known, *(pl.col(name).alias(f"{prefix}{name}") for name in told)
        ).with_columns(pl.lit(value=True).alias(f"{prefix}there"))
        for frame, prefix in ((old, "old_"), (new, "new_"))
    )
    joined = was.join(now, on=known, how="full", nulls_equal=True, coalesce=True)
    differs = pl.any_horizontal(
        pl.col(f"old_{name}").ne_missing(pl.col(f"new_{name}"))
        for name in (*told, "there")
    )
    return joined.filter(differs).drop("old_there", "new_there").sort(*known)


def _exceptions(house: House, old: Revision, new: Revision) -> pl.DataFrame:
    was, now = (read_rows(house, one, "exception") for one in (old, new))
    if not all(one.table("exception") for one in (old, new)):
        was, now = was.clear(), now.clear()
    columns = was.columns
    gone = was.join(now, on=columns, how="anti", nulls_equal=True)
    come = now.join(was, on=columns, how="anti", nulls_equal=True)
    return pl.concat([gone.with_columns(was=True), come.with_columns(was=False)]).sort(
        *columns, "was", nulls_last=True
    )


def compare_parts(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows of two evidences that play another part, or lie in another place."""
    was, now = (
        frame.select(
            *ROW_KEYS,
            *(pl.col(name).alias(f"{prefix}{name}") for name in COLUMNS),
            *(pl.col(name).alias(f"{prefix}{name}") for name in ADDS),
            pl.col("levels").alias(f"{prefix}levels"),
            _part().alias(f"{prefix}part"),
        )
        for frame, prefix in ((old, "old_"), (new, "new_"))
    )
    joined = was.join(now, on=list(ROW_KEYS), how="full", coalesce=True)
    differs = pl.any_horizontal(
        pl.col(f"old_{name}").ne_missing(pl.col(f"new_{name}"))
        for name in (*COLUMNS, *ADDS, "levels", "part")
    )
    return joined.filter(differs).sort(*ROW_KEYS)


def _part() -> pl.Expr:
    return (
        pl.when("is_numerator")
        .then(pl.lit(COUNTED))
        .otherwise(pl.coalesce("left_out_reason", "missed_reason", pl.lit(MISSED)))
    )


def causes(
    difference: Difference, metric: str, basis: str, level: str, code: str | None
) -> pl.DataFrame:
    """The rows that moved one figure: those that lay in its place before or after."""
    rows = difference.rows.filter(metric=metric, basis=basis)
    (chosen,) = (one for one in LEVELS if one.name == level)
    return rows.filter(
        pl.any_horizontal(
            _lies(prefix, level, chosen.column, code) for prefix in ("old_", "new_")
        )
    )


def all_causes(difference: Difference, figures: pl.DataFrame) -> pl.DataFrame:
    """The rows that moved some figures, each as `causes` tells them of one.

    Args:
        difference: two revisions.
        figures: rows of `difference.figures`, none of a breakdown.

    Returns:
        level, unit_code and the columns of `difference.rows`: one row per figure and
        row, in the order of rows.
    """
    rows = difference.rows.with_row_index("nth")
    nowhere = pl.lit(None, dtype=pl.String)
    found = [rows.clear().with_columns(level=nowhere, unit_code=nowhere)]
    for level in LEVELS:
        asked = figures.filter(level=level.name).select("metric", "basis", "unit_code")
        sides = [
            rows.filter(_counts(prefix, level.name)).with_columns(
                level=pl.lit(level.name),
                unit_code=pl.col(f"{prefix}{level.column}")
                if level.column
                else nowhere,
            )
            for prefix in ("old_", "new_")
        ]
        lying = pl.concat(sides).unique(["nth", "unit_code"])
        found.append(
            lying.join(
                asked.unique(),
                on=asked.columns,
                how="semi",
                nulls_equal=level.column is None,
            )
        )
    return pl.concat(found).sort("nth").drop("nth")


def _lies(prefix: str, level: str, column: str | None, code: str | None) -> pl.Expr:
    at = pl.lit(value=True) if column is None else pl.col(f"{prefix}{column}") == code
    return _counts(prefix, level) & at.fill_null(value=False)


def _counts(prefix: str, level: str) -> pl.Expr:
    levels = pl.col(f"{prefix}levels")
    is_of_level = levels.is_null() | levels.list.contains(level)
    return pl.col(f"{prefix}part").is_not_null() & is_of_level
