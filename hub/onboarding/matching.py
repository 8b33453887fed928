"""How well one field fits one canonical column.

What lives here: the weighing of a name against a column's phrases, put together with
what the values say (`judging`), and reasons in words. A column whose values cannot be
read is ruled out whatever the name says. What does not: choosing between several
(`choosing`).
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.onboarding.facts import Facts
from hub.onboarding.judging import TIMED, Evidence, is_telling, judge
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
    table = table_for(column, facts.values, city)
    evidence, seen = judge(facts, column, city, table)
    if evidence == "rules out":
        return None
    named, phrase = _named(field, dataset_name, column)
    by_values = ALONE if evidence == "proves" and is_telling(facts, column) else 0.0
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
    # A telephone is somebody's, and only a name can say whose.
    is_phone = column.form in {"phone", "mobile"}
    telling = is_telling(facts, column) and not is_phone
    own_label = phrase is not None and phrase.own and named == 1.0
    sure = (
        named >= PARENT_LEFT_OUT
        and evidence == "proves"
        and (telling or (not contested and (own_label or column.type in TIMED)))
    )
    return Match(field, column.name, score, named, evidence, why, sure, table)


def _is_word(field: str) -> bool:
    words = words_of(field.rpartition(".")[2])
    return any(words[-len(one) :] == one for one in phrases_in("name"))


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
