"""Keys, change times and what must never land, by name and by value.

What lives here: the field that names a row, the one that dates its last change, the
mark of deletions, fields that nobody may hold. What does not: canonical columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hub.onboarding.choosing import Confidence
from hub.onboarding.facts import Facts
from hub.onboarding.vocabulary import phrases_in, topics
from hub.onboarding.words import likeness, parts_of, without, words_of
from hub.partners.redaction import is_secret_name

_NAMED_ID = 0.6
# A sample that tells some rows again still shows its key.
REPEATED = 0.5
_OPERATIONS = frozenset({"I", "U", "D", "INSERT", "UPDATE", "DELETE"})


class Found(NamedTuple):
    """A field, how sure, and why."""

    field: str
    confidence: Confidence
    why: str


def find_key(
    facts: Mapping[str, Facts],
    dataset_name: str,
    keyset: Sequence[str],
    *,
    has_marker: bool = False,
    references: Iterable[str] = (),
) -> Found | None:
    """The field that names a row; null where none is nearly unique.

    Args:
        facts: the fields.
        dataset_name: what the rows are.
        keyset: the primary key of the table, for databases.
        has_marker: rows are operations, so that one row comes several times.
        references: fields that name something else, such as the case of a result.
    """
    elsewhere = frozenset(references)
    ranked = sorted(
        (
            (
                _key_score(name, about, at, dataset_name, has_marker)
                - ELSEWHERE * (name in elsewhere),
                name,
            )
            for at, (name, about) in enumerate(facts.items())
            if _can_be_key(about, has_marker)
        ),
        reverse=True,
    )
    if not ranked:
        return None
    score, name = ranked[0]
    about = facts[name]
    share = about.distinct / max(about.filled, 1)
    rivals = [one for _, one in ranked[1:] if facts[one].distinct >= about.distinct]
    if has_marker:
        why = f"rows are operations; {share:.0%} of its values differ"
        return Found(name, "likely" if score >= _CALLED else "guess", why)
    if list(keyset) == [name]:
        return Found(name, "likely", "it is the table's primary key")
    if not about.is_unique:
        sure: Confidence = "likely" if score >= _CALLED and share > NEARLY else "guess"
        return Found(name, sure, f"called like a key; {share:.0%} of its values differ")
    if not rivals and score >= _CALLED:
        return Found(name, "certain", "the only field that is unique, and called so")
    if score >= _CALLED:
        return Found(name, "likely", f"unique and called so, as {len(rivals)} more")
    return Found(name, "guess", "unique in the sample")


NEARLY = 0.9
ELSEWHERE = 1.5
_CALLED = 2.8


def _can_be_key(about: Facts, has_marker: bool) -> bool:
    no = {
        "decimal",
        "long",
        "bool",
        "identity",
        "wkt_area",
        "wkt_line",
        "mobile",
        "uri",
    }
    if about.time is not None or about.kinds & no or about.share < NEARLY:
        return False
    least = REPEATED if has_marker else NEARLY
    return about.distinct >= least * about.filled > 0


def _key_score(
    name: str, about: Facts, at: int, dataset_name: str, has_marker: bool
) -> float:
    """Being unique counts most, then a name of an identifier, and of the thing."""
    words = words_of(name)
    bare = without(words, phrases_in("id"))
    is_id = bare != words or words in phrases_in("id")
    unique = about.distinct / max(about.filled, 1)
    # An operation has a number of its own; the row is what it is about.
    score = (0.5 if has_marker else 2.0) * unique + (1.0 if is_id else 0.0)
    if has_marker:
        score += 1.5
        score -= 1.5 * any(one in words for one in ("log", "batch", "seq"))
    own = (*topics()[dataset_name], *_GENERAL)
    if is_id and (bare in own or words in phrases_in("id")):
        score += 0.6
    if any(likeness(bare, one) >= _NAMED_ID for one in own):
        score += 0.3
    ends = words[-1:] in _IDS or words[-2:] in _IDS
    if ends or words[:1] in _FIRST_IDS:
        score += 0.5
    return score - at / 100 - 0.1 * name.count(".")


_GENERAL = frozenset({("record",), ("row",), ("rec",), ("结", "果"), ("uniqu",)})
_IDS = frozenset({("id",), ("key",), ("标", "识"), ("主", "键")})
_FIRST_IDS = frozenset({("uniqu",)})


def find_changed(facts: Mapping[str, Facts], taken: Iterable[str]) -> Found | None:
    """The field that dates a row's last change."""
    used = frozenset(taken)
    times = phrases_in("time")
    changes = {without(one, times) for one in phrases_in("changed")}
    best: tuple[float, str] = (0.0, "")
    for name, about in facts.items():
        if about.time is None or about.time.kind == "serial" or name in used:
            continue
        worth = max(
            likeness(without(words_of(part), times), phrase)
            for part in parts_of(name)[:2]
            for phrase in changes
        )
        best = max(best, (worth + about.share / 10, name))
    worth, name = best
    if worth < _NAMED_ID:
        return None
    about = facts[name]
    sure: Confidence = "certain" if worth >= 1.05 and about.share == 1 else "likely"
    return Found(name, sure, f"called a change time, {about.share:.0%} filled")


def find_marker(facts: Mapping[str, Facts]) -> Found | None:
    """The field that says whether a row was inserted, updated or deleted."""
    for name, about in facts.items():
        named = words_of(name.rpartition(".")[2]) in phrases_in("marker")
        marks = {value.upper() for value in about.values}
        if named and marks and marks <= _OPERATIONS:
            return Found(name, "certain", "called so, and holds I, U or D only")
    return None


def find_never(facts: Mapping[str, Facts]) -> list[Found]:
    """Fields that nobody may hold: identity numbers and passwords (T50)."""
    found = []
    for name, about in facts.items():
        last = name.rpartition(".")[2]
        if "identity" in about.kinds:
            found.append(Found(name, "certain", "values are identity numbers"))
        elif words_of(last) in phrases_in("never") or is_secret_name(last):
            found.append(Found(name, "certain", "called like a secret or identity"))
        elif any(likeness(words_of(last), one) >= 0.7 for one in phrases_in("never")):
            found.append(Found(name, "likely", "called like a secret or identity"))
    return found
