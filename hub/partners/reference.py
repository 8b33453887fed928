"""The reference data of a city: CSV files in canonical columns, read strictly.

What lives here: reading `division.csv`, `assessment_unit.csv`,
`assessment_unit_member.csv`, `category.csv`, `category_map.csv` and
`time_limit.csv` from a city folder, adding the national lists, and making the
street units that a city has not defined. What does not: judging the content
(`reference_check`), the table of successors (`successors`), merging it into core,
and unit lists that a partner delivers (`hub.flow`).

A file holds text only; an empty cell is null. Every frame has the dataset's own
columns in the model's types, then `partner` = HUB and `source_id`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import polars as pl
import polars_hash as plh

from hub.partners.problems import Problem, not_allowed
from hub.schemas import Dataset, dataset
from hub.schemas.categories import categories, category_map

OWNER = "HUB"
FILES = (
    "division",
    "assessment_unit",
    "assessment_unit_member",
    "category",
    "category_map",
    "time_limit",
)
# What a partner may list as well (R67).
UNIT_LISTS = ("assessment_unit", "assessment_unit_member")
# Columns of a source key; versions of one key share it.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "division": ("division_code",),
    "assessment_unit": ("unit_code",),
    "assessment_unit_member": ("unit_code", "member_kind_code", "member_id"),
    "category": ("system_code", "kind_code", "category_code"),
    "category_map": (
        "from_system_code",
        "from_kind_code",
        "from_code",
        "to_system_code",
    ),
    "time_limit": (
        "category_system_code",
        "category_kind_code",
        "category_code",
        "step_code",
        "condition_text",
        "zone_class_name",
    ),
}
_UNIT = "\u241f"


def read_reference(
    folder: Path, *, national: bool, problems: list[Problem]
) -> dict[str, pl.DataFrame]:
    """All reference datasets of a city folder; a file that is absent is empty.

    Args:
        folder: the city's folder.
        national: whether the national categories and their map are added.
        problems: takes what is wrong with a file; its frame may then be empty.
    """
    frames = {
        name: read_csv(folder / f"{name}.csv", dataset(name), problems)
        for name in FILES
    }
    if national:
        for name, shipped in _national().items():
            own = frames[name]
            frames[name] = pl.concat([shipped.select(own.columns), own])
    return {name: with_source(frame, name) for name, frame in frames.items()}


def _national() -> dict[str, pl.DataFrame]:
    return {"category": categories(), "category_map": category_map()}


def read_csv(path: Path, ds: Dataset, problems: list[Problem]) -> pl.DataFrame:
    """One file in the dataset's own columns and types."""
    wanted = {column.name: column.dtype for column in ds.columns}
    required = [
        column.name
        for column in ds.columns
        if column.required == "yes" and column.name != ds.id_column
    ]
    return read_columns(path, wanted, required, problems)


def read_columns(
    path: Path,
    wanted: Mapping[str, pl.DataType],
    required: Collection[str],
    problems: list[Problem],
) -> pl.DataFrame:
    """One file in these columns and types; one that is absent is empty.

    Args:
        path: the file.
        wanted: column → type, every column that it may have.
        required: those that it must have.
        problems: takes what is wrong with it.
    """
    empty = pl.DataFrame(schema=dict(wanted))
    if not path.exists():
        return empty
    try:
        raw = pl.read_csv(path, infer_schema=False, encoding="utf8")
    except (pl.exceptions.PolarsError, OSError):
        problems.append(Problem(path.name, "is not a CSV in UTF-8 with one header row"))
        return empty
    raw = raw.with_columns(pl.all().str.strip_chars().replace({"": None}))
    problems += [
        not_allowed(path.name, kind="column", given=name, allowed=wanted)
        for name in raw.columns
        if name not in wanted
    ]
    problems += [
        Problem(path.name, f'column "{name}" is missing')
        for name in required
        if name not in raw.columns
    ]
    return pl.concat(
        [
            empty,
            raw.select(
                _typed(raw, name, dtype, path.name, problems)
                for name, dtype in wanted.items()
            ),
        ]
    )


def _typed(
    raw: pl.DataFrame,
    name: str,
    dtype: pl.DataType,
    file: str,
    problems: list[Problem],
) -> pl.Series:
    """One column in its type; unreadable cells become problems and nulls."""
    if name not in raw.columns:
        return pl.Series(name, [None], dtype=dtype).new_from_index(0, len(raw))
    text = raw[name]
    if isinstance(dtype, pl.Boolean):
        typed = text.replace_strict({"true": True, "false": False}, default=None)
    elif isinstance(dtype, pl.Date):
        typed = text.str.strptime(pl.Date, "%Y-%m-%d", strict=False)
    else:
        typed = text.cast(dtype, strict=False)
    unreadable = (text.is_not_null() & typed.is_null()).arg_true()
    if len(unreadable):
        problems.append(
            Problem(f"{file} → {name}", f"cannot be read in {rows_named(unreadable)}")
        )
    return typed.cast(dtype).alias(name)


def rows_named(positions: pl.Series, *, most: int = 5) -> str:
    """Row numbers of a file as a spreadsheet counts them, header first."""
    numbers = [str(number + 2) for number in positions.head(most)]
    more = f" and {len(positions) - most} more" if len(positions) > most else ""
    return f"row{'s' if len(positions) > 1 else ''} {', '.join(numbers)}{more}"


def street_units_of(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """One unit per street, below the unit that the street belongs to, and its member.

    Model §2: `AU-<street code>`, the street its only member, the dates those of
    the membership. A unit that is listed is left alone.

    Args:
        frames: every listed unit, the divisions, and the memberships in question, as
            `with_source` gives them.
    """
    units, members = frames["assessment_unit"], frames["assessment_unit_member"]
    streets = frames["division"].filter(pl.col("level_code") == "STREET")
    district_units = units.filter(pl.col("level_code") == "DISTRICT_UNIT")
    names = streets.sort("valid_from_on").unique("division_code", keep="last")
    made = (
        members.filter(
            pl.col("member_kind_code") == "DIVISION",
            pl.col("unit_code").is_in(district_units["unit_code"].implode()),
        )
        .join(
            names.select("division_code", "division_name"),
            left_on="member_id",
            right_on="division_code",
            maintain_order="left",
        )
        .with_columns(
            own_code=pl.concat_str(pl.lit("AU-"), "member_id"),
            level_code=pl.lit("STREET_UNIT"),
        )
        .filter(~pl.col("own_code").is_in(units["unit_code"].implode()))
    )
    renamed = made.rename({"unit_code": "parent_unit_code", "own_code": "unit_code"})
    named = renamed.rename({"division_name": "unit_name"}).with_columns(
        group_code=pl.lit(None, pl.String)
    )
    both = {"assessment_unit": named, "assessment_unit_member": renamed}
    return {name: with_source(frame, name) for name, frame in both.items()}


def with_source(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame with `partner`, `source_id` and, where it has one, its hub id."""
    key = pl.concat_str(
        [pl.col(column).fill_null("") for column in _KEYS[name]], separator=":"
    )
    own = [one.name for one in dataset(name).columns if one.name in frame.columns]
    frame = frame.select(own).with_columns(partner=pl.lit(OWNER), source_id=key)
    hub_column = dataset(name).id_column
    if hub_column is None:
        return frame
    # Design §4: dataset, partner and source key, 32 hex digits.
    joined = pl.concat_str(pl.lit(name), "partner", "source_id", separator=_UNIT)
    digest = plh.CryptographicHashingNameSpace(joined).sha2_256().str.slice(0, 32)
    return frame.with_columns(digest.alias(hub_column))
