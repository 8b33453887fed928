"""Words of the catalogue in Chinese or English, and how its values are written.

What lives here: reading `words.toml`, and name, class, type, mask, gap and instant as
staff reads them. A word that nobody gave is written 未定, never left blank. What does
not: names of sources and what the city itself said, which are told as they were given.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

from hub.errors import MisuseError
from hub.schemas.code_lists import code_list
from hub.schemas.english import english_name
from hub.sharing.catalogue.entry import Entry, Item, Text
from hub.sharing.catalogue.timetable import timetable

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
MANY = {"zh-CN": "、", "en": ", "}


@dataclass(frozen=True)
class Words:
    """One language."""

    language: Language
    zone: str = "UTC"

    def __call__(self, key: str, **given: object) -> str:
        """The sentence of a key, filled in; KeyError for one that there is not."""
        return _sentences()[key][LANGUAGES.index(self.language)].format(**given)

    def pick(self, pair: Text) -> str:
        """One of two languages."""
        return pair[LANGUAGES.index(self.language)]

    def title(self, entry: Entry) -> str:
        """A dataset's name."""
        return entry.title if self.language == "zh-CN" else english_name(entry.name)

    def label(self, item: Item) -> str:
        """A column's name."""
        return item.label if self.language == "zh-CN" else english_name(item.name)

    def metrics(self, count: int) -> str:
        """How many metrics."""
        return self("metric_count_one" if count == 1 else "metric_count", count=count)

    def schedules(self, entry: Entry) -> str:
        """When the feeds of a dataset are asked."""
        told = dict.fromkeys(timetable(one, self.language) for one in entry.schedules)
        return self("between").join(told)

    def share(self, name: str) -> str:
        """A share class."""
        names = code_list("SHARE_CLASS")
        return self.pick((names.label_zh(name), names.label_en(name)))

    def many(self, texts: tuple[str, ...] | list[str]) -> str:
        """Several words in a row."""
        return MANY[self.language].join(texts)

    def instant(self, value: datetime | None) -> str:
        """An instant in the city's zone."""
        if value is None:
            return self("no_data")
        return value.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M")

    def count(self, value: int | None) -> str:
        """A whole number."""
        return self("no_data") if value is None else f"{value:,}"

    def values(self, item: Item) -> str:
        """What an item may hold: a code list or another dataset's keys."""
        told = [item.code_list] if item.code_list else []
        told += [self("refers_to", name=item.refers_to)] if item.refers_to else []
        return self.many(told)

    def gap(self, field: str) -> str:
        """未定 and why."""
        why = self(f"note_{field}")
        start, end = ("（", "）") if self.language == "zh-CN" else (" (", ")")
        return f"{self('undetermined')}{start}{why}{end}"

    def fields(self, entry: Entry) -> dict[str, str]:
        """The fields of the government catalogue (sharing §2) of an entry, in order.

        A gap is written 未定 with its note.
        """
        told = {
            "resource_class": _tree(entry.resource_class),
            "name": self.title(entry),
            "code": entry.code,
            "provider": entry.provider,
            "provider_code": entry.provider_code,
            "abstract": self._abstract(entry),
            "format": self.many(entry.formats),
            "items": self.count(len(entry.items)),
            "share": f"{self.share(entry.share)} ({entry.share_codes[0]})",
            "condition": self("none") if entry.share == "OPEN" else entry.condition,
            "basis": self("none") if entry.share == "OPEN" else entry.basis,
            "means": self.many([self(f"means_{one}") for one in entry.means]),
            "open": self(f"open_{entry.open}") if entry.open else None,
            "update_cycle": self(f"cycle_{entry.update_cycle}")
            if entry.update_cycle
            else None,
            "published_on": entry.published_on,
            "related": self.many(
                [f"{name} ({code})" if code else name for name, code in entry.related]
            )
            or self("none"),
        }
        if entry.share == "OPEN" and entry.basis:
            told["basis"] = entry.basis
        if entry.share == "CLOSED" and not entry.condition:
            told["condition"] = self("none")
        return {key: value or self.gap(key) for key, value in told.items()}

    def _abstract(self, entry: Entry) -> str | None:
        if self.language == "en":
            return entry.description
        return entry.abstract


def _tree(given: tuple[tuple[str, ...], tuple[str, ...]] | None) -> str | None:
    if given is None:
        return None
    return " / ".join(f"{digits} {name}" for digits, name in zip(*given, strict=True))


def words_of(language: str, zone: str = "UTC") -> Words:
    """The words of a language, `zh` and `zh-CN` being the same.

    Args:
        language: zh-CN or en.
        zone: IANA zone in which instants are told.

    Raises:
        MisuseError: the catalogue is not written in that language.
    """
    for known in LANGUAGES:
        if language in (known, known.partition("-")[0]):
            return Words(known, zone)
    raise MisuseError(
        "write the catalogue",
        seen=f"there is none in the language {language!r}",
        next_step=f"Use one of {', '.join(LANGUAGES)}.",
    )


@cache
def _sentences() -> Mapping[str, tuple[str, str]]:
    text = (files("hub.sharing.catalogue") / "words.toml").read_text(encoding="utf-8")
    return {key: (zh, en) for key, (zh, en) in tomllib.loads(text).items()}
