"""Alarms about what ends or fills up: certificates, tokens, keys and disks."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.alarm_city import SENSES, AlarmCity
from support.alarm_looks import NOON, declare, seen
from support.certificates import Authority
from support.partner_server import Reply, serve

from hub.alarms.certificates import first_end, server_end, token_end
from hub.alarms.checking import check
from hub.alarms.sight import Senses, Space
from hub.alarms.words import seen_words
from hub.flow.house import House
from hub.storage.consumer_keys import ConsumerKeys
from hub.storage.consumers import Consumer, Consumers


@pytest.mark.parametrize("days", [10, -3])
def test_the_end_of_a_servers_certificate_is_read_whoever_vouches_for_it(
    tmp_path: Path, days: int
) -> None:
    authority = Authority(tmp_path)
    pair = authority.issue("server", days=days)
    with serve(lambda _: Reply({}), context=authority.server(pair)) as server:
        end = server_end("127.0.0.1", int(server.url.rpartition(":")[2]))

    assert abs(end - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=5)
    assert server.requests == []
    assert end == first_end(pair.cert.read_bytes())


@pytest.mark.parametrize(
    "token", ["", "opaque", "a.b.c", "e30.bm8.x", "e30.eyJleHAiOiJuZXZlciJ9.x"]
)
def test_a_token_that_does_not_tell_its_end_has_none(token: str) -> None:
    assert token_end(token) is None


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


def test_a_check_asks_a_few_servers_and_the_next_one_the_rest(tmp_path: Path) -> None:
    names = [f"east{n}" for n in range(6)]
    city = AlarmCity.made_in(tmp_path, *names, now=NOON)
    for name in names:
        path = tmp_path / "city" / "partners" / f"{name}.toml"
        path.write_text(
            path.read_text()
            .replace('"files"', f'"rest"\nbase_url = "https://{name}.test"')
            .replace(f'folder = "env:DROP_{name.upper()}"', "")
            .replace('read = { files = "cases_*.csv", done = ".ok" }', "")
            .replace("[feed.columns]", '[feed.read]\npath = "/c"\n\n[feed.columns]')
        )
    asked: list[str] = []

    def server(host: str, _port: int) -> datetime:
        asked.append(host)
        raise OSError("nobody answers")

    senses = replace(SENSES, server_end=server)
    counts = []
    for _ in range(3):
        assert check(city.house, senses).blind == {}
        counts.append(len(asked))

    assert counts == [4, 6, 6]
    assert len(set(asked)) == 6


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
