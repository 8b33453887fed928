"""Cron lines as words: those that partner files have, and what is left as it is."""

from __future__ import annotations

import pytest

from hub.sharing.catalogue.timetable import timetable


@pytest.mark.parametrize(
    ("cron", "chinese", "english"),
    [
        ("0 * * * *", "每小时整点", "Every hour at :00"),
        ("5 * * * *", "每小时第 5 分", "Every hour at :05"),
        ("15,45 * * * *", "每小时第 15、45 分", "Every hour at :15, :45"),
        ("*/10 * * * *", "每 10 分钟", "Every 10 minutes"),
        ("0 6 * * *", "每天 06:00", "Every day at 06:00"),
        (
            "5 10,16,23 * * *",
            "每天 10:05、16:05、23:05",
            "Every day at 10:05, 16:05, 23:05",
        ),
        ("30 7 * * 1", "每周一 07:30", "Every Monday at 07:30"),
        ("30 7 * * 0", "每周日 07:30", "Every Sunday at 07:30"),
        ("30 7 * * 7", "每周日 07:30", "Every Sunday at 07:30"),
        ("0 8 * * 1-5", "周一至周五 08:00", "Monday to Friday at 08:00"),
        ("0 8 1,15 * *", "每月 1、15 日 08:00", "Every month on day 1, 15 at 08:00"),
        ("0 * * * 1", "每周一每小时整点", "Every Monday, every hour at :00"),
    ],
)
def test_a_line_as_words(cron: str, chinese: str, english: str) -> None:
    assert timetable(cron, "zh-CN") == chinese
    assert timetable(cron, "en") == english


@pytest.mark.parametrize(
    "cron",
    ["0 6 1 * 1", "0 6 * 3 *", "*/7 * * * *", "0 8-18 * * *", "0-59 * * * *", "daily"],
)
def test_a_line_that_has_no_words_stays_as_it_is(cron: str) -> None:
    assert timetable(cron, "zh-CN") == timetable(cron, "en") == cron
