"""One look at a hub: which alarms are open, each with its sentences filled in.

What lives here: looking, and changing the one district's declaration. What does not:
the city (`alarm_city`).
"""

from __future__ import annotations

from datetime import date

from support.alarm_city import SENSES, AlarmCity, at

from hub.alarms.checking import check
from hub.alarms.sight import Senses
from hub.alarms.words import next_words, seen_words
from hub.flow.house import House
from hub.storage.alarms import Alarm

DAY = date(2026, 9, 14)
NOON = at(DAY, "12:00")


def seen(house: House, senses: Senses = SENSES) -> dict[str, Alarm]:
    """Rule → its open alarm, with its sentences filled in both languages."""
    checked = check(house, senses)
    assert checked.blind == {}
    for one in checked.open:
        for word in ("zh", "en"):
            assert "{" not in seen_words(one, word) + next_words(one, word)
    return {one.rule: one for one in checked.open}


def declare(city: AlarmCity, old: str, new: str) -> None:
    """Change the district's declaration."""
    path = city.folder / "city" / "partners" / "east.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
