"""The catalogue is complete, in both languages, and names settings that there are."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from hub.alarms.catalogue import CATALOGUE
from hub.alarms.looking import RULES
from hub.alarms.page import alarm_page
from hub.partners import alarms, spec

CHINESE = re.compile(r"[\u4e00-\u9fff]")
TABLES = {
    "alarm": alarms.Alarm,
    "feed": spec.Feed,
    "feed.alarm": alarms.FeedAlarm,
    "feed.expect": spec.Expect,
    "source": spec.Source,
    "source.auth": spec.Auth,
}


def test_every_rule_has_an_entry_and_every_entry_a_rule() -> None:
    assert list(CATALOGUE) == list(RULES) == list(get_args(alarms.Code))
    assert len({one.name for one in CATALOGUE.values()}) == len(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_entry_speaks_both_languages_about_the_same_values(code: str) -> None:
    entry = CATALOGUE[code]

    for part in ("title", "meaning", "seen", "next", "mended"):
        chinese, english = (getattr(entry, f"{part}_{word}") for word in ("zh", "en"))
        assert CHINESE.search(chinese)
        assert not CHINESE.search(english)
        places = [set(re.findall(r"{(\w+)}", text)) for text in (chinese, english)]
        assert places[0] - {"rows"} == places[1] - {"rows"}


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_entry_names_settings_that_there_are(code: str) -> None:
    for key in CATALOGUE[code].settings:
        table, _, field = key.rpartition(".")
        known = set(TABLES[table].model_fields)
        if table == "feed":
            known |= {"columns"}  # spelt out into emits when a file is read
        assert field in known, key


def test_the_page_tells_of_every_alarm() -> None:
    page = alarm_page()

    for code, entry in CATALOGUE.items():
        assert f"## {code}\n" in page
        assert entry.next_zh in page
        assert entry.next_en in page
