"""The sheets of a workbook on road chiefs: the ranking, and every step of it.

What lives here: heads and rows. What does not: writing them (`book`), the other sheets
(`sheets`).
"""

from __future__ import annotations

import polars as pl

from hub.bulletin.chiefs import Chiefs
from hub.bulletin.naming import Naming
from hub.bulletin.page import value_words
from hub.bulletin.sheets import Form, Row, Sheet


def chief_sheet(chiefs: Chiefs, naming: Naming) -> Sheet:
    """Every person: rank or why none, total, points by criterion, cases."""
    words, criteria = naming.words, chiefs.criteria
    usual: list[Form] = ["text", "text", "points", "count", "text"]
    rows: list[Row] = []
    for one in chiefs.persons:
        marks = [one.mark(name) for name in criteria]
        rows.append(
            (
                one.rank if one.rank is not None else naming.not_ranked(one.reason),
                one.person_id,
                words("no_data") if one.points is None else one.points,
                *(mark and mark.points for mark in marks),
                one.cases,
                words("chief_is_named") if one.is_named else None,
            )
        )
    return Sheet(
        "chiefs",
        (
            words("rank"),
            words("chief"),
            words("total"),
            *map(naming.item, criteria),
            words("cases_due"),
            words("chief_named"),
        ),
        [*usual[:3], *usual[2:3] * len(criteria), *usual[3:]],
        rows,
        words("chiefs_note"),
    )


def chief_step_frame(chiefs: Chiefs, naming: Naming) -> pl.DataFrame:
    """Every test and criterion of every person."""
    words = naming.words
    told = [
        (
            one.person_id,
            naming.item(step.step),
            words("passed") if step.is_passed else words("not_passed"),
            step.numerator,
            step.denominator,
            value_words(words, step.value, step.numerator, step.denominator)
            if step.value is not None
            else None,
            None if step.points is None else words.points(step.points),
            words.pick((step.note_zh, step.note_en)),
        )
        for one in chiefs.persons
        for step in one.steps
    ]
    keys = (
        "chief", "item", "outcome", "numerator", "denominator", "value", "points",
        "note",
    )  # fmt: skip
    counts = ("numerator", "denominator")
    schema = {words(key): pl.Int64() if key in counts else pl.String() for key in keys}
    return pl.DataFrame(told, schema=schema, orient="row")
