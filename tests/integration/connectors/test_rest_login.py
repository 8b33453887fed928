"""User name and password exchanged for a token, against a server on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from support.declared import feed, partner
from support.partner_server import PartnerServer, Reply, Request, serve
from support.rest_partner import ALL, NOW, ROWS, ids, read

from hub.connectors.auth import Credentials
from hub.connectors.rest import RestConnector
from hub.errors import SourceRejected
from hub.settings import Settings

AUTH: dict[str, Any] = {
    "kind": "login",
    "username": "env:KEY",
    "password": "env:TOKEN",
    "login": {
        "path": "/login",
        "body": {"user": "{username}", "deep": {"pwd": "{password}"}, "app": 7},
        "verdict": {"field": "code", "good": ["0"], "message": "msg"},
        "token_field": "data.token",
        "expires_field": "data.expiresIn",
    },
}
PAGED = feed(
    read={
        "path": "/cases",
        "records": "rows",
        "page": {"kind": "number", "size_param": "size", "size": 10},
        "verdict": {"field": "code", "good": ["0"], "expired": ["40101"]},
    }
)


class System:
    """A partner whose tokens live for so many requests."""

    def __init__(self, *, uses: int = 1000, refusal: Reply | None = None) -> None:
        self.given = 0
        self.uses = uses
        self.left = 0
        self.refusal = refusal or Reply(status=401)

    def __call__(self, request: Request) -> Reply:
        if request.path == "/login":
            assert "authorization" not in request.headers
            self.given += 1
            self.left = self.uses
            token = {"token": f"tok-{self.given}", "expiresIn": 7200}
            return Reply({"code": 0, "data": token})
        if request.headers.get("authorization") != f"Bearer tok-{self.given}":
            return self.refusal
        self.left -= 1
        if self.left < 0:
            return self.refusal
        start = (int(request.params["page"]) - 1) * 10
        return Reply({"code": 0, "rows": ROWS[start : start + 10]})


def test_one_token_serves_every_page() -> None:
    with serve(System()) as server:
        parts = read(server, PAGED, auth=AUTH)

    assert ids(parts) == [str(n) for n in range(25)]
    (login,) = server.asked("/login")
    assert login.method == "POST"
    assert login.body == {"user": "hub", "deep": {"pwd": "t0p-secret"}, "app": 7}


@pytest.mark.parametrize(
    "refusal", [Reply(status=401), Reply({"code": 40101, "msg": "token 失效"})]
)
def test_a_token_that_is_gone_is_fetched_anew_for_the_same_page(refusal: Reply) -> None:
    with serve(System(uses=2, refusal=refusal)) as server:
        parts = read(server, PAGED, auth=AUTH)

    assert ids(parts) == [str(n) for n in range(25)]
    assert len(server.asked("/login")) == 2
    pages = [request.params["page"] for request in server.asked("/cases")]
    assert pages == ["1", "2", "3", "3"]


def test_a_new_token_that_is_refused_too_is_the_end() -> None:
    with serve(System(uses=0)) as server, pytest.raises(SourceRejected) as rejected:
        read(server, PAGED, auth=AUTH)

    assert "it does not take the token that it has just given" in str(rejected.value)
    assert "tok-" not in str(rejected.value)
    assert len(server.asked("/login")) == 2


@pytest.mark.parametrize(
    ("reply", "seen"),
    [
        (Reply(status=401), r"it refused our credentials \(HTTP 401\)"),
        (
            Reply({"code": 1001, "msg": "用户 hub 密码 t0p-secret 错误"}),
            r"its verdict in code is 1001 \(用户 \*\*\* 密码 \*\*\* 错误\)",
        ),
        (Reply({"code": 0, "data": {}}), r"no token at data\.token"),
        (Reply({"code": 0, "data": {"token": "a\nb"}}), r"no token at data\.token"),
        (Reply(b"<html>login</html>"), "HTML page"),
    ],
)
def test_a_wrong_password_is_one_sentence_and_tried_once(
    reply: Reply, seen: str
) -> None:
    with serve(lambda _: reply) as server, connector(server) as one:
        for _ in range(2):
            with pytest.raises(SourceRejected, match=seen) as rejected:
                list(one.read(PAGED, ALL, sweep_keys=None))

    told = str(rejected.value)
    assert told.startswith("qiaokou/cases: could not sign in at /login")
    assert "t0p-secret" not in told
    assert len(server.requests) == 1


def connector(
    server: PartnerServer, monotonic: Callable[[], float] | None = None, **auth: Any
) -> RestConnector:
    declared = partner(
        {"connector": "rest", "base_url": server.url, "auth": AUTH | auth}, PAGED
    )
    settings = Settings(now=NOW, environment={"TOKEN": "t0p-secret", "KEY": "hub"})
    return RestConnector(
        declared,
        settings,
        sleep=lambda _: None,
        **({"monotonic": monotonic} if monotonic else {}),
    )


def test_a_token_is_renewed_before_its_end() -> None:
    now = [1000.0]

    with serve(System()) as server, connector(server, lambda: now[0]) as one:
        for later in (0.0, 7100.0, 41.0):
            now[0] += later
            list(one.read(PAGED, ALL, sweep_keys=None))

    assert len(server.asked("/login")) == 2


@pytest.mark.parametrize(
    ("send", "method", "content"),
    [
        ("form", "POST", b"user=hub&pwd=t0p-secret&grant_type=password"),
        ("query", "GET", b""),
    ],
)
def test_forms_and_queries_are_sent_too(send: str, method: str, content: bytes) -> None:
    def answer(request: Request) -> Reply:
        if request.path == "/oauth":
            return Reply({"access_token": "tok"})
        assert request.headers["x-token"] == "tok"
        return Reply({"code": 0, "rows": []})

    login = {
        "path": "/oauth",
        "send": send,
        "body": {
            "user": "{username}",
            "pwd": "{password}",
            "grant_type": "password",
        },
        "token_field": "access_token",
    }
    auth = AUTH | {"login": login, "header": "X-Token", "scheme": ""}
    with serve(answer) as server:
        read(server, PAGED, auth=auth)

    (asked,) = server.asked("/oauth")
    assert (asked.method, asked.sent) == (method, content)
    if send == "query":
        assert asked.params["pwd"] == "t0p-secret"


def test_threads_share_one_token() -> None:
    """Details are fetched a few at a time; all of them find the token gone at once."""
    gate = threading.Barrier(2, timeout=5)
    system = System()

    def answer(request: Request) -> Reply:
        if request.path == "/login":
            return system(request)
        if request.path == "/cases":
            system.given += 1  # the token is void from here on
            return Reply({"code": 0, "rows": ROWS[:2]})
        if request.headers["authorization"] == "Bearer tok-1":
            gate.wait()
            return Reply(status=401)
        return Reply({"code": 0, "more": {"a": 1}})

    one = feed(
        read={
            "path": "/cases",
            "records": "rows",
            "detail": {"path": "/case?id={key}", "records": "more", "into": "more"},
        }
    )
    with serve(answer) as server:
        parts = read(server, one, auth=AUTH)

    assert ids(parts) == ["0", "1"]
    assert len(server.asked("/login")) == 2


def test_no_object_shows_a_token() -> None:
    auth = partner({"connector": "rest", "auth": AUTH}, PAGED).source.auth
    settings = Settings(environment={"TOKEN": "t0p-secret", "KEY": "hub"})

    kept = Credentials(auth, settings, partner="p")

    assert "t0p-secret" not in repr(auth) + repr(vars(kept))
