"""Whether the reference data of a city holds together.

What lives here: required cells, code lists, repeated keys, the tree of
divisions, and units that point to something. What does not: reading the files
(`reference`). Rows are named by number, as a spreadsheet counts them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from hub.partners.problems import Problem, not_allowed
from hub.partners.reference import rows_named
from hub.schemas import Dataset, dataset
from hub.schemas.code_lists import code_list

_LEVEL_ABOVE = {"DISTRICT": "CITY", "STREET": "DISTRICT", "COMMUNITY": "STREET"}


def find_reference_problems(
    frames: Mapping[str, pl.DataFrame], patterns: Mapping[str, str]
) -> list[Problem]:
    """Everything that is wrong with the reference data of a city.

    Args:
        frames: the datasets as `read_reference` gives them.
        patterns: division level → regular expression of its codes.
    """
    problems: list[Problem] = []
    for name, frame in frames.items():
        ds = dataset(name)
        problems += _cells(ds, frame)
        problems += _repeated(ds, frame)
    problems += _divisions(frames["division"], patterns)
    problems += _members(frames)
    return problems


def _report(name: str, wrong: pl.Series, what: str, remedy: str = "") -> list[Problem]:
    positions = wrong.fill_null(value=False).arg_true()
    if not len(positions):
        return []
    return [Problem(name, f"{what} in {rows_named(positions)}", remedy)]


def _cells(ds: Dataset, frame: pl.DataFrame) -> list[Problem]:
    """Required cells that are empty, and codes outside their list."""
    problems: list[Problem] = []
    for column in ds.columns:
        values = frame[column.name]
        where = f"{ds.name}.csv → {column.name}"
        if column.required == "yes":
            problems += _report(where, values.is_null(), "is empty")
        if column.code_list is not None:
            entries = code_list(column.code_list)
            pattern = entries.pattern
            known = (
                values.str.contains(pattern)
                if pattern
                else values.is_in(list(entries.ordered))
            )
            problems += _report(
                where,
                values.is_not_null() & ~known,
                f"holds a code that is not in {column.code_list}",
                f"allowed: {', '.join(entries.ordered)}",
            )
    return problems


def _repeated(ds: Dataset, frame: pl.DataFrame) -> list[Problem]:
    keys = [name for name in ds.key if name != ds.id_column]
    keys += ["source_id"] if ds.id_column else []
    repeated = frame.select(pl.struct(keys).is_first_distinct().not_()).to_series()
    return _report(f"{ds.name}.csv", repeated, "the same key stands twice")


def _divisions(divisions: pl.DataFrame, patterns: Mapping[str, str]) -> list[Problem]:
    """Codes fit their level; every parent exists one level up (F20)."""
    problems: list[Problem] = []
    levels = list(code_list("DIVISION_LEVEL").ordered)
    for level, pattern in patterns.items():
        if level not in levels:
            problems.append(
                not_allowed(
                    "city.toml → divisions → patterns",
                    kind="level",
                    given=level,
                    allowed=levels,
                )
            )
            continue
        if not _is_regex(pattern):
            problems.append(
                Problem(
                    f"city.toml → divisions → patterns → {level}",
                    "is not a regular expression",
                )
            )
            continue
        unfit = (divisions["level_code"] == level) & ~divisions[
            "division_code"
        ].str.contains(pattern)
        problems += _report(
            "division.csv → division_code",
            unfit,
            f"does not fit the pattern of {level}",
        )
    above = divisions.select(
        parent_code="division_code", parent_level="level_code"
    ).unique("parent_code")
    joined = divisions.join(above, on="parent_code", how="left", maintain_order="left")
    expected = joined["level_code"].replace_strict(
        _LEVEL_ABOVE, default=None, return_dtype=pl.String
    )
    astray = expected.is_not_null() & (joined["parent_level"] != expected).fill_null(
        value=True
    )
    return problems + _report(
        "division.csv → parent_code", astray, "names no division one level up"
    )


def _members(frames: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """Members belong to a unit that exists and are divisions that exist."""
    members = frames["assessment_unit_member"]
    units = frames["assessment_unit"]["unit_code"].implode()
    codes = frames["division"]["division_code"].implode()
    name = "assessment_unit_member.csv"
    is_division = members["member_kind_code"] == "DIVISION"
    return [
        *_report(
            f"{name} → unit_code",
            ~members["unit_code"].is_in(units),
            "names no assessment unit",
        ),
        *_report(
            f"{name} → member_id",
            is_division & ~members["member_id"].is_in(codes),
            "names no division",
        ),
    ]


def _is_regex(pattern: str) -> bool:
    try:
        re.compile(pattern)
        pl.Series([""]).str.contains(pattern)
    except (re.error, pl.exceptions.PolarsError):
        return False
    return True
