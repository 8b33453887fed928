"""The catalogue of alarms: what each means, what to do, and what is said when it ends.

What lives here: one entry per code, read once from `catalogue.toml`, from which the
messages, the command line and the reference page are made. What does not: finding out
that an alarm is due; `looking.RULES` names the code of each rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of the catalogue; sentences with places for what was seen.

    Attributes:
        code: stable code.
        name: one word, for programs.
        urgency: `now`: data are refused, stale or lost; `soon`: they may be.
        title_zh, title_en: heading of a message.
        meaning_zh, meaning_en: what it means.
        seen_zh, seen_en: what was seen, with places in braces.
        next_zh, next_en: what to do now, with places in braces.
        mended_zh, mended_en: what is said when it clears.
        settings: keys of city and partner files that decide about it.
    """

    code: str
    name: str
    urgency: Literal["now", "soon"]
    title_zh: str
    title_en: str
    meaning_zh: str
    meaning_en: str
    seen_zh: str
    seen_en: str
    next_zh: str
    next_en: str
    mended_zh: str
    mended_en: str
    settings: tuple[str, ...]


def _read() -> dict[str, Entry]:
    text = files("hub.alarms").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {
        code: Entry(code=code, **{**entry, "settings": tuple(entry["settings"])})
        for code, entry in tomllib.loads(text).items()
    }


CATALOGUE: Mapping[str, Entry] = MappingProxyType(_read())
