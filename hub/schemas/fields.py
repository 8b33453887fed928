"""The column dictionary: the words with which models declare their columns.

What lives here: the annotations for the types of the canonical model, the one
helper that declares a column, and those columns that several datasets share,
so that one quantity has one name and one meaning everywhere. What does not:
columns of one dataset; they stand in its file.
"""

from __future__ import annotations

from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

from hub.schemas.code_lists import code_list
from hub.schemas.columns import (
    MEDIA_ITEM,
    Declared,
    Horizon,
    Personal,
    ShareClass,
    allowed_codes,
)

Text = pl.String
Int = pl.Int64
Float = pl.Float64
Dec = Annotated[pl.Decimal, 18, 3]
Share = Annotated[pl.Decimal, 9, 6]
Bool = pl.Boolean
Ts = Annotated[pl.Datetime, "us", "UTC"]
Date = pl.Date
Texts = Annotated[pl.List, pl.String]
Media = Annotated[pl.List, MEDIA_ITEM]

# Undeclared systems keep their own units, planar metres included (T33), so the
# only bound on a coordinate is one that no finite position on earth exceeds.
FARTHEST = 1_000_000_000


def field(
    label: str,
    rule: str = "",
    *,
    required: bool = False,
    required_if: pl.Expr | None = None,
    share: ShareClass | None = None,
    mask: str | None = None,
    personal: Personal | None = None,
    codes: str | None = None,
    without: tuple[str, ...] = (),
    ref: str | None = None,
    derived: bool = False,
    form: str | None = None,
    pattern: str | None = None,
    length: tuple[int, int] | None = None,
    at_least: int | None = None,
    above: int | None = None,
    at_most: int | None = None,
    after: str | None = None,
    horizon: Horizon = "past",
) -> Any:
    """Declare one column; the words are those of `hub.schemas.columns.Declared`.

    Single-column checks become pandera built-ins. They collect no failure cases
    (`n_failure_cases=0`): the verdict per row is enough, and a failing value may
    be personal data.
    """
    declared = Declared(
        label=label,
        rule=rule,
        required="cond" if required_if is not None else "yes" if required else "no",
        required_if=required_if,
        share=share,
        mask=mask,
        personal=personal,
        code_list=codes,
        without=without,
        ref=ref,
        derived=derived,
        form=form,
        pattern=pattern,
        length=length,
        at_least=at_least,
        above=above,
        at_most=at_most,
        after=after,
        horizon=horizon,
    )
    return pa.Field(
        nullable=not required,
        title=label,
        description=rule,
        metadata={"column": declared},
        n_failure_cases=0,
        isin=allowed_codes(codes, without) if codes else None,
        str_matches=code_list(codes).pattern if codes else pattern,
        str_length=_bounds(length),
        ge=at_least,
        gt=above,
        le=at_most,
    )


def _bounds(length: tuple[int, int] | None) -> dict[str, int] | None:
    if length is None:
        return None
    return {"min_value": length[0], "max_value": length[1]}


def hub_id(label: str, **marks: Any) -> Any:
    """The hub's own identifier: the same for every delivery of a key."""
    rule = "made by the hub from dataset, partner and source key"
    return field(label, rule, required=True, **marks)


def person_ref(label: str, rule: str = "", *, required: bool = False) -> Any:
    """A person by hub identifier; leaves the hub as a pseudonym only."""
    return field(
        label,
        rule,
        required=required,
        ref="person",
        mask="pseudonym",
        personal="PERSONAL",
    )


def opinion(label: str) -> Any:
    """What somebody wrote; numbers in it are scrubbed on the way out."""
    return field(label, "free text", mask="scrub", personal="PERSONAL")


def media(label: str, rule: str) -> Any:
    """Photos and clips by address; they never leave the hub."""
    return field(label, rule, share="CLOSED", mask="drop", personal="PERSONAL")


def count(label: str, rule: str = "", *, required: bool = False) -> Any:
    """A whole number of things, not negative."""
    return field(label, rule, required=required, at_least=0)


def longitude() -> Any:
    """Degrees east; the system delivered stands in `coord_sys_code`."""
    rule = "CGCS2000 degrees; a point outside the city is kept and marked"
    return field("经度", rule, at_least=-FARTHEST, at_most=FARTHEST)


def latitude() -> Any:
    """Degrees north; the system delivered stands in `coord_sys_code`."""
    rule = "CGCS2000 degrees; a point outside the city is kept and marked"
    return field("纬度", rule, at_least=-FARTHEST, at_most=FARTHEST)


def coordinate_system() -> Any:
    """The coordinate system in which the partner delivered the point."""
    return field(
        "原坐标系",
        "as delivered, before conversion; due with a point",
        codes="COORD_SYS",
        required_if=pl.col("lon").is_not_null() | pl.col("lat").is_not_null(),
    )


def coordinate_quality() -> Any:
    """The worst thing to be said about the point, one value."""
    return field(
        "坐标质量",
        "the worst that applies, MISSING first and OK last",
        required=True,
        codes="COORD_QUALITY",
        derived=True,
    )


def valid_from() -> Any:
    """First day of a version."""
    return field("生效日期", "first local day of this version", required=True)


def valid_to() -> Any:
    """First day on which a version is no longer in force."""
    rule = "first local day after this version; null while it is in force"
    return field("失效日期", rule, after="valid_from_on")
