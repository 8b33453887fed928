"""Whether value tables and constants lead to codes that exist.

What lives here: tables that are used but not declared, targets outside the
column's code list or the city's divisions and units, constants of the wrong
type. What does not: values that a partner delivers; an unknown one quarantines
its row (`hub.pipeline`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hub.partners import spec
from hub.partners.city import City
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.reference import UNIT_LISTS
from hub.schemas import Column
from hub.schemas.code_lists import code_list, stages

# The one column whose value may stand for several stages at once (codes §6).
STATE = "source_stage_id"
_BOOLEANS = ("true", "false")


def find_code_problems(
    city: City,
    partner: spec.Partner,
    emit: spec.Emit,
    column: Column,
    given: spec.Column,
    where: str,
) -> Iterator[Problem]:
    """Everything that is wrong with the codes that one column may take."""
    allowed = allowed_targets(city, partner, emit, column)
    if given.value is not None:
        yield from _constant(column, given, where, allowed)
    if given.codes is None:
        if column.name == STATE:
            yield Problem(
                path_of(where, "columns", STATE),
                "is read without a value table",
                'write { field = "…", codes = "stage" }, and the table beside it',
            )
        return
    if given.codes not in emit.codes:
        at = path_of(where, "columns", column.name, "codes")
        advice = f"declare [feed.codes.{given.codes}]"
        if partner.profile:
            advice += f"; the profile {partner.profile} leaves it to the site"
        if emit.codes:
            yield not_allowed(
                at,
                kind="value table",
                given=given.codes,
                allowed=emit.codes.keys(),
                advice=advice,
            )
        else:
            yield Problem(at, f'value table "{given.codes}" is not declared', advice)
        return
    for value, targets in emit.codes[given.codes].items():
        at = path_of(where, "codes", given.codes, f'"{value}"')
        yield from _targets(column, targets, at)
        if allowed is None:
            continue
        for code in targets:
            if code not in allowed.words:
                yield not_allowed(
                    at, kind=allowed.kind, given=code, allowed=allowed.words
                )


class Targets(NamedTuple):
    """The codes that a table or constant may lead to, and what they are called."""

    kind: str
    words: frozenset[str]


def allowed_targets(
    city: City, partner: spec.Partner, emit: spec.Emit, column: Column
) -> Targets | None:
    """What codes of this column may be; None where there is no closed list."""
    if column.name == STATE:
        return Targets("stage", frozenset(stages()["code"]))
    if column.code_list is not None:
        kind = f"code of {column.code_list}"
        if code_list(column.code_list).pattern is not None:
            return Targets(kind, city.category_systems | {f"LOCAL-{partner.id}"})
        return Targets(kind, frozenset(column.codes or ()))
    if column.type == "bool":
        return Targets("truth value", frozenset(_BOOLEANS))
    if column.ref == "division":
        return Targets("division", city.division_codes)
    if column.ref == "assessment_unit" and emit.dataset not in UNIT_LISTS:
        return Targets("assessment unit", city.unit_codes)
    return None


def _targets(column: Column, targets: tuple[str, ...], at: str) -> Iterator[Problem]:
    """How many codes one source value may stand for."""
    if column.name == STATE or column.type == "list":
        return
    if len(targets) != 1:
        what = "stands for several codes" if targets else "stands for no code"
        yield Problem(at, what, f"{column.name} takes exactly one")


def _constant(
    column: Column, given: spec.Column, where: str, allowed: Targets | None
) -> Iterator[Problem]:
    """A constant is of the column's type and in its list."""
    at = path_of(where, "columns", column.name, "value")
    value = given.value
    takes: dict[str, tuple[type, ...]] = {
        "bool": (bool,),
        "int": (int,),
        "list": (tuple, str),
        "dec": (int, float, str),
        "share": (int, float, str),
        "float": (int, float),
    }
    expected = takes.get(column.type, (str,))
    fits = isinstance(value, expected) and (
        column.type == "bool" or not isinstance(value, bool)
    )
    if not fits:
        yield Problem(
            at,
            f"does not fit a column of type {column.type}",
            "see the data dictionary",
        )
        return
    if allowed is None or column.type == "bool":
        return
    for code in value if isinstance(value, tuple) else (str(value),):
        if code not in allowed.words:
            yield not_allowed(at, kind=allowed.kind, given=code, allowed=allowed.words)
