"""Which field goes where, and which dataset the rows are.

What lives here: one field per column and one column per field, best match first;
the dataset whose columns the fields fill best. What does not: how well one field
fits one column (`matching`), keys and bookkeeping (`keys`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hub.onboarding.facts import Facts
from hub.onboarding.matching import Match, match
from hub.onboarding.vocabulary import mappable, topics
from hub.onboarding.words import words_of
from hub.partners.city import City
from hub.schemas import dataset

Confidence = Literal["certain", "likely", "guess"]
LIKELY = 0.72
# Two matches nearer than this are rivals, and neither is certain.
RIVALS = 0.12
# A dataset that leads by less is not sure.
LEAD = 1.0
NAMED = 2.0
# A column whose field may stand for the words of another as well (model §3).
WORDS_OF = {
    "source_stage_id": "source_stage_name",
    "source_channel_code": "source_channel_name",
    "category_code": "category_name",
    "role_code": "role_source_name",
}


@dataclass(frozen=True)
class Line:
    """One drafted column.

    Attributes:
        match: the field and its reasons.
        confidence: certain, likely or guess.
        rival: the field or column that came near.
    """

    match: Match
    confidence: Confidence
    rival: str | None = None


@dataclass(frozen=True)
class Choice:
    """The dataset of a sample, and its columns."""

    dataset: str
    score: float
    lines: tuple[Line, ...]
    runner_up: str | None = None
    is_sure: bool = True


def choose(
    facts: Mapping[str, Facts], name: str, city: City, *, asked: str | None = None
) -> Choice:
    """The dataset that the fields fill best, with its columns.

    Args:
        facts: the fields.
        name: what the file, table or path is called.
        city: where the partner is.
        asked: the dataset, where the engineer knows it.
    """
    tried = [asked] if asked else list(topics())
    made = sorted(
        (_fill(one, facts, name, city) for one in tried), key=lambda one: -one.score
    )
    best = made[0]
    if len(made) == 1:
        return best
    if best.score - made[1].score >= LEAD:
        return replace(best, runner_up=made[1].dataset)
    lines = tuple(_at_most_likely(line) for line in best.lines)
    return replace(best, lines=lines, runner_up=made[1].dataset, is_sure=False)


def _at_most_likely(line: Line) -> Line:
    calm: Confidence = "likely" if line.confidence == "certain" else line.confidence
    return replace(line, confidence=calm)


def _fill(
    dataset_name: str, facts: Mapping[str, Facts], name: str, city: City
) -> Choice:
    """The columns of one dataset, filled greedily, best match first."""
    found = [
        one
        for column in mappable(dataset(dataset_name))
        for field, about in facts.items()
        if (one := match(field, about, dataset_name, column, city))
    ]
    lines = tuple(_assign(found))
    required = [c for c in mappable(dataset(dataset_name)) if c.required == "yes"]
    filled = {line.match.column for line in lines}
    share = sum(c.name in filled for c in required) / len(required) if required else 0
    score = sum(line.match.score for line in lines) + 2 * share
    if _is_about(dataset_name, name):
        score += NAMED
    return Choice(dataset_name, score, lines)


def _is_about(dataset_name: str, name: str) -> bool:
    words = words_of(name)
    return any(
        words[at : at + len(topic)] == topic
        for topic in topics()[dataset_name]
        for at in range(len(words))
    )


def _assign(found: Sequence[Match]) -> Iterator[Line]:
    ranked = sorted(found, key=lambda one: (-one.score, -one.name))
    fields: set[str] = set()
    columns: set[str] = set()
    for one in ranked:
        if one.field in fields or one.column in columns:
            continue
        fields.add(one.field)
        columns.add(one.column)
        rival = _rival(one, ranked)
        yield Line(one, _confidence(one, rival), rival)


def _rival(one: Match, ranked: Sequence[Match]) -> str | None:
    """The nearest other field for this column, or other column for this field."""
    for other in ranked:
        if other == one or one.score - other.score >= RIVALS:
            continue
        if other.column == one.column:
            return other.field
        if other.field == one.field and WORDS_OF.get(one.column) != other.column:
            return other.column
    return None


def _confidence(one: Match, rival: str | None) -> Confidence:
    if one.sure and rival is None:
        return "certain"
    return "likely" if one.score >= LIKELY and one.values != "doubts" else "guess"
