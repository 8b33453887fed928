"""References between facts: what a row points to must exist.

What lives here: the division rule of issues (F09) and the plain search for
missing targets, on which the other F-rules of model §5 rest. What does not: the
severity of those rules (`hub.schemas.rules`), trying refused rows again
(`hub.flow`).
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.local_days import holds_on, local_day

LEVELS = {
    "district_code": "DISTRICT",
    "street_code": "STREET",
    "community_code": "COMMUNITY",
}
# A community may be newer than the hub's list; it never costs the row.
DECISIVE = ("district_code", "street_code")


def find_missing(
    frame: pl.DataFrame, column: str, known: pl.Series, *, row: str = "__row"
) -> pl.DataFrame:
    """Rows whose reference points to nothing; null points nowhere and is fine.

    Args:
        frame: has the row number and the column, a key or a list of keys.
        column: the referring column.
        known: every key that exists.
        row: name of the row number.

    Returns:
        row and column (its name), each row once, in the order of `frame`.
    """
    pointing = frame.select(row, key=column)
    if isinstance(frame.schema[column], pl.List):
        pointing = pointing.explode("key")
    targets = known.unique().to_frame("key")
    return (
        pointing.drop_nulls("key")
        .join(targets, on="key", how="anti", maintain_order="left")
        .select(row, column=pl.lit(column))
        .unique(maintain_order=True)
    )


def division_findings(
    issues: pl.DataFrame,
    divisions: pl.DataFrame,
    *,
    zone: str,
    row: str = "__row",
) -> pl.DataFrame:
    """F09 for the three division codes of every issue.

    Rejected: a district or street that no version knows. Warned: a code that is
    not valid on the day of the report, an unknown community, codes of which one
    is not the beginning of the next. Null is not a finding of this rule.

    Args:
        issues: the row number, reported_at, district_code, street_code,
            community_code.
        divisions: versions: division_code, level_code, valid_from_on, valid_to_on.
        zone: IANA zone of the city.
        row: name of the row number.

    Returns:
        row, column, rule ("F09"), severity; at most one per row and column.
    """
    days = issues.select(row, *LEVELS, day=local_day(pl.col("reported_at"), zone))
    known = divisions.select("level_code", "division_code").unique()
    codes = (
        days.unpivot(
            on=list(LEVELS),
            index=[row, "day"],
            variable_name="column",
            value_name="code",
        )
        .drop_nulls("code")
        .with_columns(level_code=pl.col("column").replace_strict(LEVELS))
    )
    exists = codes.join(
        known.with_columns(exists=pl.lit(value=True)),
        left_on=["level_code", "code"],
        right_on=["level_code", "division_code"],
        how="left",
    )
    in_force = (
        codes.select("level_code", "code", "day")
        .unique()
        .join(
            divisions,
            left_on=["level_code", "code"],
            right_on=["level_code", "division_code"],
        )
        .filter(holds_on("day", first="valid_from_on", until="valid_to_on"))
        .select("level_code", "code", "day", valid=pl.lit(value=True))
        .unique()
    )
    severity = (
        pl.when(pl.col("exists").is_null() & pl.col("column").is_in(DECISIVE))
        .then(pl.lit("reject"))
        .when(pl.col("valid").is_null() | pl.col("is_broken"))
        .then(pl.lit("warn"))
    )
    return (
        exists.join(in_force, on=["level_code", "code", "day"], how="left")
        .join(_broken_prefixes(days, row), on=[row, "column"], how="left")
        .with_columns(pl.col("is_broken").fill_null(value=False))
        .select(row, "column", rule=pl.lit("F09"), severity=severity)
        .drop_nulls("severity")
        .sort(row, "column")
    )


def _broken_prefixes(days: pl.DataFrame, row: str) -> pl.DataFrame:
    """Street and community codes that do not begin with the level above them."""
    district, street = pl.col("district_code"), pl.col("street_code")
    above_community = pl.coalesce(street, district)
    return (
        days.select(
            row,
            street_code=~street.str.starts_with(district),
            community_code=~pl.col("community_code").str.starts_with(above_community),
        )
        .unpivot(index=row, variable_name="column", value_name="is_broken")
        .filter("is_broken")
    )
