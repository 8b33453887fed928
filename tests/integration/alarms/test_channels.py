"""Channels against real servers: what arrives, signed how, and what is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.certificates import Authority
from support.mail_server import mail_server
from support.partner_server import PartnerServer, Reply, Request, serve

from hub.alarms.channels import ChannelFailed, send
from hub.alarms.messages import Post
from hub.errors import SecretMissing
from hub.partners.alarms import Channel
from hub.settings import Settings

NOW = datetime(2026, 9, 14, 4, 0, 0, 123000, tzinfo=UTC)
KEY, SECRET = "Ky-hushhush-2468", "SEC-hushhush-1357"
POST = Post(
    "duty", (7, 8), "【小城】2 条", "**【报警 A01】**\n> 来源：东区", ({"kind": "x"},)
)


def settings(**secrets: str) -> Settings:
    return Settings(environment=secrets)


def taking(_request: Request) -> Reply:
    return Reply({"errcode": 0, "errmsg": "ok"})


def test_wecom_takes_markdown_at_the_robots_address() -> None:
    channel = Channel(name="duty", kind="wecom", url="env:ROBOT")
    with serve(taking) as server:
        robot = f"{server.url}/cgi-bin/webhook/send?key={KEY}"
        send(settings(ROBOT=robot), channel, POST, NOW)

    (request,) = server.requests
    assert request.params == {"key": KEY}
    assert request.body == {"msgtype": "markdown", "markdown": {"content": POST.text}}


def test_dingtalk_is_signed_and_holds_its_keyword() -> None:
    channel = Channel(
        name="duty", kind="dingtalk", url="env:ROBOT", secret="env:SIGN", keyword="值班"
    )
    with serve(taking) as server:
        given = settings(
            ROBOT=f"{server.url}/robot/send?access_token={KEY}", SIGN=SECRET
        )
        send(given, channel, POST, NOW)

    (request,) = server.requests
    stamp = request.params["timestamp"]
    mac = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256)
    assert stamp == "1789358400123"
    assert request.params["access_token"] == KEY
    assert request.params["sign"] == base64.b64encode(mac.digest()).decode()
    assert request.body["msgtype"] == "markdown"
    assert request.body["markdown"]["title"] == POST.subject
    assert "值班" in request.body["markdown"]["text"]
    assert "来源：东区" in request.body["markdown"]["text"]


def test_a_webhook_is_signed_over_time_and_body_and_keeps_its_key() -> None:
    channel = Channel(name="duty", kind="webhook", url="env:HOOK", secret="env:SIGN")
    with serve(taking) as server:
        given = settings(HOOK=f"{server.url}/alarms", SIGN=SECRET)
        for _ in range(2):
            send(given, channel, POST, NOW)

    first, again = server.requests
    text = first.headers["x-hub-timestamp"].encode() + b"." + first.sent
    wanted = hmac.new(SECRET.encode(), text, hashlib.sha256).hexdigest()
    assert first.headers["x-hub-signature"] == f"sha256={wanted}"
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert first.body["messages"] == [{"kind": "x"}]


@pytest.mark.parametrize("implicit", [False, True])
def test_a_letter_travels_encrypted_after_a_login(
    tmp_path: Path, *, implicit: bool
) -> None:
    authority = Authority(tmp_path)
    context = authority.server(authority.issue("mail"))
    with mail_server(context, implicit=implicit) as server:
        send(_mailing(authority), _mail(server.port, implicit=implicit), POST, NOW)

    (letter,) = server.letters
    assert server.encrypted == [True]
    assert server.logins == [("hub", SECRET)]
    assert letter["Subject"] == POST.subject
    assert letter["To"] == "a@city.test, b@city.test"
    assert letter["Message-ID"] == f"<{POST.key}@alarms.hub>"
    assert letter.get_content().splitlines() == ["【报警 A01】", "来源：东区"]


def test_no_letter_goes_to_a_server_that_nobody_vouches_for(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path), Authority(tmp_path, "other")
    context = other.server(other.issue("mail"))
    with mail_server(context) as server, pytest.raises(ChannelFailed) as failed:
        send(_mailing(authority), _mail(server.port), POST, NOW)

    assert not failed.value.passing
    assert server.letters == []
    assert server.logins == []


def test_no_letter_goes_in_the_open(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = authority.server(authority.issue("mail"))
    with mail_server(context) as server:
        server.refuse["STARTTLS"] = ["454 not now"]
        with pytest.raises(ChannelFailed):
            send(_mailing(authority), _mail(server.port), POST, NOW)

    assert server.letters == []


@pytest.mark.parametrize(
    ("verb", "answer", "passing"),
    [
        ("RCPT", "450 mailbox busy", True),
        ("RCPT", "550 no such user", False),
        ("DATA", "451 later", True),
        ("AUTH", "535 wrong password", False),
    ],
)
def test_what_a_mail_server_refuses_is_told_by_its_number(
    tmp_path: Path, verb: str, answer: str, *, passing: bool
) -> None:
    authority = Authority(tmp_path)
    with mail_server(authority.server(authority.issue("mail"))) as server:
        server.refuse[verb] = [answer] * 2
        with pytest.raises(ChannelFailed) as failed:
            send(_mailing(authority), _mail(server.port), POST, NOW)

    assert failed.value.passing is passing
    assert answer[:3] in failed.value.seen
    assert server.letters == []


@pytest.mark.parametrize(
    ("reply", "passing"),
    [
        (Reply({"errcode": 45009, "errmsg": KEY}), True),
        (Reply({"errcode": 130101, "errmsg": KEY}), True),
        (Reply({"errcode": 310000, "errmsg": KEY}), False),
        (Reply({"errcode": 93000, "errmsg": KEY}), False),
        (Reply(b"<html>", status=200), False),
        (Reply({}, status=503), True),
        (Reply({}, status=404), False),
        (Reply({}, status=302, headers={"Location": "http://127.0.0.1:9"}), False),
    ],
)
def test_what_a_robot_refuses_is_told_without_its_words_or_key(
    caplog: pytest.LogCaptureFixture, reply: Reply, *, passing: bool
) -> None:
    channel = Channel(name="duty", kind="wecom", url="env:ROBOT")
    with (
        serve(lambda _: reply) as server,
        caplog.at_level(logging.WARNING),
        pytest.raises(ChannelFailed) as failed,
    ):
        send(settings(ROBOT=_at(server)), channel, POST, NOW)

    assert failed.value.passing is passing
    assert KEY not in f"{failed.value}{failed.value.__cause__}{caplog.text}"


def test_a_robot_that_is_away_may_come_back() -> None:
    channel = Channel(name="duty", kind="wecom", url="env:ROBOT")
    with serve(taking) as server:
        address = _at(server)

    with pytest.raises(ChannelFailed) as failed:
        send(settings(ROBOT=address), channel, POST, NOW)

    assert failed.value.passing
    assert KEY not in str(failed.value)


def test_a_secret_that_is_not_set_names_its_variable() -> None:
    channel = Channel(name="duty", kind="wecom", url="env:ROBOT")

    with pytest.raises(SecretMissing, match="ROBOT"):
        send(settings(), channel, POST, NOW)


def _at(server: PartnerServer) -> str:
    return f"{server.url}/send?key={KEY}"


def _mailing(authority: Authority) -> Settings:
    return settings(MAIL_CA=str(authority.path), MAIL_PASSWORD=SECRET)


def _mail(port: int, *, implicit: bool = False) -> Channel:
    return Channel(
        name="duty",
        kind="email",
        host=f"127.0.0.1:{port}",
        tls="tls" if implicit else "starttls",
        ca="env:MAIL_CA",
        username="hub",
        password="env:MAIL_PASSWORD",
        sender="hub@city.test",
        to=("a@city.test", "b@city.test"),
    )
