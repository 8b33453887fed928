"""What the hub knows about one column, and the types a column can have.

What lives here: the types of the canonical model with their Polars dtype, and
the record of one column. What does not: the words that models use to declare
columns (`fields`) and the checks that follow from them (`hub.pipeline`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Self

import polars as pl

from hub.schemas.code_lists import code_list

ColumnType = Literal[
    "str", "int", "float", "dec", "share", "bool", "ts", "date", "list", "media"
]
Required = Literal["yes", "no", "cond"]
ShareClass = Literal["OPEN", "CONDITIONAL", "CLOSED"]
Personal = Literal["PERSONAL", "SENSITIVE"]
Horizon = Literal["past", "deadline", "open"]

MEDIA_ITEM = pl.Struct(
    {
        "usage_code": pl.String(),
        "uri": pl.String(),
        "sha256": pl.String(),
        "taken_at": pl.Datetime("us", "UTC"),
        "lon": pl.Float64(),
        "lat": pl.Float64(),
        "has_face_or_plate": pl.Boolean(),
    }
)

DTYPES: Mapping[ColumnType, pl.DataType] = MappingProxyType(
    {
        "str": pl.String(),
        "int": pl.Int64(),
        "float": pl.Float64(),
        "dec": pl.Decimal(18, 3),
        "share": pl.Decimal(9, 6),
        "bool": pl.Boolean(),
        "ts": pl.Datetime("us", "UTC"),
        "date": pl.Date(),
        "list": pl.List(pl.String()),
        "media": pl.List(MEDIA_ITEM),
    }
)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What a model says about a column beside its name and its type.

    Attributes:
        label: the Chinese label.
        rule: one short English clause, empty where the other marks say it all.
        required: `yes`, `no`, or `cond` with the condition in `required_if`.
        required_if: Boolean expression over the row; true where a value is due.
        share: class of the column; None takes the class of its dataset if the column
            stands in the register of `hub.schemas.classes`, else CLOSED.
        mask: name of the masking rule for values that leave the hub.
        personal: whether the value tells something about a person.
        code_list: name of the code list of its values.
        without: codes of that list which do not fit here.
        ref: dataset that the value points to; `division` for division codes.
        derived: made by the hub, hence outside `row_digest` and not due on arrival.
        form: name of a format of the city (`hub.schemas.formats`).
        pattern: what the text must look like to be readable at all.
        length: least and greatest number of code points.
        at_least: least value allowed.
        above: value that must be exceeded.
        at_most: greatest value allowed.
        after: column of the same row that must lie strictly before this one.
        horizon: how far an instant may lie in the future.
    """

    label: str
    rule: str = ""
    required: Required = "no"
    required_if: pl.Expr | None = field(default=None, compare=False)
    share: ShareClass | None = None
    mask: str | None = None
    personal: Personal | None = None
    code_list: str | None = None
    without: tuple[str, ...] = ()
    ref: str | None = None
    derived: bool = False
    form: str | None = None
    pattern: str | None = None
    length: tuple[int, int] | None = None
    at_least: int | None = None
    above: int | None = None
    at_most: int | None = None
    after: str | None = None
    horizon: Horizon = "past"

    def __deepcopy__(self, _memo: object) -> Self:
        """Itself: nothing of it ever changes, and pandera copies every schema whole."""
        return self


@dataclass(frozen=True, kw_only=True)
class Column(Declared):
    """One column of a dataset, with its name, its type and its own share class."""

    name: str
    type: ColumnType
    share: ShareClass

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the column."""
        return DTYPES[self.type]

    @property
    def nullable(self) -> bool:
        """Whether a published row may hold null here."""
        return self.required != "yes"

    @property
    def codes(self) -> tuple[str, ...] | None:
        """The codes allowed here, in list order; None without a closed list."""
        if self.code_list is None:
            return None
        return allowed_codes(self.code_list, self.without)


def allowed_codes(name: str, without: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Codes of a closed list less `without`, in order; None for an open list."""
    entries = code_list(name)
    if entries.pattern is not None:
        return None
    return tuple(code for code in entries.ordered if code not in without)


def column_type(dtype: object) -> ColumnType:
    """The model's type of a Polars dtype; KeyError for a dtype outside the model."""
    for name, known in DTYPES.items():
        if known == dtype:
            return name
    raise KeyError(f"no column type for {dtype}; there are {', '.join(DTYPES)}")
