"""Words and numbers of a bulletin in Chinese or English.

What lives here: reading `words.toml`, and how points, shares, counts and instants are
written. What is not known is written 无数据, never 0. What does not: words of metrics,
calibers and reasons, which stand where those are declared.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from hub.errors import MisuseError

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
HUNDREDTH, THOUSANDTH = Decimal("0.01"), Decimal("0.001")
SHARE_DIGITS = Decimal("0.000001")


@dataclass(frozen=True)
class Words:
    """One language."""

    language: Language

    @property
    def position(self) -> int:
        """0 for Chinese, 1 for English: where a pair holds this language."""
        return LANGUAGES.index(self.language)

    def __call__(self, key: str, **given: object) -> str:
        """The sentence of a key, filled in; KeyError for one that there is not."""
        return _sentences()[key][self.position].format(**given)

    def known(self, key: str, otherwise: str) -> str:
        """The word of a key, or `otherwise` where it has none."""
        found = _sentences().get(key)
        return found[self.position] if found else otherwise

    def pick(self, pair: tuple[str, str]) -> str:
        """One of two languages."""
        return pair[self.position]

    def label(
        self, labels: Mapping[tuple[str, str], tuple[str, str]], kind: str, code: str
    ) -> str:
        """The words for a code; the code itself where nothing is known."""
        pair = labels.get((kind, code))
        return (self.pick(pair) if pair else "") or code

    def points(self, value: Decimal | None) -> str:
        """Points with three decimals, half up."""
        if value is None:
            return self("no_data")
        return str(value.quantize(THOUSANDTH, ROUND_HALF_UP))

    def percent(self, value: Decimal | None) -> str:
        """A share as a percentage with two decimals, half up."""
        if value is None:
            return self("no_data")
        return f"{(value * 100).quantize(HUNDREDTH, ROUND_HALF_UP)}%"

    def count(self, value: int | None) -> str:
        """A whole number."""
        return self("no_data") if value is None else f"{value:,}"

    def instant(self, value: datetime | None, zone: str) -> str:
        """An instant as staff reads it."""
        if value is None:
            return self("unknown")
        return value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")

    def month(self, period: str) -> str:
        """A month in words."""
        year, month = period.split("-")
        return self("month", year=year, month=int(month), period=period)


def words_of(language: str) -> Words:
    """The words of a language, `zh` and `zh-CN` being the same.

    Raises:
        MisuseError: the bulletin is not written in that language.
    """
    for known in LANGUAGES:
        if language in (known, known.partition("-")[0]):
            return Words(known)
    raise MisuseError(
        "write a bulletin",
        seen=f"there is none in the language {language!r}",
        next_step=f"Use one of {', '.join(LANGUAGES)}.",
    )


def is_share(value: Decimal, numerator: int | None, denominator: int | None) -> bool:
    """Whether a value is its numerator over its denominator, at six decimals."""
    if numerator is None or not denominator:
        return False
    exact = Decimal(numerator) / Decimal(denominator)
    return abs(exact - value) <= SHARE_DIGITS


@cache
def _sentences() -> Mapping[str, tuple[str, str]]:
    text = (files("hub.bulletin") / "words.toml").read_text(encoding="utf-8")
    return {key: (zh, en) for key, (zh, en) in tomllib.loads(text).items()}
