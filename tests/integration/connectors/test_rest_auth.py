"""Credentials that a server on loopback can verify."""

from __future__ import annotations

import json

import pytest
from support.declared import feed
from support.partner_server import Reply, Request, serve
from support.rest_partner import ROWS, ids, read

from hub.connectors.auth import signature


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("algorithm", "upper"), [("md5", True), ("sha256", False), ("hmac-sha256", False)]
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
