"""Alarms about feeds, one by one: when each opens, what it says, when it clears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.alarm_city import PHONE, REPORTER, SENSES, AlarmCity, at
from support.alarm_looks import DAY, declare, seen

from hub.alarms.checking import check
from hub.alarms.sight import Sight, Space
from hub.alarms.waiting import note_run
from hub.alarms.words import next_words, seen_words
from hub.flow.city_run import finish_run
from hub.flow.release import make_release
from hub.storage.control import write
from hub.storage.tables import BATCH


def test_a_quiet_city_has_no_alarm(city: AlarmCity) -> None:
    assert seen(city.house) == {}


@pytest.mark.parametrize(
    ("declared", "late_from"),
    [
        ('deadline = "22:30"', at(DAY + timedelta(days=1), "00:30")),
        ('schedule = "5 * * * *"', at(DAY + timedelta(days=2), "01:00")),
        ('alarm = { silent_after = "40h" }', at(DAY, "16:00")),
        ('expect = { max_age = "40h" }', at(DAY, "16:00")),
    ],
)
def test_a_feed_is_late_by_what_it_declares(
    city: AlarmCity, declared: str, late_from: datetime
) -> None:
    declare(city, 'deadline = "22:30"', declared)
    before, after = (late_from + timedelta(minutes=m) for m in (-1, 1))

    city.now = before
    assert seen(city.house) == {}
    city.now = after
    (alarm,) = seen(city.house).values()

    assert alarm.rule == "A01"
    assert "2026-09-13 00:00" in seen_words(alarm, "zh")


def test_a_source_that_always_answers_is_late_by_its_schedule(
    city: AlarmCity,
) -> None:
    rest = 'connector = "rest"\nbase_url = "http://127.0.0.1:9"'
    declare(city, 'connector = "files"\nfolder = "env:DROP_EAST"', rest)
    declare(city, 'read = { files = "cases_*.csv", done = ".ok" }', "")
    declare(city, "[feed.columns]", 'read = { path = "/c" }\n\n[feed.columns]')
    declare(city, 'deadline = "22:30"', 'schedule = "0 23 * * *"')

    city.now = at(DAY + timedelta(days=1), "00:59")
    assert seen(city.house) == {}
    city.now = at(DAY + timedelta(days=1), "01:01")
    (unasked,) = seen(city.house).values()
    city.pull(city.now)
    (silent,) = seen(city.house).values()

    assert (unasked.rule, unasked.seen["feeds"]) == ("A13", "east/cases")
    assert (silent.rule, silent.seen["due"]) == ("A01", "2026-09-14 23:00")
    assert "failed 未能取到" in seen_words(silent, "zh")


def test_a_paused_partner_and_an_alarm_that_is_off_are_quiet(city: AlarmCity) -> None:
    city.now = at(DAY + timedelta(days=2), "12:00")
    assert set(seen(city.house)) == {"A01"}

    declare(city, 'deadline = "22:30"', 'deadline = "22:30"\nalarm = { off = ["A01"] }')
    assert seen(city.house) == {}


def test_a_deadline_after_midnight_is_meant_for_the_day_that_ended(
    city: AlarmCity,
) -> None:
    declare(city, 'deadline = "22:30"', 'deadline = "00:30"')

    city.now = at(DAY, "08:00")
    assert seen(city.house) == {}
    city.now = at(DAY + timedelta(days=1), "08:00")
    assert set(seen(city.house)) == {"A01"}


def test_a_feed_that_ends_with_the_year_has_moved(city: AlarmCity) -> None:
    with write(city.house.control.engine) as connection:
        connection.execute(sa.delete(BATCH))
    city.remember(date(2026, 12, 31), weeks=5)

    city.now = at(date(2027, 1, 2), "09:00")
    assert set(seen(city.house)) == {"A01"}
    city.now = at(date(2027, 1, 3), "09:00")
    (alarm,) = seen(city.house).values()

    assert alarm.rule == "A04"
    assert "2026-12-31" in seen_words(alarm, "zh")
    assert "cases_*.csv" in seen_words(alarm, "zh")
    assert "--since 2027-01-01" in next_words(alarm, "en")
    city.drop("east", date(2027, 1, 3))
    city.pull(at(date(2027, 1, 3), "22:00"))
    assert "A04" not in seen(city.house)


def test_a_refused_batch_is_told_until_it_was_sent_again(city: AlarmCity) -> None:
    declare(city, "[feed.columns]", "[feed.expect]\nmin_rows = 10\n\n[feed.columns]")
    city.drop("east", DAY, city.lines("east", DAY)[:3])
    city.pull(at(DAY, "22:00"))
    (alarm,) = seen(city.house).values()

    city.drop("east", DAY)
    city.pull(at(DAY, "22:20"))
    make_release(city.house)

    assert alarm.rule == "A05"
    assert "3 行被整批退回，规则 B01" in seen_words(alarm, "zh")
    assert alarm.subject in next_words(alarm, "en")
    assert seen(city.house) == {}


def test_a_sheet_without_its_header_shows_nobody(city: AlarmCity) -> None:
    first, *rest = city.lines("east", DAY)
    city.drop("east", DAY, rest, head=first, name=f"_{REPORTER}{PHONE}")
    city.pull(at(DAY, "22:00"))

    (alarm,) = seen(city.house).values()
    everything = f"{alarm}{seen_words(alarm, 'zh')}{next_words(alarm, 'en')}"

    assert alarm.rule == "A11"
    assert alarm.seen["new"] == len({one for one in first.split(",") if one})
    assert "更新时间" in everything
    for planted in (REPORTER, PHONE):
        assert planted not in everything


def test_a_jump_stays_while_nothing_comes_after_it(city: AlarmCity) -> None:
    city.drop("east", DAY, city.lines("east", DAY) * 3)
    city.pull(at(DAY, "22:00"))
    make_release(city.house)
    assert set(seen(city.house)) == {"A03"}

    city.now = at(DAY + timedelta(days=2), "12:00")
    late = seen(city.house)

    assert set(late) == {"A01", "A03"}
    assert late["A01"].seen["due"] == "2026-09-15 22:30"


def test_rows_that_wait_for_a_release_are_told_and_so_is_a_failed_run(
    city: AlarmCity,
) -> None:
    city.drop("east", DAY)
    city.pull(at(DAY, "22:00"))
    assert seen(city.house) == {}

    city.now = at(DAY, "22:30")
    note_run(Sight(city.house, city.now), "1a2b3c4d", city.now)
    failed = seen(city.house)["A06"]
    note_run(Sight(city.house, city.now), None, city.now)
    assert seen(city.house) == {}
    city.now = at(DAY + timedelta(days=1), "01:00")
    late = seen(city.house)["A06"]

    assert "1a2b3c4d" in seen_words(failed, "zh")
    assert "2026-09-14 22:00" in seen_words(late, "zh")
    finish_run(city.house, figures=False)
    assert seen(city.house) == {}


def test_a_share_of_quarantine_that_rises_is_told_until_the_rows_are_in(
    city: AlarmCity,
) -> None:
    lines = [line.replace("待派遣", "没听过") for line in city.lines("east", DAY)]
    city.drop("east", DAY, lines)
    city.pull(at(DAY, "22:00"))

    (alarm,) = seen(city.house).values()
    city.drop("east", DAY)
    city.pull(at(DAY, "22:20"))
    city.drop("east", DAY + timedelta(days=1))
    city.pull(at(DAY + timedelta(days=1), "22:20"))
    make_release(city.house)

    assert alarm.rule == "A07"
    assert "usually 0%" in seen_words(alarm, "en")
    assert "A07" not in seen(city.house)


def test_a_faulty_file_is_told_and_so_is_its_repair(city: AlarmCity) -> None:
    declare(city, "[partner]", "[partnr]")
    broken = seen(city.house)
    declare(city, "[partnr]", "[partner]")

    assert set(broken) == {"A12"}
    assert seen(city.house) == {}


def test_a_rule_that_cannot_look_leaves_its_alarms_alone(city: AlarmCity) -> None:
    full = replace(SENSES, space=lambda _folder: Space(100, 1, 0, 0))

    def gone(_folder: Path) -> Space:
        raise OSError("the disk does not answer")

    seen(city.house, full)
    checked = check(city.house, replace(SENSES, space=gone))

    assert checked.blind == {"A10": "OSError"}
    assert [one.rule for one in checked.open] == ["A10"]
    assert not any(checked.changes.values())
