"""The draft as data: everything that `writing` puts into words.

What lives here: `infer`, from a sample to a draft. What does not: reading a sample,
the text of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from hub.onboarding.choosing import WORDS_OF, Choice, Line, choose
from hub.onboarding.facts import Facts, facts_of
from hub.onboarding.keys import Found, find_changed, find_key, find_marker, find_never
from hub.onboarding.places import System, guess_system
from hub.onboarding.sample import Sample
from hub.onboarding.sorting import category_lines, category_system
from hub.onboarding.vocabulary import is_due, mappable
from hub.partners.city import City
from hub.schemas import dataset as schema


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a sample tells about a partner's feed.

    Attributes:
        sample: what was looked at.
        facts: its fields.
        choice: dataset and columns.
        key, changed, marker: fields of the feed; null where none was found.
        never: fields that are cut before anything lands.
        category_system: the list of its categories, and why; issues only.
        sql: column → expression, where the bare field would not do.
        system: coordinate system, where there are points.
        left: fields that go nowhere.
    """

    sample: Sample
    facts: Mapping[str, Facts]
    choice: Choice
    key: Found | None
    changed: Found | None
    marker: Found | None
    never: tuple[Found, ...]
    category_system: Found | None
    sql: Mapping[str, str]
    system: System | None
    left: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns that no field fills."""
        filled = {line.match.column for line in self.choice.lines}
        return tuple(
            one.name
            for one in mappable(schema(self.choice.dataset))
            if is_due(one) and one.name not in filled
        )


def infer(
    sample: Sample,
    city: City,
    *,
    dataset: str | None = None,
    anchors: pl.DataFrame | None = None,
) -> Draft:
    """Draft a feed from a sample.

    Args:
        sample: first rows.
        city: gives formats, divisions, category lists and the bounding box.
        dataset: the canonical dataset, where it is known.
        anchors: `code`, `lon`, `lat`: where streets lie, in CGCS2000 degrees.
    """
    facts = facts_of(sample.rows, city)
    never = find_never(facts)
    cut = {one.field for one in never}
    kept = {name: one for name, one in facts.items() if name not in cut}
    marker = find_marker(kept)
    changed = find_changed(kept, ())
    own = {one.field for one in (marker, changed) if one is not None}
    free = {name: one for name, one in kept.items() if name not in own}
    choice = choose(free, sample.name, city, asked=dataset)
    key = find_key(
        kept,
        choice.dataset,
        sample.keyset,
        has_marker=marker is not None,
        references=_references(choice),
    )
    choice = replace(choice, lines=tuple(_settled(choice, key, facts)))
    system, sql = None, {}
    if choice.dataset == "issue":
        system = category_system(sample.rows, choice, city)
        sql = category_lines(sample.rows, choice, system, city)
    fields = {line.match.field for line in choice.lines}
    used = fields | own | cut | ({key.field} if key else set())
    points = {line.match.column: line.match.field for line in choice.lines}
    return Draft(
        sample=sample,
        facts=facts,
        choice=choice,
        key=key,
        changed=changed,
        marker=marker,
        never=tuple(never),
        category_system=system,
        sql=sql,
        system=guess_system(sample.rows, points, city, anchors),
        left=tuple(name for name in facts if name not in used),
    )


def _references(choice: Choice) -> list[str]:
    """Fields that name a row of another dataset."""
    ds = schema(choice.dataset)
    return [
        line.match.field
        for line in choice.lines
        if ds.column(line.match.column).ref is not None
    ]


def _settled(
    choice: Choice, key: Found | None, facts: Mapping[str, Facts]
) -> list[Line]:
    """The lines less what the key took, and with the words beside codes.

    A key may be the number that people see as well; it is no reference.
    """
    lines = [
        line
        for line in choice.lines
        if key is None
        or line.match.field != key.field
        or line.match.column == "case_no"
    ]
    # Half a place is none.
    placed = {line.match.column for line in lines} & {"lon", "lat"}
    if len(placed) == 1:
        lines = [line for line in lines if line.match.column not in placed]
    coded = {line.match.column: line for line in lines}
    for code, words in WORDS_OF.items():
        # A better place for the words is beside the code than a poor likeness.
        if code in coded and words in coded and coded[words].confidence == "guess":
            lines.remove(coded[words])
    taken = {line.match.column for line in lines}
    for line in list(lines):
        word_column = WORDS_OF.get(line.match.column)
        about = facts[line.match.field]
        has_words = about.filled and not about.kinds & {"number", "uri"}
        if word_column is None or word_column in taken or not has_words:
            continue
        why = f"the words of {line.match.column}"
        twin = replace(line.match, column=word_column, why=why, table=None)
        calm = "guess" if line.confidence == "guess" else "likely"
        lines.append(Line(twin, calm))  # type: ignore[arg-type]
    return lines
