"""Who has taken over from a division on a day: one, nobody, or not to be guessed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from hub.partners.succession import SUCCESSOR, Succession

# A and B merge into B in March; B and C into D in June; S is split into T and U in
# March, and U becomes V in June; W is split into X and Y, which merge into Z. The old
# name of N ends in March and comes back in June. K has no successor.
DIVISIONS = {
    "A": [("2000-01-01", "2026-03-01")],
    "B": [("2000-01-01", "2026-06-01")],
    "C": [("2000-01-01", "2026-06-01")],
    "D": [("2026-06-01", None)],
    "S": [("2000-01-01", "2026-03-01")],
    "T": [("2026-03-01", None)],
    "U": [("2026-03-01", "2026-06-01")],
    "V": [("2026-06-01", None)],
    "W": [("2000-01-01", "2026-03-01")],
    "X": [("2026-03-01", "2026-06-01")],
    "Y": [("2026-03-01", "2026-06-01")],
    "Z": [("2026-06-01", None)],
    "N": [("2000-01-01", "2026-03-01"), ("2026-06-01", None)],
    "M": [("2026-03-01", "2026-06-01")],
    "K": [("2000-01-01", "2026-03-01")],
    "H": [("2000-01-01", "2026-03-01")],
    "I": [("2026-03-01", "2026-06-01")],
}
MARCH = (("A", "B"), ("S", "T"), ("S", "U"), ("W", "X"), ("W", "Y"), ("N", "M"))
JUNE = (("B", "D"), ("C", "D"), ("U", "V"), ("X", "Z"), ("Y", "Z"), ("M", "N"))


def succession() -> Succession:
    versions = [
        (code, *map(_day, span)) for code, spans in DIVISIONS.items() for span in spans
    ]
    rows = [(*pair, date(2026, 3, 1), None) for pair in (*MARCH, ("H", "I"))]
    rows += [(*pair, date(2026, 6, 1), None) for pair in JUNE]
    return Succession(
        pl.DataFrame(
            versions,
            schema={
                "division_code": pl.String,
                "valid_from_on": pl.Date,
                "valid_to_on": pl.Date,
            },
            orient="row",
        ),
        pl.DataFrame(rows, schema=SUCCESSOR, orient="row"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def sole(code: str | None, day: str) -> str | None:
    asked = pl.DataFrame(
        {"code": [code], "day": [date.fromisoformat(day)]},
        schema={"code": pl.String, "day": pl.Date},
    )
    found = succession().sole(asked)
    assert len(found) <= 1
    return found["successor"].to_list()[0] if len(found) else None


@pytest.mark.parametrize(
    ("code", "day", "successor"),
    [
        ("A", "2026-02-28", None),  # it still holds
        ("A", "2026-03-01", "B"),
        ("A", "2026-05-31", "B"),
        ("A", "2026-06-01", "D"),  # the chain is followed
        ("B", "2026-05-31", None),
        ("C", "2026-12-31", "D"),
        ("D", "2026-05-31", None),  # not yet; nobody came before it
        ("S", "2026-03-01", None),  # split
        ("S", "2026-06-01", None),  # still two: T and V
        ("U", "2026-06-01", "V"),
        ("W", "2026-03-01", None),
        ("W", "2026-06-01", "Z"),  # both halves are one again
        ("N", "2026-03-01", "M"),
        ("M", "2026-06-01", "N"),  # made again under its old code
        ("N", "2026-06-01", None),
        ("K", "2026-03-01", None),
        ("H", "2026-05-31", "I"),
        ("H", "2026-06-01", None),  # the chain breaks off
        ("?", "2026-06-01", None),
        (None, "2026-06-01", None),
    ],
)
def test_the_one_successor_of_a_day(
    code: str | None, day: str, successor: str | None
) -> None:
    assert sole(code, day) == successor


def test_a_split_of_which_one_part_ended_for_good_is_not_guessed() -> None:
    made = succession()
    gone = Succession(
        made.divisions, made.successors.filter(pl.col("successor_code") != "V")
    )
    asked = pl.DataFrame({"code": ["S"], "day": [date(2026, 6, 1)]})

    assert gone.sole(asked).is_empty()
    assert set(gone.ends(asked)["end"]) == {"T", None}


def test_a_table_that_runs_in_circles_ends_all_the_same() -> None:
    spans = pl.DataFrame(
        {
            "division_code": ["P", "Q"],
            "valid_from_on": [date(2000, 1, 1)] * 2,
            "valid_to_on": [date(2026, 3, 1)] * 2,
        }
    )
    rows = [("P", "Q", date(2026, 3, 1), None), ("Q", "P", date(2026, 3, 1), None)]
    made = Succession(spans, pl.DataFrame(rows, schema=SUCCESSOR, orient="row"))

    asked = pl.DataFrame({"code": ["P"], "day": [date(2026, 4, 1)]})

    assert made.ends(asked).rows() == [("P", date(2026, 4, 1), None)]


def test_many_are_answered_at_once_and_each_pair_once() -> None:
    day, later = date(2026, 3, 1), date(2026, 6, 1)
    asked = pl.DataFrame(
        {"code": ["A", "A", "S", "A", "D"], "day": [day, day, day, later, later]}
    )

    found = succession().sole(asked).sort("day")

    assert found.rows() == [("A", day, "B"), ("A", later, "D")]
