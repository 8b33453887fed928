"""An alarm in words: Chinese, English or both, short or with everything.

What lives here: filling the sentences of the catalogue, and the facts of a message in
the order in which they are read. What does not: markup and limits of a channel
(`messages`). Nothing here knows a value of a row, so none can get out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hub.alarms.catalogue import CATALOGUE, Entry
from hub.partners.city import City
from hub.storage.alarms import Alarm, Cause, Kind

Language = Literal["zh", "en"]
KINDS: dict[Language, dict[Kind, str]] = {
    "zh": {"opened": "报警", "escalated": "升级", "cleared": "已恢复"},
    "en": {"opened": "ALARM", "escalated": "ESCALATED", "cleared": "CLEARED"},
}
LABELS: dict[Language, tuple[str, ...]] = {
    "zh": ("来源", "责任方", "情况", "处理", "已持续", "起始"),
    "en": ("feed", "owner", "seen", "next", "open for", "since"),
}
HUB: dict[Language, str] = {"zh": "数据中枢", "en": "the hub"}


@dataclass(frozen=True)
class Telling:
    """One alarm as a message tells it; `facts` are pairs of a label and a text."""

    code: str
    title: str
    kind: Kind
    facts: tuple[tuple[str, str], ...]

    def line(self, *, short: bool) -> str:
        """The whole of it on one line, for a digest; short: only what and where."""
        texts = [text for _, text in self.facts]
        return "；".join([self.title, *(texts[:1] if short else [texts[0], texts[2]])])


def alarm_id(number: int) -> str:
    """The name that people use, as in a00000012."""
    return f"a{number:08d}"


def entry_of(alarm: Cause) -> Entry:
    """What the catalogue says of it."""
    return CATALOGUE[alarm.rule]


def seen_words(alarm: Cause, language: Language) -> str:
    """What was seen, as a sentence."""
    return _filled(alarm, getattr(entry_of(alarm), f"seen_{language}"))


def next_words(alarm: Alarm, language: Language) -> str:
    """What to do now."""
    return _filled(alarm, getattr(entry_of(alarm), f"next_{language}"))


def owner_of(city: City, alarm: Alarm) -> str:
    """Who answers for it: the feed's owner, the partner's steward, or the city."""
    partner = city.partners.get(alarm.partner)
    if partner is None:
        return city.title
    owners = [feed.owner for feed in partner.feeds if feed.name == alarm.feed]
    named = [*owners, partner.steward, partner.title]
    return next(one for one in named if one)


def place_of(city: City, alarm: Alarm) -> str:
    """What it is about, as `江岸区 … (jiangan/cases)`; empty for the hub itself."""
    if not alarm.partner:
        return ""
    path = "/".join(part for part in (alarm.partner, alarm.feed) if part)
    partner = city.partners.get(alarm.partner)
    return f"{partner.title}（{path}）" if partner else path


def tell(
    city: City, alarm: Alarm, kind: Kind, language: Language, at: datetime
) -> Telling:
    """An alarm as a message of that kind, made at an instant."""
    entry, zone = entry_of(alarm), ZoneInfo(city.timezone)
    place, owner, seen, then, open_for, since = LABELS[language]
    title = f"{KINDS[language][kind]} {entry.code} {_title(entry, language)}"
    facts = [(place, place_of(city, alarm) or HUB[language])]
    facts.append((owner, owner_of(city, alarm)))
    if kind == "cleared":
        facts.append((seen, getattr(entry, f"mended_{language}")))
    else:
        facts.append((seen, seen_words(alarm, language)))
        facts.append((then, next_words(alarm, language)))
    if kind != "opened":
        facts.append((open_for, _span((alarm.cleared_at or at) - alarm.opened_at)))
    started = alarm.opened_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    facts.append((since, f"{started}（{alarm_id(alarm.number)}）"))
    return Telling(entry.code, title, kind, tuple(facts))


def languages(given: str) -> Sequence[Language]:
    """The languages behind a channel's word."""
    return ("zh", "en") if given == "both" else ("en",) if given == "en" else ("zh",)


def markdown(told: Telling) -> Iterator[str]:
    """The lines of a message in the Markdown that both robots take."""
    yield f"**【{told.title}】**"
    for label, text in told.facts:
        yield f"> {label}：{text}"


def _title(entry: Entry, language: Language) -> str:
    return entry.title_en if language == "en" else entry.title_zh


def _filled(alarm: Cause, sentence: str) -> str:
    places = {"partner": alarm.partner, "feed": alarm.feed, **alarm.seen}
    # One pass: what stands in a place is never read as a place itself.
    return sentence.format_map(places).strip()


def _span(span: timedelta) -> str:
    minutes = max(0, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    return f"{days}d {hours}h" if days else f"{hours}h {minutes}m"
