"""Whether divisions that come as names can be found as they are declared.

What lives here: `ref = "division"` of a column, what it is referenced by, and within
what. What does not: references to things with identifiers (`check_columns`), finding
a name (`hub.pipeline.division_names`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.partners import spec
from hub.partners.city import City
from hub.partners.problems import Problem, not_allowed, path_of
from hub.schemas import Column

DIVISION = "division"
NAME = "division_name"
# A column may be bounded by one that stands before it here.
ABOVE = ("district_code", "street_code")


def find_name_problems(
    city: City, emit: spec.Emit, column: Column, given: spec.Column, at: str
) -> Iterator[Problem]:
    """Everything that is wrong with a column whose `ref` is division."""
    if column.ref != DIVISION or column.type == "list":
        why = f"this column points to {column.ref}" if column.ref else ""
        if column.ref == DIVISION:
            why = "a list of divisions comes as codes"
        yield Problem(path_of(at, "ref"), "is division", why)
        return
    if given.by != NAME:
        what = f"is {given.by}" if given.by else "is missing"
        yield Problem(
            path_of(at, "by"),
            what,
            f'write by = "{NAME}", or leave ref out where codes come',
        )
    if given.partner is not None:
        yield Problem(
            path_of(at, "partner"), "has no meaning for divisions", "leave it out"
        )
    if given.within is not None:
        yield from _within(city, emit, column, given.within, path_of(at, "within"))


def _within(
    city: City, emit: spec.Emit, column: Column, within: str, at: str
) -> Iterator[Problem]:
    """The bound is a mapped column of a higher division, or a division's code."""
    higher = ABOVE[: ABOVE.index(column.name)] if column.name in ABOVE else ABOVE
    mapped = [name for name in higher if name in emit.columns]
    if within in mapped:
        return
    divisions = city.reference(DIVISION)
    levels = pl.col("level_code").is_in(["DISTRICT", "STREET"])
    if within in divisions.filter(levels)["division_code"]:
        return
    if within in higher:
        yield Problem(at, f'column "{within}" is not mapped', f"map {within} as well")
        return
    yield not_allowed(
        at,
        kind="higher column of this block or code of a district or street",
        given=within,
        allowed=mapped,
    )
