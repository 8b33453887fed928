"""The words in a field's name: Chinese, English in any case, pinyin.

What lives here: cutting names into words, their stems, and how far two names say the
same. What does not: which names mean which column (`synonyms`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from pypinyin import Style, lazy_pinyin

Words = tuple[str, ...]
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u3400-\u9fff]")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_ENDINGS = ("ation", "ing", "ed", "es", "s", "e")
_WIDE = re.compile(r"[\u3400-\u9fff]")


@cache
def words_of(name: str) -> Words:
    """The words of a name: stems of English ones, single Chinese signs."""
    plain = _ASIDE.sub("", unicodedata.normalize("NFKC", name)) or name
    return tuple(stem(one.lower()) for one in _PIECE.findall(plain))


def stem(word: str) -> str:
    """An English word without the ending that tells number or tense."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:-1] + "i" if len(word) > 3 and word.endswith("y") else word


def parts_of(path: str) -> list[str]:
    """A dotted path from its end: last name, last two, … , the whole."""
    names = [one.lstrip("@") for one in path.split(".")]
    return [" ".join(names[-count:]) for count in range(1, len(names) + 1)]


@cache
def without(words: Words, dropped: frozenset[Words]) -> Words:
    """The words less those that only say of which kind the value is.

    They are taken from both ends; what would be nothing stays as it was.
    """
    left = words
    while found := _at_an_end(left, dropped):
        left = found
    return left or words


def _at_an_end(words: Words, dropped: frozenset[Words]) -> Words | None:
    for phrase in dropped:
        size = len(phrase)
        if size < len(words) and words[-size:] == phrase:
            return words[:-size]
        if size < len(words) and words[:size] == phrase and not _is_wide(phrase):
            return words[size:]
    return None


def _is_wide(words: Words) -> bool:
    return any(_WIDE.match(one) for one in words)


@cache
def likeness(field: Words, phrase: Words) -> float:
    """How far the name of a field says what a phrase says, 0 to 1."""
    if field == phrase:
        return 1.0
    if not field or not phrase:
        return 0.0
    if len(field) == len(phrase) and sorted(field) == sorted(phrase):
        return 0.93
    if _holds(field, phrase):
        return 0.45 + 0.45 * len(phrase) / len(field)
    if _is_wide(field) and len(phrase) > len(field) >= 2 and _holds(phrase, field):
        return 0.35 + 0.45 * len(field) / len(phrase)
    if len(phrase) > 1 and set(phrase) <= set(field):
        return 0.3 + 0.45 * len(phrase) / len(field)
    return 0.0


def _holds(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    size = len(shorter)
    return any(
        tuple(longer[at : at + size]) == tuple(shorter)
        for at in range(len(longer) - size + 1)
    )


@cache
def spelt(phrase: str) -> tuple[str, str] | None:
    """A Chinese phrase in pinyin, whole and by initials; null for any other."""
    plain = _ASIDE.sub("", phrase)
    if not plain or not all(_WIDE.match(one) for one in plain):
        return None
    whole = "".join(lazy_pinyin(plain))
    return whole, "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER))


def letters(name: str) -> str:
    """The last name of a path as bare letters, as pinyin is compared."""
    return re.sub(r"[^a-z]", "", name.rpartition(".")[2].lower())


def variants(phrase: str) -> Iterator[str]:
    """A label and its readings: `社区(村)代码` is 社区代码 too."""
    yield phrase
    if "/" in phrase:
        yield from phrase.split("/")
