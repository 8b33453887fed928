"""How well one field fits one canonical column.

What lives here: the weighing of a name against a column's phrases and of values
against its type, format and code list, with reasons in words. A column whose values
cannot be read is ruled out whatever the name says. What does not: choosing between
several (`choosing`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.onboarding.facts import Facts
from hub.onboarding.labels import Table, table_for
from hub.onboarding.vocabulary import Phrase, dropped, phrases, phrases_in, topics
from hub.onboarding.words import (
    letters,
    likeness,
    parts_of,
    spelt,
    without,
    words_of,
)
from hub.partners.city import City
from hub.schemas import Column

Evidence = Literal["proves", "fits", "empty", "doubts", "rules out"]
WEIGHT: dict[Evidence, float] = {
    "proves": 1.0,
    "fits": 0.9,
    "empty": 0.8,
    "doubts": 0.6,
    "rules out": 0.0,
}
# What values alone are worth where the name says nothing.
ALONE = 0.62
NO_COLUMN = 0.5
NAMED_TEXT = 0.65
# Of a code and its word beside it the code is the better source.
WORD_FOR_CODE = 0.95
PARENT_LEFT_OUT = 0.97
TOPIC_LEFT_OUT = 0.94
_FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Match:
    """One field for one column.

    Attributes:
        field: name of the field.
        column: name of the column.
        score: 0 to 1.
        name: what the name alone is worth, 0 to 1.
        values: what the values say.
        why: reason in words; shapes and counts only.
        sure: whether name and values together leave no doubt.
        table: the value table, for code columns.
    """

    field: str
    column: str
    score: float
    name: float
    values: Evidence
    why: str
    sure: bool
    table: Table | None = None


def match(
    field: str, facts: Facts, dataset_name: str, column: Column, city: City
) -> Match | None:
    """The match, or null where name and values say nothing or the values say no."""
    named, phrase = _named(field, dataset_name, column)
    table = table_for(column, facts.values, city)
    evidence, seen = _judge(facts, column, city, table)
    by_values = ALONE if evidence == "proves" and _is_telling(facts, column) else 0.0
    score = max(named, by_values) * WEIGHT[evidence]
    if table is not None and table.share < 0.5 and _is_word(field):
        score *= WORD_FOR_CODE
    # Nearly every text can be a text: there the name must say it.
    least = NAMED_TEXT if column.type == "str" and evidence == "fits" else NO_COLUMN
    if score < least:
        return None
    if phrase is None or named < by_values:
        why = f"by its values alone: {seen}"
    else:
        own = "the hub's own name" if phrase.own else "a known name"
        how = "is" if named >= PARENT_LEFT_OUT else "is like"
        why = f'name {how} {own} "{phrase.text}"; {seen}'
    # A contested word may mean another step of the work in another product.
    told = words_of(field.rpartition(".")[2])
    contested = without(told, dropped(column)) in phrases_in("contested")
    telling = _is_telling(facts, column)
    own_label = phrase is not None and phrase.own and named == 1.0
    sure = (
        named >= PARENT_LEFT_OUT
        and evidence == "proves"
        and (telling or (not contested and (own_label or column.type in _TIMED)))
    )
    return Match(field, column.name, score, named, evidence, why, sure, table)


def _is_word(field: str) -> bool:
    words = words_of(field.rpartition(".")[2])
    return any(words[-len(one) :] == one for one in phrases_in("name"))


_TIMED = frozenset({"ts", "date"})


def _named(
    field: str, dataset_name: str, column: Column
) -> tuple[float, Phrase | None]:
    """The best phrase of the column for this name, and what it is worth."""
    kinds = dropped(column)
    about = kinds | topics()[dataset_name]
    parts = parts_of(field)
    best: tuple[float, Phrase | None] = (0.0, None)
    spelled = letters(field)
    for phrase in phrases(dataset_name)[column.name]:
        for at, part in enumerate(parts):
            words = words_of(part)
            worth = likeness(without(words, kinds), phrase.words)
            if words == words_of(phrase.text):
                worth = 1.0
            elif worth == 1.0:
                worth = 0.985
            else:
                # `case_desc` is the desc of a case, where rows are cases.
                bare_words, bare_phrase = (
                    without(one, about) for one in (words, phrase.words)
                )
                alike = likeness(bare_words, bare_phrase)
                worth = max(worth, TOPIC_LEFT_OUT * alike)
            if at + 1 < len(parts):
                worth *= PARENT_LEFT_OUT if worth >= PARENT_LEFT_OUT else 0.85
            if worth > best[0]:
                best = (worth, phrase)
        sounds = spelt(phrase.text)
        if sounds is not None and len(spelled) >= _FEWEST_LETTERS and spelled in sounds:
            worth = 0.95 if spelled == sounds[0] else 0.8
            best = max(best, (worth, phrase), key=lambda one: one[0])
    return best


def _judge(
    facts: Facts, column: Column, city: City, table: Table | None
) -> tuple[Evidence, str]:
    """What the values say about a column, and how that is put."""
    if not facts.filled:
        return "empty", "no values to judge by"
    if table is not None:
        return _judge_codes(facts, table)
    if column.type in _TIMED:
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
        return "proves", f"{len(table.known)} of {every} values are in {table.list_name}"
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
            return "fits", f"values have the form {column.form}, some are not the city's"
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


_PROSE = frozenset({"description", "address", "opinion", "topic", "resolution"})


def _is_telling(facts: Facts, column: Column) -> bool:
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
