"""What a draft must say, by partner files that people wrote, and how it did.

What lives here: the answers that a feed's declaration gives, field by field, and the
score of a draft against answers. A field that feeds several columns is right with any
of them; a column mapped from a field that the answers leave out is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.onboarding.choosing import WORDS_OF
from hub.onboarding.draft import Draft
from hub.partners.expressions import expression_fields
from hub.partners.spec import Feed

KEY, CHANGED, MARKER, NEVER = "(key)", "(changed)", "(marker)", "(never land)"
Answers = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Score:
    """How a draft did.

    Attributes:
        name: what was drafted.
        right: mappable fields with a right column.
        mappable: fields that have a right column.
        missed: mappable fields that went nowhere.
        wrong: (field, column, confidence) of columns that are not right.
        certain: how many columns were marked certain.
    """

    name: str
    right: int
    mappable: int
    missed: tuple[str, ...]
    wrong: tuple[tuple[str, str, str], ...]
    certain: int

    @property
    def wrongly_certain(self) -> list[tuple[str, str, str]]:
        return [one for one in self.wrong if one[2] == "certain"]

    def __str__(self) -> str:
        share = self.right / self.mappable if self.mappable else 1.0
        return (
            f"{self.name}: {self.right}/{self.mappable} = {share:.0%}, wrong "
            f"{len(self.wrong)}, certain {self.certain} (wrongly "
            f"{len(self.wrongly_certain)})"
        )


def answers_of(feed: Feed, dataset: str) -> Answers:
    """Field → columns that a declaration makes of it."""
    found: dict[str, set[str]] = {}

    def add(field: str | None, column: str) -> None:
        if field:
            found.setdefault(field, set()).add(column)

    for emit in feed.emits:
        if emit.dataset != dataset or emit.explode is not None:
            continue
        for column, given in emit.columns.items():
            add(given.field, column)
            for field in expression_fields(given.sql or ""):
                add(field, column)
    for field in feed.key:
        add(field, KEY)
    add(feed.changed, CHANGED)
    add(feed.deletes.field, MARKER)
    for field in feed.never_land:
        add(field, NEVER)
    for columns in found.values():
        # The partner's word beside its code is right wherever the code is.
        columns |= {WORDS_OF[one] for one in columns & WORDS_OF.keys()}
    if feed.same_as is not None:
        found.pop(feed.same_as.field, None)
    return {field: frozenset(columns) for field, columns in found.items()}


def drafted(draft: Draft) -> list[tuple[str, str, str]]:
    """(field, column, confidence) of everything that a draft says."""
    told = [
        (line.match.field, line.match.column, line.confidence)
        for line in draft.choice.lines
    ]
    for found, what in (
        (draft.key, KEY),
        (draft.changed, CHANGED),
        (draft.marker, MARKER),
    ):
        if found is not None:
            told.append((found.field, what, found.confidence))
    return [*told, *((one.field, NEVER, one.confidence) for one in draft.never)]


def score(
    draft: Draft, answers: Answers, *, either: Iterable[str] = (), name: str = ""
) -> Score:
    """Hold a draft against answers.

    Args:
        draft: the draft.
        answers: field → right columns.
        either: fields that may be mapped or not; they do not count.
        name: for the report.
    """
    told = [one for one in drafted(draft) if one[0] not in set(either)]
    seen = frozenset(draft.facts) & answers.keys()
    right = {field for field, column, _ in told if column in answers.get(field, ())}
    # The number of a row may be its display number too.
    keys = {field for field, columns in answers.items() if KEY in columns}
    wrong = [
        one
        for one in told
        if one[1] not in answers.get(one[0], ())
        and not (one[0] in keys and one[1] == "case_no")
    ]
    return Score(
        name or draft.sample.name,
        len(right & seen),
        len(seen),
        tuple(sorted(seen - {field for field, _, _ in told})),
        tuple(wrong),
        sum(confidence == "certain" for _, _, confidence in told),
    )
