"""From what is shown, and every sum, no small count can be computed."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support.told_tables import Reader, place

from hub.sharing.small_cells import suppress

SCHEMA = {
    "level": pl.String, "unit_code": pl.String, "by": pl.String, "by_code": pl.String,
    "numerator": pl.Int64, "denominator": pl.Int64, "value_share": pl.Float64,
}  # fmt: skip
COUNT = st.one_of(st.integers(0, 7), st.integers(0, 30), st.just(0))
CELL = st.tuples(COUNT, COUNT)
Cells = dict[tuple[str, str], tuple[int, int]]


@st.composite
def figures(draw: st.DrawFn, *, breakdowns: int) -> pl.DataFrame:
    """Units by the codes of one or two breakdowns, with every sum."""
    units = [f"u{n}" for n in range(draw(st.integers(2, 4)))]
    first: Cells = {(unit, f"c{n}"): draw(CELL) for unit in units for n in range(3)}
    tables: dict[str | None, Cells] = {None: first}
    if breakdowns:
        tables["category"] = first
    if breakdowns == 2:
        # The same cases, put into two other drawers.
        tables["mode"] = {
            (unit, f"m{n}"): (
                sum(first[unit, f"c{k}"][0] for k in kept),
                sum(first[unit, f"c{k}"][1] for k in kept),
            )
            for unit in units
            for n, kept in enumerate(((0,), (1, 2)))
        }
    rows = []
    for by, cells in tables.items():
        for level, codes in (("city", [None]), ("unit", units)):
            columns = [None] if by is None else sorted({c for _, c in cells})
            for unit in codes:
                for code in columns:
                    of = [
                        cell
                        for (u, c), cell in cells.items()
                        if unit in (None, u) and code in (None, c)
                    ]
                    part, rest = (sum(one[side] for one in of) for side in range(2))
                    whole = part + rest
                    share = part / whole if whole else None
                    rows.append((level, unit, by, code, part, whole, share))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _known(frame: pl.DataFrame, least: int) -> list[tuple[str, ...]]:
    truth = {}
    for row in frame.to_dicts():
        truth["numerator", *place(row)] = row["numerator"]
        truth["denominator", *place(row)] = row["denominator"]
        truth["rest", *place(row)] = row["denominator"] - row["numerator"]
    found = Reader(suppress(frame, least).to_dicts(), least)
    # Parts, rests and wholes alike. A partner that is hidden with them is no secret of
    # its own: of a table withheld as a whole one that is not small may follow.
    return found.known(
        [name for name, count in truth.items() if 0 < count < least], truth
    )


@settings(max_examples=40, deadline=None)
@given(frame=figures(breakdowns=0))
def test_no_small_count_of_units_follows(frame: pl.DataFrame) -> None:
    assert not _known(frame, 5)


@settings(max_examples=25, deadline=None)
@given(frame=figures(breakdowns=1))
def test_no_small_count_of_a_breakdown_follows(frame: pl.DataFrame) -> None:
    assert not _known(frame, 5)


@settings(max_examples=15, deadline=None)
@given(frame=figures(breakdowns=2))
def test_no_small_count_follows_from_two_breakdowns(frame: pl.DataFrame) -> None:
    assert not _known(frame, 5)
