"""Divisions by their names: 民族街, 江岸区民族街街道, 硚口區（漢正街） (trap T41).

What lives here: the forms in which a division may be written, and finding the one
that a name means within the division above it, on a day. A name that fits none, or
two, finds nothing: nobody guesses. What does not: tables of a partner's own words
(`columns`), whether a found code fits its neighbours (`references`).
"""

from __future__ import annotations

import polars as pl

from hub.partners import spec
from hub.pipeline import text as words
from hub.pipeline.cells import Cells
from hub.pipeline.local_days import holds_on, local_day
from hub.pipeline.references import DECISIVE, LEVELS
from hub.pipeline.scripts import simplified
from hub.schemas import Column, Dataset

DIVISION = "division"
LOST = "F26"
ORDER = ("CITY", "DISTRICT", "STREET", "COMMUNITY")
SPAN = ("valid_from_on", "valid_to_on")
FORMS = ("level_code", "division_code", *SPAN, "form", "tier")
_BRACKETS = r"[()\[\]{}<>〔〕【】《》〈〉「」\s]"
# What stands or does not stand behind one and the same name; something must be left.
_ENDINGS = "^(.+?)(?:街道办事处|街道|街|社区|居民委员会|居委会|村民委员会|村委会|村)+$"


def is_by_name(given: spec.Column) -> bool:
    """Whether a column is a division that the source names."""
    return given.ref == DIVISION


def keeps_out(column: Column) -> bool:
    """Whether a row stays out when the name of this division leads nowhere.

    As with codes (F09): district and street decide, and whatever is required.
    """
    return column.required == "yes" or column.name in DECISIVE


def division_forms(divisions: pl.DataFrame) -> pl.DataFrame:
    """Every way to write every version of a division.

    By its own name or behind the names of those above it, whole (tier 0) or without
    the ending that is often left out (tier 1).

    Args:
        divisions: dataset division.

    Returns:
        level_code, division_code, valid_from_on, valid_to_on, form, tier.
    """
    named = divisions.select(
        "division_code",
        "level_code",
        "parent_code",
        *SPAN,
        form=comparable(divisions["division_name"]),
    )
    made = []
    before = pl.DataFrame(schema={"parent_code": pl.String, "before": pl.String})
    for level in ORDER:
        here = named.filter(level_code=level).join(before, on="parent_code", how="left")
        here = here.with_columns(pl.col("before").fill_null(""))
        whole = here.with_columns(tier=pl.lit(0))
        short = here.with_columns(form=_shortened(pl.col("form")), tier=pl.lit(1))
        both = pl.concat([whole, short])
        said = pl.concat_str("before", "form")
        made.append(both.select(*FORMS[:-2], form=said, tier="tier"))
        before = pl.concat(
            [
                both.select(parent_code="division_code", before=said),
                here.select(parent_code="division_code", before="before"),
            ]
        ).unique()
    return pl.concat(made).drop_nulls("form").unique()


def comparable(names: pl.Series) -> pl.Series:
    """Names as they are compared: widths, brackets, blanks, case, script and 硚/桥."""
    plain = words.fold(pl.col("n")).str.replace_all(_BRACKETS, "").str.to_lowercase()
    return simplified(names.to_frame("n").select(plain)["n"])


def _shortened(form: pl.Expr) -> pl.Expr:
    return form.str.replace(_ENDINGS, "$1")


def read_divisions(
    made: pl.DataFrame,
    ds: Dataset,
    emit: spec.Emit,
    *,
    forms: pl.DataFrame,
    zone: str,
) -> dict[str, Cells]:
    """The columns of an emit that are divisions by name, as codes.

    Args:
        made: its columns, these ones still as names, and version_at; the day is that
            of `division_day`.
        ds: the dataset.
        emit: its declaration.
        forms: what `division_forms` made.
        zone: IANA zone of the city.

    Returns:
        Column → codes, and the rows whose name fits no division or several (F26).
    """
    found: dict[str, Cells] = {}
    for column in ds.columns:
        given = emit.columns.get(column.name)
        if given is None or not is_by_name(given):
            continue
        inside: pl.Expr = pl.lit(given.within, dtype=pl.String)
        if given.within in emit.columns:
            inside = pl.col(given.within)
        asked = made.select(
            name=pl.col(column.name), within=inside, day=division_day(made, emit, zone)
        )
        level = LEVELS.get(column.name)
        codes = _codes(
            asked, forms if level is None else forms.filter(level_code=level)
        )
        lost = asked["name"].is_not_null() & codes.is_null()
        found[column.name] = Cells(codes, ((LOST, lost),))
        made = made.with_columns(codes.alias(column.name))
    return found


def division_day(made: pl.DataFrame, emit: spec.Emit, zone: str) -> pl.Expr:
    """The day on which the divisions of a row are asked for.

    That of the report, else the first of the row's own days, else its version's.
    """
    instants = [name for name in ("reported_at", "version_at") if name in made.columns]
    day = local_day(pl.coalesce(instants), zone)
    if SPAN[0] in emit.columns:
        day = pl.coalesce(SPAN[0], day)
    return day


def _codes(asked: pl.DataFrame, forms: pl.DataFrame) -> pl.Series:
    """The code of every name that fits exactly one division; null for the others."""
    sought = asked.drop_nulls("name").unique().with_row_index("at")
    whole = sought.with_columns(form=comparable(sought["name"]), tier=pl.lit(0))
    short = whole.with_columns(_shortened(pl.col("form")), tier=pl.lit(1))
    fitting = (
        pl.concat([whole, short])
        .join(forms, on=["form", "tier"])
        .filter(
            pl.col("day").is_null() | holds_on("day", first=SPAN[0], until=SPAN[1]),
            pl.col("within").is_null()
            | pl.col("division_code").str.starts_with(pl.col("within")),
        )
        # A name that is written out says more than one that lacks its ending; of those
        # that are left: it says nothing of another place or day.
        .filter(pl.col("tier") == pl.col("tier").min().over("at"))
        .group_by("at")
        .agg(code=pl.col("division_code").unique())
        .filter(pl.col("code").list.len() == 1)
        .select("at", code=pl.col("code").list.first())
    )
    known = sought.join(fitting, on="at").drop("at")
    keys = ["name", "within", "day"]
    joined = asked.join(
        known, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["code"]
