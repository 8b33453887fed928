"""What the values of one field look like, in shapes and counts, never in values.

What lives here: `facts_of`, which proves kinds of value: times, numbers, coordinates,
codes of divisions and categories, registered numbers, texts. The only values kept
are those of fields with few different ones, for value tables, and only where none
tells something about a person. What does not: what a field is called (`words`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from hub.onboarding.times import Written, is_never, time_form
from hub.partners.city import City
from hub.pipeline.cells import FALSE, TRUE
from hub.pipeline.checksum import uscc_passes
from hub.pipeline.text import fold

MOST_CODES = 40
LONGEST_CODE = 60
PROSE = 20
NEARLY = 0.95
_IDENTITY = (
    r"^[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]$"
)
_WKT = r"(?i)^(?:MULTI)?(POINT|LINESTRING|POLYGON)\s*\(\("
_LINE = r"(?i)^LINESTRING\s*\("
_WIDE = r"[\x{3400}-\x{9fff}]"
_FORMS = (
    "district_code", "street_code", "community_code", "unit_grid_code", "component_id",
    "uscc", "mobile", "phone", "sha256",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One field in shapes and counts.

    Attributes:
        rows: rows of the sample.
        filled: rows with a value.
        distinct: different values.
        kinds: what nearly every value is: whole, number, decimal, bool, wide (has
            Chinese), long (free text), pair, identity, wkt_line, wkt_area, uri, list,
            lon, lat, planar, category, division, never (only words for no time), and
            formats of the city.
        time: how it writes time, where it does.
        values: the different values where they are few and short, else empty.
        low, high: the range of numbers.
    """

    rows: int
    filled: int
    distinct: int
    kinds: frozenset[str]
    time: Written | None
    values: tuple[str, ...]
    low: float | None = None
    high: float | None = None

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return 0 < self.rows == self.filled == self.distinct

    @property
    def share(self) -> float:
        """Filled rows by rows."""
        return self.filled / self.rows if self.rows else 0.0


def facts_of(rows: pl.DataFrame, city: City) -> dict[str, Facts]:
    """Field → what its values look like, in the order of the frame."""
    known = frozenset(city.reference("category")["category_code"])
    return {name: _facts(rows[name], city, known) for name in rows.columns}


def _facts(sent: pl.Series, city: City, categories: frozenset[str]) -> Facts:
    folded = sent.to_frame("t").select(fold(pl.col("t")))["t"]
    text = folded.drop_nulls()
    distinct = text.n_unique()
    if not len(text):
        return Facts(
            rows=len(sent),
            filled=0,
            distinct=0,
            kinds=frozenset(),
            time=None,
            values=(),
        )
    numbers = text.cast(pl.Float64, strict=False)
    is_number = numbers.null_count() <= (1 - NEARLY) * len(text)
    low, high = (numbers.min(), numbers.max()) if is_number else (None, None)
    time = time_form(text, numbers if is_number else None, city.timezone)
    kinds = _text_kinds(text, city, categories)
    if time is None and is_never(text, city.timezone):
        kinds.add("never")
    if is_number:
        kinds |= _number_kinds(text, numbers, city)
    widest = text.str.len_chars().max()
    is_short = isinstance(widest, int) and widest <= LONGEST_CODE
    is_few = distinct <= MOST_CODES and (distinct <= 8 or distinct <= len(text) / 2)
    plain = not kinds & {"mobile", "identity", "long"} and time is None
    return Facts(
        rows=len(sent),
        filled=len(text),
        distinct=distinct,
        kinds=frozenset(kinds),
        time=time,
        values=tuple(text.unique().sort()) if is_short and is_few and plain else (),
        low=_float(low),
        high=_float(high),
    )


def _text_kinds(text: pl.Series, city: City, categories: frozenset[str]) -> set[str]:
    formats = {name: city.formats[name] for name in _FORMS if name in city.formats}
    shapes = {
        **formats,
        "identity": _IDENTITY,
        "wkt_line": _LINE,
        "wkt_area": r"(?i)^(?:MULTI)?POLYGON\s*\(",
        "uri": r"(?i)^[a-z][a-z0-9+.-]*://",
        "list": r"[^、;；|]+[、;；|][^、;；|]+",
        "pair": r"^\(?\s*-?\d+\.\d+\s*[,;，]\s*-?\d+\.\d+\s*\)?$",
    }
    kinds = {name for name, shape in shapes.items() if _share(text, shape) >= NEARLY}
    kinds |= {"list"} if _share(text, shapes["list"]) >= 0.2 else set()
    if "uscc" in kinds:
        passed = text.to_frame("t").select(uscc_passes(pl.col("t"))).to_series()
        kinds -= set() if _mean(passed) > 0.5 else {"uscc"}
    if _share(text, _WIDE) >= 0.5:
        kinds.add("wide")
    lengths = text.str.len_chars()
    middle = lengths.median()
    is_prose = "wide" in kinds or _share(text, r"\S\s+\S") > 0.5
    long = isinstance(middle, float) and middle > PROSE and is_prose
    if long or _mean(lengths > LONGEST_CODE) > 1 - NEARLY:
        kinds.add("long")
    if set(text.str.to_lowercase().unique()) <= {*TRUE, *FALSE}:
        kinds.add("bool")
    if _mean(text.is_in(list(city.division_codes))) >= NEARLY:
        kinds.add("division")
    squeezed = text.str.replace_all(r"\s", "")
    padded = squeezed.str.replace_all("-", "", literal=True)
    if categories and _either(squeezed, padded, categories) >= NEARLY:
        kinds.add("category")
    return kinds


def _either(text: pl.Series, bare: pl.Series, known: frozenset[str]) -> float:
    listed = list(known)
    found = text.is_in(listed) | bare.is_in(listed)
    return _mean(found | bare.str.zfill(5).is_in(listed))


def _number_kinds(text: pl.Series, numbers: pl.Series, city: City) -> set[str]:
    kinds = {"number"}
    if _share(text, r"^[+-]?\d+(?:\.0+)?$") >= NEARLY:
        kinds.add("whole")
    decimals = text.str.contains(r"\.\d{3,}")
    told = numbers.filter(~numbers.is_in([0.0, -1.0]))
    if not len(told):
        return kinds
    if _mean(decimals) > 0.5:
        kinds.add("decimal")
        west, south, east, north = city.bbox
        width, height = (east - west) / 10, (north - south) / 10
        if _mean(told.is_between(west - width, east + width)) >= NEARLY:
            kinds.add("lon")
        if _mean(told.is_between(south - height, north + height)) >= NEARLY:
            kinds.add("lat")
    if _mean(numbers.abs() > 1000) >= NEARLY and numbers.n_unique() > len(numbers) / 3:
        kinds.add("planar")
    return kinds


def _share(text: pl.Series, shape: str) -> float:
    return _mean(text.str.contains(shape))


def _mean(told: pl.Series) -> float:
    value: Any = told.mean()
    return float(value or 0.0)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
