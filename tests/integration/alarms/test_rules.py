"""Each alarm by itself: when it opens, what it says, and when it clears."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.alarm_city import PHONE, REPORTER, SENSES, AlarmCity, at
from support.certificates import Authority

from hub.alarms.checking import check
from hub.alarms.sight import Senses, Sight, Space
from hub.alarms.waiting import note_run
from hub.alarms.words import next_words, seen_words
from hub.flow.city_run import finish_run
from hub.flow.house import House
from hub.flow.release import make_release
from hub.storage.alarms import Alarm
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumer, Consumers
from hub.storage.control import write
from hub.storage.tables import BATCH

DAY = date(2026, 9, 14)
NOON = at(DAY, "12:00")


@pytest.fixture
def city(tmp_path: Path) -> AlarmCity:
    """One district with five quiet weeks, up to yesterday evening."""
    made = AlarmCity.made_in(tmp_path, "east", now=NOON)
    made.remember(DAY - timedelta(days=1), weeks=5)
    return made


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


def test_a_quiet_city_has_no_alarm(city: AlarmCity) -> None:
    assert seen(city.house) == {}


@pytest.mark.parametrize(
    ("declared", "late_from"),
    [
        ('deadline = "22:30"', at(DAY + timedelta(days=1), "00:30")),
        ('schedule = "0 23 * * *"', at(DAY + timedelta(days=1), "01:00")),
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


def _jwt(ends: datetime) -> str:
    claims = json.dumps({"exp": int(ends.timestamp())}).encode()
    middle = base64.urlsafe_b64encode(claims).rstrip(b"=").decode()
    return f"e30.{middle}.c2ln"


def test_certificates_and_tokens_near_their_end(
    city: AlarmCity, tmp_path: Path
) -> None:
    pair = Authority(tmp_path).issue("ours", days=20)
    rest = (
        'connector = "rest"\nbase_url = "https://east.test"\n'
        'tls = { cert = "env:EAST_CERT", key = "env:EAST_CERT" }\n'
        'auth = { kind = "bearer", token = "env:EAST_TOKEN" }'
    )
    declare(city, 'connector = "files"\nfolder = "env:DROP_EAST"', rest)
    read = 'read = { files = "cases_*.csv", done = ".ok" }'
    declare(city, read, 'read = { path = "/cases" }')
    now = datetime.now(UTC)  # the certificate is made by the real clock
    house = _with(city.house, now, EAST_CERT=str(pair.cert), EAST_TOKEN=_jwt(now))
    asked: list[str] = []

    def server(host: str, _port: int) -> datetime:
        asked.append(host)
        return now + timedelta(days=10)

    senses = replace(SENSES, server_end=server)
    found = [one for one in check(house, senses).open if one.rule in ("A08", "A09")]
    check(house, senses)

    told = " ".join(seen_words(one, "en") for one in found)
    assert [one.rule for one in found] == ["A08", "A08", "A09"]
    assert "client certificate" in told
    assert "server certificate" in told
    assert "east.test:443" in told
    assert "bearer credentials" in told
    assert _jwt(now) not in told
    assert asked == ["east.test"]  # once a day
    far = replace(SENSES, server_end=lambda _h, _p: now + timedelta(days=90))
    later = _with(house, now + timedelta(days=2), EAST_TOKEN=_jwt(now))
    assert [one.rule for one in check(later, far).open if one.rule == "A08"] == []


def _with(house: House, now: datetime, **secrets: str) -> House:
    given = {"now": now, "environment": secrets}
    return house.at(house.settings.model_copy(update=given))


def test_a_consumers_key_near_its_end_until_it_is_rotated(city: AlarmCity) -> None:
    house = city.house
    made = {"made_at": NOON, "made_by": "甲"}
    Consumers(house.control.engine).add(
        Consumer(
            id="bureau", org="局", contact_role="科长", purposes=("考核",),
            valid_from=NOON - timedelta(days=1), **made,
        )
    )  # fmt: skip
    keys = ConsumerKeys(house.control.engine)
    keys.make("bureau", by="甲", at=NOON, until=NOON + timedelta(days=12))

    (alarm,) = seen(house).values()
    keys.rotate("bureau", by="甲", at=NOON, old_until=NOON + timedelta(days=2))

    assert (alarm.rule, alarm.seen["days"]) == ("A09", 12)
    assert seen(house) == {}


@pytest.mark.parametrize(
    "full",
    [
        Space(total=100, free=9, files=100, files_free=90),
        Space(total=100, free=90, files=100, files_free=1),
    ],
)
def test_a_disk_nearly_full_does_not_come_and_go(city: AlarmCity, full: Space) -> None:
    def having(space: Space) -> Senses:
        return replace(SENSES, space=lambda _folder: space)

    assert set(seen(city.house, having(full))) == {"A10"}
    assert set(seen(city.house, having(Space(100, 11, 100, 90)))) == {"A10"}
    assert seen(city.house, having(Space(100, 13, 100, 90))) == {}


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
