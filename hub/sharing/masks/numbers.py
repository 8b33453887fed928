"""Masks of numbers: telephones, identity numbers, plates (sharing §4).

What lives here: which signs of a number stay. A value that is not what its column
says is hidden sign by sign: half of an unknown number may be all of a known one.
What does not: numbers inside free text (`free_text`).
"""

from __future__ import annotations

import polars as pl

from hub.pipeline.text import phone as dialled
from hub.sharing.masks.signs import STAR, hidden, plain

MOBILE = r"^1[3-9][0-9]{9}$"
SERVICE = r"^([48]00)(-?)[0-9]{3}(-?)([0-9]{4})$"
AREA = r"^((?:010|02[0-9]|0[3-9][0-9]{2})-?)([0-9]{3,4})([0-9]{4})(?:-[0-9]{1,6})?$"
LOCAL = r"^[2-9][0-9]{6,7}$"
IDNO = r"^(?:[0-9]{15}|[0-9]{17}[0-9X])$"
PLATE = r"^\p{Han}[A-Z][0-9A-Z]{4,5}[0-9A-Z挂学警港澳领使]$"


def phone(value: pl.Expr) -> pl.Expr:
    """Mobile: 3 + 4 digits stay; landline: area code + 4; another number: none.

    `13812348000` → `138****8000`, `027-88881234` → `027-****1234`. An extension is
    left out, 400 and 800 numbers keep their first three digits.
    """
    number = dialled(plain(value))
    is_mobile = number.str.contains(MOBILE)
    # Others are few: what follows runs over nulls where a mobile was seen.
    other = pl.when(~is_mobile).then(number)
    return (
        pl.when(is_mobile)
        .then(_between(number, 3, 4))
        .when(other.str.contains(SERVICE))
        .then(other.str.replace(SERVICE, "${1}${2}***${3}${4}"))
        .when(other.str.contains(AREA))
        .then(
            pl.concat_str(
                other.str.extract(AREA, 1),
                other.str.extract(AREA, 2).str.replace_all(".", STAR),
                other.str.extract(AREA, 3),
            )
        )
        .when(other.str.contains(LOCAL))
        .then(_between(other, 0, 4))
        .otherwise(_unless(is_mobile, value))
    )


def idno(value: pl.Expr) -> pl.Expr:
    """Identity number of 15 or 18 signs: 6 + 4 stay, the length does too.

    `11010519491231002X` → `110105********002X`.
    """
    return _number(value, 6, 4)


def idno_strict(value: pl.Expr) -> pl.Expr:
    """Identity number: the first and the last sign stay; `1****************X`."""
    return _number(value, 1, 1)


def plate(value: pl.Expr) -> pl.Expr:
    """Number plate: the first two signs and the last two stay.

    `鄂A12345` → `鄂A·***45`; plates of electric cars have one star more.
    """
    number = plain(value).str.replace_all("[·•・‧∙⋅･-]", "")
    is_plate = number.str.contains(PLATE)
    ends = pl.concat_str(
        number.str.slice(0, 2), pl.lit("·"), _between(number.str.slice(2), 0, 2)
    )
    return pl.when(is_plate).then(ends).otherwise(_unless(is_plate, value))


def _number(value: pl.Expr, first: int, last: int) -> pl.Expr:
    number = plain(value).str.replace_all("-", "", literal=True)
    is_number = number.str.contains(IDNO)
    return (
        pl.when(is_number)
        .then(_between(number, first, last))
        .otherwise(_unless(is_number, value))
    )


def _unless(is_known: pl.Expr, value: pl.Expr) -> pl.Expr:
    """Values of no known shape, hidden."""
    return hidden(pl.when(~is_known).then(value))


def _between(number: pl.Expr, first: int, last: int) -> pl.Expr:
    """A number with stars for all but its first and last signs."""
    stars = (number.str.len_chars().cast(pl.Int64) - (first + last)).clip(0)
    return pl.concat_str(
        number.str.slice(0, first),
        pl.lit(STAR * 20).str.slice(0, stars),
        number.str.slice(-last),
    )
