"""The rows behind one figure, named as what they are.

What lives here: choosing a level's and a code's rows from the evidence, and how a
row is named: `subject` says what it is, `subject_id` which one, its parts joined by
a colon (a duty day is a person and a day). What does not: making evidence
(`counting`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.levels import LEVELS


def named(subject: str, *columns: str) -> tuple[pl.Expr, pl.Expr]:
    """`subject` and `subject_id` of rows of one kind that these columns name."""
    parts = [pl.col(name).cast(pl.String) for name in columns]
    return (
        pl.lit(subject).alias("subject"),
        pl.concat_str(parts, separator=":").alias("subject_id"),
    )


def evidence_of(evidence: pl.DataFrame, level: str, code: str | None) -> pl.DataFrame:
    """The rows from which the figure of one code was counted."""
    (chosen,) = (one for one in LEVELS if one.name == level)
    rows = evidence.filter(chosen.counts)
    if chosen.column is None:
        return rows
    return rows.filter(pl.col(chosen.column) == code)


def with_reason(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    """subject, subject_id and `reason` of the rows that have one, as given."""
    return rows.drop_nulls(reason).select("subject", "subject_id", reason=reason)
