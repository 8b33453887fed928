"""`division_successor.csv`: which division took over from one that ended (trap T47).

What lives here: reading the file of a city folder and judging it against the city's
divisions. What does not: following the table (`succession`).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hub.partners.problems import Problem
from hub.partners.reference import read_columns, rows_named
from hub.partners.succession import SUCCESSOR

FILE = "division_successor.csv"
CODES = ("division_code", "successor_code")
REQUIRED = (*CODES, "from_on")
# What a steward reads of each column; the page of city files is made of it.
MEANINGS = {
    "division_code": "Code of the division that ended (撤销、合并或改码前的区划代码).",
    "successor_code": "Code of one that took over, of the same level (承接区划代码).",
    "from_on": "First day of the successor in its place, `YYYY-MM-DD`: the day that "
    "`division.csv` has as the old division's `valid_to_on` (承接起始日).",
    "note": "What happened, in words for the staff (说明).",
}


def read_successors(folder: Path, problems: list[Problem]) -> pl.DataFrame:
    """The file of a city folder as SUCCESSOR; one that is absent is empty."""
    return read_columns(folder / FILE, SUCCESSOR, REQUIRED, problems)


def find_successor_problems(
    successors: pl.DataFrame, divisions: pl.DataFrame
) -> list[Problem]:
    """Everything that is wrong with the table of successors.

    Args:
        successors: SUCCESSOR.
        divisions: dataset division.
    """
    if successors.is_empty():
        return []
    rows = successors.with_row_index("row")
    problems: list[Problem] = []
    for name in REQUIRED:
        problems += _report(rows, name, pl.col(name).is_null(), "is empty")
    whole = rows.drop_nulls(REQUIRED)
    repeated = ~pl.struct(REQUIRED).is_first_distinct()
    problems += _report(whole, "", repeated, "says the same twice")
    is_known = pl.col(CODES).is_in(divisions["division_code"].implode())
    for name in CODES:
        unknown = ~pl.col(name).is_in(divisions["division_code"].implode())
        problems += _report(whole, name, unknown, "names no division")
    whole = whole.filter(pl.all_horizontal(is_known))
    levels = divisions.select("division_code", "level_code").unique("division_code")
    both = whole.join(
        levels, on="division_code", how="left", maintain_order="left"
    ).join(
        levels.rename({"division_code": "successor_code", "level_code": "other"}),
        on="successor_code",
        how="left",
        maintain_order="left",
    )
    differs = pl.col("level_code") != pl.col("other")
    problems += _report(
        both, "successor_code", differs, "is a division of another level"
    )
    round_again = _in_circles(whole)
    circular = pl.col("row").is_in(round_again.implode())
    problems += _report(
        whole, "successor_code", circular, "leads back to the division that ended"
    )
    return problems + _days(whole.filter(~circular), divisions)


def _days(rows: pl.DataFrame, divisions: pl.DataFrame) -> list[Problem]:
    """The old division ends on the day, and the successor holds on it."""
    spans = divisions.select("division_code", "valid_from_on", "valid_to_on")
    first, until, day = (
        pl.col(name) for name in ("valid_from_on", "valid_to_on", "from_on")
    )
    holds = (first <= day) & (until.is_null() | (until > day))
    of_old = rows.join(spans, on="division_code")
    ended = of_old.filter(until == day)["row"]
    lasting = of_old.filter(holds)["row"]
    holding = rows.join(
        spans, left_on="successor_code", right_on="division_code"
    ).filter(holds)["row"]
    row = pl.col("row")
    return [
        *_report(
            rows,
            "from_on",
            ~row.is_in(ended.implode()) | row.is_in(lasting.implode()),
            "is not the day on which the division ended",
            "its valid_to_on in division.csv is the first day without it",
        ),
        *_report(
            rows,
            "from_on",
            ~row.is_in(holding.implode()),
            "is a day on which the successor does not hold",
            "its version in division.csv begins on this day or before",
        ),
    ]


def _in_circles(rows: pl.DataFrame) -> pl.Series:
    """Rows from which the table leads back to where it came from.

    On one and the same day, that is: a division that is made again years later under
    its old code has versions, and is told apart by its days.
    """
    edges = rows.select("from_on", start="division_code", at="successor_code").unique()
    reached = edges
    while True:
        further = reached.join(
            edges.rename({"start": "at", "at": "next"}), on=["from_on", "at"]
        ).select("from_on", "start", at="next")
        more = pl.concat([reached, further]).unique()
        if len(more) == len(reached):
            break
        reached = more
    back = reached.select("from_on", division_code="at", successor_code="start")
    return rows.join(
        back, on=["from_on", "division_code", "successor_code"], how="semi"
    )["row"]


def _report(
    rows: pl.DataFrame, column: str, wrong: pl.Expr, what: str, remedy: str = ""
) -> list[Problem]:
    found = rows.filter(wrong)["row"].cast(pl.Int64)
    if found.is_empty():
        return []
    where = f"{FILE} → {column}" if column else FILE
    return [Problem(where, f"{what} in {rows_named(found.sort())}", remedy)]
