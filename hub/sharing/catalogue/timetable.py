"""A cron line as words: when a feed is asked, for readers who know no cron.

What lives here: the lines that partner files have, at minutes of each hour, at hours
of each day, on weekdays or days of a month. What does not: judging them
(`hub.partners.cron`). A line beyond that is shown as it stands: half understood, it
would be told wrongly.
"""

from __future__ import annotations

import re
from itertools import product
from typing import Literal

Language = Literal["zh-CN", "en"]
ANY = "*"
MOST = 6  # times of a day that are worth naming one by one
ZH_DAYS = "日一二三四五六日"
EN_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
           "Saturday", "Sunday")  # fmt: skip
_NUMBERS = re.compile(r"\d{1,2}(?:,\d{1,2})*")
_STEP = re.compile(r"\*/(\d{1,2})")


def timetable(cron: str, language: Language) -> str:
    """When a cron line is due, in words; the line itself where there are none."""
    is_zh = language == "zh-CN"
    fields = cron.split(" ")
    if len(fields) != 5:
        return cron
    minute, hour, day, month, weekday = fields
    when = _hourly(minute, is_zh) if hour == ANY else _daily(minute, hour, is_zh)
    days = _days(day, weekday, is_zh)
    if when is None or days is None or month != ANY:
        return cron
    if hour == ANY:
        if (day, weekday) == (ANY, ANY):
            return when if is_zh else when[:1].upper() + when[1:]
        return f"{days}{when}" if is_zh else f"{days}, {when}"
    return f"{days} {when}" if is_zh else f"{days} at {when}"


def _hourly(minute: str, is_zh: bool) -> str | None:
    """Every hour, at which minutes."""
    if minute == ANY:
        return "每分钟" if is_zh else "every minute"
    if found := _STEP.fullmatch(minute):
        step = int(found[1])
        if step == 1:
            return _hourly(ANY, is_zh)
        # 7 does not go into an hour, so that the steps are not even.
        if 60 % step:
            return None
        return f"每 {step} 分钟" if is_zh else f"every {step} minutes"
    numbers = _numbers(minute)
    if numbers is None:
        return None
    if is_zh:
        if numbers == [0]:
            return "每小时整点"
        return f"每小时第 {'、'.join(map(str, numbers))} 分"
    return f"every hour at {', '.join(f':{one:02}' for one in numbers)}"


def _daily(minute: str, hour: str, is_zh: bool) -> str | None:
    """At which times of a day."""
    minutes, hours = _numbers(minute), _numbers(hour)
    if minutes is None or hours is None or len(minutes) * len(hours) > MOST:
        return None
    times = [f"{h:02}:{m:02}" for h, m in product(hours, minutes)]
    return ("、" if is_zh else ", ").join(times)


def _days(day: str, weekday: str, is_zh: bool) -> str | None:
    """On which days; cron takes either where both are named, which none of ours is."""
    if day == weekday == ANY:
        return "每天" if is_zh else "Every day"
    if weekday == ANY:
        days = _numbers(day)
        if days is None:
            return None
        if is_zh:
            return f"每月 {'、'.join(map(str, days))} 日"
        return f"Every month on day {', '.join(map(str, days))}"
    if day != ANY:
        return None
    if weekday == "1-5":
        return "周一至周五" if is_zh else "Monday to Friday"
    week = _numbers(weekday)
    if week is None or max(week) > 7:
        return None
    if is_zh:
        return "每周" + "、".join(ZH_DAYS[one] for one in week)
    return "Every " + ", ".join(EN_DAYS[one] for one in week)


def _numbers(field: str) -> list[int] | None:
    """The numbers of a list; None where it is anything else."""
    if _NUMBERS.fullmatch(field) is None:
        return None
    return sorted({int(one) for one in field.split(",")})
