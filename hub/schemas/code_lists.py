"""The national code lists and reference tables that ship with the hub.

What lives here: reading `codes/*.csv`, which is text throughout, so that
leading zeros survive. What does not: divisions, assessment units, limits and
calendars; they belong to one city and lie in its folder.

Lists are written down once in `code_list.csv`; stages, channels and institution
items have files of their own because they carry more than labels.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import polars as pl

# A member written like `LOCAL-<partner>` stands for one code per partner.
PLACEHOLDER = "<partner>"
PARTNER_ID = "[a-z][a-z0-9_]{1,39}"
# Lists whose codes stand in a table of their own, with the kinds that count.
TABLES: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "STAGE": ("stage", frozenset({"MAIN", "END"})),
        "SOURCE_CHANNEL": ("source_channel", frozenset()),
        "INSTITUTION_ITEM": ("institution_item", frozenset()),
    }
)


@dataclass(frozen=True)
class CodeList:
    """One closed vocabulary; `pattern` is set where partners add codes of their own.

    Attributes:
        name: the list's name, e.g. `ROLE`.
        ordered: its codes in the order of the list.
        labels: code → (Chinese label, English label).
        pattern: regular expression of a valid code, for open lists only.
    """

    name: str
    ordered: tuple[str, ...]
    labels: Mapping[str, tuple[str, str]]
    pattern: str | None = None

    @property
    def codes(self) -> frozenset[str]:
        """The codes as a set; an open list names its placeholder member too."""
        return frozenset(self.ordered)

    def label_zh(self, code: str) -> str:
        """The Chinese label; KeyError for a code outside the list."""
        return self._label(code)[0]

    def label_en(self, code: str) -> str:
        """The English label; KeyError for a code outside the list."""
        return self._label(code)[1]

    def allows(self, code: str) -> bool:
        """Whether the code belongs to the list, a partner's own codes included."""
        if self.pattern is not None:
            return re.fullmatch(self.pattern, code) is not None
        return code in self.labels

    def _label(self, code: str) -> tuple[str, str]:
        if code in self.labels:
            return self.labels[code]
        if self.allows(code):
            return next(
                labels for own, labels in self.labels.items() if PLACEHOLDER in own
            )
        raise KeyError(f"{code!r} is not in {self.name}: {', '.join(self.ordered)}")


def code_list(name: str) -> CodeList:
    """The list of that name; KeyError lists the names there are."""
    lists = code_lists()
    if name not in lists:
        raise KeyError(f"no code list {name!r}; there are {', '.join(sorted(lists))}")
    return lists[name]


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Every code list by name, in the order in which they are written down."""
    labels: dict[str, dict[str, tuple[str, str]]] = {}
    for row in read_table("code_list"):
        entry = (row["name_zh"], row["name_en"])
        labels.setdefault(row["list"], {})[row["code"]] = entry
    for name, (table, kinds) in TABLES.items():
        labels[name] = {
            row["code"]: (row["name_zh"], row["name_en"])
            for row in read_table(table)
            if not kinds or row["kind"] in kinds
        }
    return MappingProxyType(
        {
            name: CodeList(
                name=name,
                ordered=tuple(entries),
                labels=MappingProxyType(entries),
                pattern=_open_pattern(tuple(entries)),
            )
            for name, entries in labels.items()
        }
    )


def _open_pattern(codes: tuple[str, ...]) -> str | None:
    if not any(PLACEHOLDER in code for code in codes):
        return None
    # `-` and `.` are the only signs of these codes that a pattern could misread.
    escaped = (code.replace(".", "[.]") for code in codes)
    return f"^(?:{'|'.join(escaped).replace(PLACEHOLDER, PARTNER_ID)})$"


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of one shipped table, all values text, empty cells as ''."""
    source = files("hub.schemas").joinpath("codes", f"{name}.csv")
    return list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))


@cache
def frame(name: str) -> pl.DataFrame:
    """One shipped table as a frame: String columns, empty cells null."""
    rows = read_table(name)
    table = pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String))
    return table.with_columns(pl.all().replace({"": None}))


def stages() -> pl.DataFrame:
    """Stages of the loop: stage_no, code, kind, names, evidence, Open311 states.

    Kinds are MAIN (numbered, codes §5), END and OVERLAY (not numbered).
    """
    return frame("stage")


def source_channels() -> pl.DataFrame:
    """Channels: code, names, class_code, is_feedback_required."""
    return frame("source_channel")


def institution_items() -> pl.DataFrame:
    """Evidence items J01 to J16: code, names, frequency, levels, requirements."""
    return frame("institution_item")


def limit_types() -> pl.DataFrame:
    """Kinds of time limit: code, names, unit, and which days and hours count."""
    return frame("limit_type")


def share_classes() -> pl.DataFrame:
    """Share classes with their codes in government catalogues and their meaning."""
    return frame("share_class")
