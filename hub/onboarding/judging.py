"""What the values of a field say about a canonical column.

What lives here: values against a column's type, format and code list. Only shapes and
counts come out. What does not: names (`matching`).
"""

from __future__ import annotations

from typing import Literal

from hub.onboarding.facts import Facts
from hub.onboarding.labels import Table
from hub.partners.city import City
from hub.schemas import Column

Evidence = Literal["proves", "fits", "empty", "doubts", "rules out"]
TIMED = frozenset({"ts", "date"})
_PROSE = frozenset({"description", "address", "opinion", "topic", "resolution"})


def judge(
    facts: Facts, column: Column, city: City, table: Table | None
) -> tuple[Evidence, str]:
    """What the values say about a column, and how that is put."""
    if not facts.filled:
        return "empty", "no values to judge by"
    if table is not None:
        return _judge_codes(facts, table)
    if column.type in TIMED:
        return _judge_time(facts, column)
    if column.name in {"lon", "lat"}:
        return _judge_degrees(facts, column)
    if column.type == "int":
        return _either("whole" in facts.kinds and facts.time is None, "whole numbers")
    if column.type in {"dec", "share", "float"}:
        return _either("number" in facts.kinds and facts.time is None, "numbers")
    if column.type == "bool":
        return _either("bool" in facts.kinds, "yes and no")
    if column.ref == "division" or column.form in city.formats:
        return _judge_form(facts, column)
    if column.name == "category_code":
        return _judge_category(facts)
    return _judge_text(facts, column)


def _either(fits: bool, what: str) -> tuple[Evidence, str]:
    return ("fits", f"values are {what}") if fits else ("rules out", f"not {what}")


def _judge_codes(facts: Facts, table: Table) -> tuple[Evidence, str]:
    every = facts.distinct
    if facts.time is not None or facts.kinds & {"decimal", "long", "uri", "identity"}:
        return "rules out", "values are no codes"
    if not facts.values:
        return ("doubts" if every > 1 else "rules out"), f"{every} different values"
    if table.share >= 0.5:
        return (
            "proves",
            f"{len(table.known)} of {every} values are in {table.list_name}",
        )
    if every > facts.filled / 2 and facts.filled > 8:
        return "doubts", f"{every} different values in {facts.filled} rows"
    return "fits", f"{every} different values, {len(table.known)} known by name"


def _judge_time(facts: Facts, column: Column) -> tuple[Evidence, str]:
    time = facts.time
    if time is None and "never" in facts.kinds:
        return "empty", "only words for no time at all"
    if time is None:
        return "rules out", "values are no times"
    wanted = "date" if column.type == "date" else "instant"
    form = time.format or time.kind
    if time.strays:
        return "fits", f"{facts.filled - time.strays} of {facts.filled} are {form}"
    seen = f"all {facts.filled} values are {form}"
    if wanted == "instant" and time.kind == "date":
        return "fits", f"{seen}, without a time of day"
    return "proves", seen


def _judge_degrees(facts: Facts, column: Column) -> tuple[Evidence, str]:
    axis = column.name
    if axis in facts.kinds:
        return "proves", "values lie in the city's bounding box"
    other = "lat" if axis == "lon" else "lon"
    if other in facts.kinds:
        return "rules out", f"values are the city's {other}"
    most = 180 if axis == "lon" else 90
    if facts.kinds & {"decimal", "planar"} and facts.time is None:
        degrees = facts.low is not None and -most <= facts.low
        inside = degrees and facts.high is not None and facts.high <= most
        what = "degrees outside the city" if inside else "no degrees: planar metres?"
        return "doubts", f"values are {what}"
    return "rules out", "values are no coordinates"


def _judge_form(facts: Facts, column: Column) -> tuple[Evidence, str]:
    if column.form in facts.kinds:
        if column.ref == "division" and "division" not in facts.kinds:
            return (
                "fits",
                f"values have the form {column.form}, some are not the city's",
            )
        return "proves", f"all {facts.filled} values have the form {column.form}"
    if column.ref == "division" and facts.distinct > 1 and facts.time is None:
        if facts.kinds & {"decimal", "long", "bool", "street_code", "community_code",
                          "district_code"}:  # fmt: skip
            return "rules out", f"values are not of the form {column.form}"
        return "doubts", f"values are not of the form {column.form}: a table is due"
    if column.form == "component_id" or column.form == "unit_grid_code":
        return "doubts", f"values are not of the form {column.form}"
    if column.form in {"phone", "mobile"} and not facts.kinds & {"wide", "long"}:
        return "doubts", "some values are no telephone numbers"
    return "rules out", f"values are not of the form {column.form}"


def _judge_category(facts: Facts) -> tuple[Evidence, str]:
    if "category" in facts.kinds:
        return "proves", "values are codes of a category list"
    if facts.time is not None or facts.kinds & {"long", "decimal", "bool", "uri"}:
        return "rules out", "values are no category codes"
    return "doubts", "values are in no category list of the city"


def _judge_text(facts: Facts, column: Column) -> tuple[Evidence, str]:
    kinds, name = facts.kinds, column.name
    refers = column.ref is not None or name in {"case_no", "target_id"}
    if facts.time is not None or kinds & {"identity", "decimal", "pair"}:
        return "rules out", "values are times or numbers"
    if name in {"track", "centre_line", "boundary"}:
        shape = "wkt_area" if name == "boundary" else "wkt_line"
        return ("proves", "values are shapes") if shape in kinds else (
            "rules out", "values are no shapes")  # fmt: skip
    if kinds & {"wkt_area", "wkt_line"}:
        return "rules out", "values are shapes"
    if "uri" in kinds or name.endswith("_uri"):
        fits = "uri" in kinds and (name.endswith("_uri") or name == "qr_target")
        return ("proves", "values are addresses of files") if fits else (
            "rules out", "values are addresses of files")  # fmt: skip
    if name == "case_no" and facts.is_unique and "long" not in kinds:
        return "proves", "each row has its own"
    if refers:
        if "long" in kinds:
            return "rules out", "values are texts"
        worded = "wide" in kinds and name != "case_no"
        return ("doubts", "values are words and no keys") if worded else (
            "fits", f"{facts.distinct} different keys")  # fmt: skip
    if name.endswith(("_name", "_text")) or name in _PROSE:
        if "number" in kinds:
            return "rules out", "values are numbers"
        if kinds & {"mobile"}:
            return "rules out", "values are telephone numbers"
        return "fits", f"texts, {facts.distinct} different"
    return "fits", f"{facts.distinct} different values"


def is_telling(facts: Facts, column: Column) -> bool:
    """Whether these values can hardly be anything but this column's."""
    if column.name in {"lon", "lat"}:
        return True
    if column.ref == "division":
        return "division" in facts.kinds and column.form in facts.kinds
    if column.name == "category_code":
        return "category" in facts.kinds and facts.distinct > 2
    if column.form in {"uscc", "sha256", "mobile", "phone"}:
        return "mobile" in facts.kinds or column.form in {"uscc", "sha256"}
    return column.name in {"track", "centre_line", "boundary"}
