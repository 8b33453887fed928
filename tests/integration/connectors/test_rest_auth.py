"""Credentials that a server on loopback can verify."""

from __future__ import annotations

import json

import pytest
from support.declared import feed, partner
from support.partner_server import Reply, Request, serve
from support.rest_partner import ALL, NOW, ROWS, ids, read

from hub.connectors.rest import RestConnector
from hub.connectors.signing import signature
from hub.settings import Settings


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("algorithm", "upper"),
    [
        ("md5", True),
        ("sha256", False),
        ("sm3", True),
        ("hmac-sha256", False),
        ("hmac-sm3", False),
    ],
)
def test_a_signed_request_is_one_that_the_partner_can_verify(
    method: str, algorithm: str, upper: bool
) -> None:
    stamps = ("appkey", "timestamp", "nonce")

    def answer(request: Request) -> Reply:
        given = {name: request.headers[name] for name in stamps}
        given["appKey"] = given.pop("appkey")
        body = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in (request.body or {}).items()
        }
        expected = signature(
            request.params | body | given,
            "t0p-secret",
            algorithm=algorithm,
            upper=upper,
        )
        good = expected == request.headers["sign"]
        return Reply(ROWS[:1]) if good else Reply(status=403)

    one = feed(
        read={
            "method": method,
            "path": "/c?v=2",
            "params": {"district": "硚口"},
            "page": {"kind": "none"},
            "body": {"deep": 1, "flag": True} if method == "POST" else {},
        }
    )
    auth = {
        "kind": "signed",
        "key": "env:KEY",
        "secret": "env:TOKEN",
        "algorithm": algorithm,
        "upper": upper,
        "timestamp": "milliseconds",
    }
    with serve(answer) as server:
        parts = read(server, one, auth=auth)

    assert ids(parts) == ["0"]
    assert len(server.requests[0].headers["timestamp"]) == 13


TEMPLATE = {"kind": "template", "username": "env:KEY", "password": "env:TOKEN"}


@pytest.mark.parametrize(
    ("read_as", "sent"),
    [
        ({"params": {"u": "{username}", "p": "{password}"}}, b""),
        (
            {"method": "POST", "body": {"head": {"p": "{password}"}}},
            b'{"head":{"p":"t0p-\\"<&s"}}',
        ),
        (
            {
                "method": "POST",
                "format": "xml",
                "records": "r.c",
                "envelope": "<e><u>{username}</u><p>{password}</p></e>",
            },
            b"<e><u>hub</u><p>t0p-&quot;&lt;&amp;s</p></e>",
        ),
    ],
)
def test_user_and_password_stand_where_a_template_says(
    read_as: dict[str, object], sent: bytes
) -> None:
    secret = 't0p-"<&s'

    def answer(_request: Request) -> Reply:
        return Reply(b"<r/>" if b"<e>" in sent else [])

    with serve(answer) as server:
        declared = partner(
            {"connector": "rest", "base_url": server.url, "auth": TEMPLATE},
            one := feed(read={"path": "/c"} | read_as),
        )
        settings = Settings(now=NOW, environment={"TOKEN": secret, "KEY": "hub"})
        with RestConnector(declared, settings) as connector:
            list(connector.read(one, ALL, sweep_keys=None))

    (asked,) = server.requests
    assert asked.sent == sent
    if not sent:
        assert asked.params == {"u": "hub", "p": secret}


def test_every_attempt_is_signed_anew() -> None:
    def answer(_request: Request) -> Reply:
        return Reply(status=503) if len(server.requests) < 3 else Reply([])

    auth = {"kind": "signed", "key": "env:KEY", "secret": "env:TOKEN"}
    with serve(answer) as server:
        read(server, feed(read={"path": "/c"}), auth=auth)

    assert len({request.headers["nonce"] for request in server.requests}) == 3
    assert len({request.headers["sign"] for request in server.requests}) == 3


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        (
            {"kind": "bearer", "token": "env:TOKEN"},
            "authorization",
            "Bearer t0p-secret",
        ),
        (
            {"kind": "basic", "username": "env:KEY", "password": "env:TOKEN"},
            "authorization",
            "Basic aHViOnQwcC1zZWNyZXQ=",
        ),
        (
            {"kind": "api_key", "header": "X-Token", "token": "env:TOKEN"},
            "x-token",
            "t0p-secret",
        ),
    ],
)
def test_credentials_come_from_the_environment(
    auth: dict[str, str], header: str, value: str
) -> None:
    with serve(lambda _: Reply([])) as server:
        read(server, feed(read={"path": "/c"}), auth=auth)

    assert server.requests[0].headers[header] == value
