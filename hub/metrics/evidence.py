"""The rows behind one figure, named as what they are.

What lives here: choosing a level's and a code's rows from the evidence, and giving
each row its own kind of key: a case, an area, a community, a person and a day. What
does not: making evidence (`counting`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.levels import LEVELS

# What one row is → columns that name it.
KEYS = {
    "issue": ("issue_id",),
    "area": ("area_id",),
    "community": ("community_code",),
    "duty_day": ("chief_person_id", "day_on"),
}
# Key columns that are no level; area_id is also where a case or a day lies.
KEY_COLUMNS: dict[str, pl.DataType] = {
    "issue_id": pl.String(),
    "area_id": pl.String(),
    "community_code": pl.String(),
    "day_on": pl.Date(),
}


def evidence_of(evidence: pl.DataFrame, level: str, code: str | None) -> pl.DataFrame:
    """The rows from which the figure of one code was counted."""
    (chosen,) = (one for one in LEVELS if one.name == level)
    rows = evidence.filter(chosen.counts)
    if chosen.column is None:
        return rows
    return rows.filter(pl.col(chosen.column) == code)


def subject_ids(rows: pl.DataFrame) -> pl.Series:
    """One text per row: its key, parts joined by a colon."""
    texts = [
        pl.when(pl.col("subject") == kind).then(
            pl.concat_str(
                (pl.col(name).cast(pl.String) for name in names), separator=":"
            )
        )
        for kind, names in KEYS.items()
    ]
    return rows.select(subject_id=pl.coalesce(texts)).to_series()


def with_reason(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    """Key columns and `reason` of the rows that have one, in the order given.

    Only keys of the kinds that occur are columns; a list of cases has issue_id.
    """
    told = rows.drop_nulls(reason)
    kinds = told["subject"].unique(maintain_order=True).to_list() or ["issue"]
    named = [
        pl.when(pl.col("subject") == kind).then(name).alias(name)
        for kind in kinds
        for name in KEYS[kind]
    ]
    return told.select(*named, reason=reason)
