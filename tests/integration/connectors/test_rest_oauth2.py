"""Client credentials exchanged for a token, against a server on loopback.

The header in the first test is that of RFC 6749, section 2.3.1.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from support.declared import feed, partner
from support.partner_server import PartnerServer, Reply, Request, serve
from support.rest_partner import ALL, NOW, ROWS, ids

from hub.connectors.rest import RestConnector
from hub.errors import SourceRejected, SourceUnavailable
from hub.settings import Settings

PAGED = feed(
    read={"path": "/cases", "page": {"kind": "number", "size_param": "n", "size": 10}}
)
CLIENT = {"CLIENT": "s6BhdRkqt3", "SECRET": "7Fjfp0ZBr1KtDRbnfVdmIw"}
BASIC = "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3"


class System:
    """A partner whose tokens live for so many requests."""

    def __init__(self, *, uses: int = 1000) -> None:
        self.uses = uses
        self.given = 0
        self.left = 0

    def __call__(self, request: Request) -> Reply:
        if request.path == "/token":
            self.given += 1
            self.left = self.uses
            token = {"access_token": f"tok-{self.given}", "token_type": "bearer"}
            return Reply(token | {"expires_in": 3600})
        self.left -= 1
        good = request.headers.get("authorization") == f"Bearer tok-{self.given}"
        if not good or self.left < 0:
            return Reply(status=401)
        start = (int(request.params["page"]) - 1) * 10
        return Reply(ROWS[start : start + 10])


def connect(
    server: PartnerServer,
    now: list[float] | None = None,
    client: dict[str, str] | None = None,
    hosts: tuple[str, ...] = (),
    **oauth2: Any,
) -> RestConnector:
    auth = {
        "kind": "oauth2",
        "key": "env:CLIENT",
        "secret": "env:SECRET",
        "oauth2": {"token_url": "/token"} | oauth2,
    }
    source = {"connector": "rest", "base_url": server.url, "auth": auth, "hosts": hosts}
    clock = now or [0.0]
    return RestConnector(
        partner(source, PAGED),
        Settings(now=NOW, environment=client or CLIENT),
        sleep=lambda _: None,
        monotonic=lambda: clock[0],
    )


def take(one: RestConnector) -> list[str]:
    return ids(list(one.read(PAGED, ALL, sweep_keys=None)))


def test_one_token_serves_every_page() -> None:
    with serve(System()) as server, connect(server, scope="cases read") as one:
        assert take(one) == [str(n) for n in range(25)]

    (asked,) = server.asked("/token")
    assert asked.method == "POST"
    assert asked.headers["authorization"] == BASIC
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.sent == b"grant_type=client_credentials&scope=cases+read"


def test_the_client_may_stand_in_the_form() -> None:
    with (
        serve(System()) as server,
        connect(server, client_in="body", params={"audience": "hub"}) as one,
    ):
        take(one)

    (asked,) = server.asked("/token")
    assert "authorization" not in asked.headers
    assert dict(parse_qsl(asked.sent.decode())) == {
        "grant_type": "client_credentials",
        "audience": "hub",
        "client_id": CLIENT["CLIENT"],
        "client_secret": CLIENT["SECRET"],
    }


def test_a_client_with_odd_characters_is_encoded_before_it_is_joined() -> None:
    odd = {"CLIENT": "a:b", "SECRET": "c d"}
    with serve(System()) as server, connect(server, client=odd) as one:
        take(one)

    (asked,) = server.asked("/token")
    assert asked.headers["authorization"] == "Basic YSUzQWI6Yytk"  # a%3Ab:c+d


def test_a_token_is_fetched_anew_once_when_it_is_refused() -> None:
    with serve(System(uses=2)) as server, connect(server) as one:
        assert len(take(one)) == 25

    assert len(server.asked("/token")) == 2
    pages = [request.params["page"] for request in server.asked("/cases")]
    assert pages == ["1", "2", "3", "3"]

    with (
        serve(System(uses=0)) as server,
        connect(server) as one,
        pytest.raises(SourceRejected, match="that it has just given"),
    ):
        take(one)
    assert len(server.asked("/token")) == 2


def test_a_token_is_renewed_before_its_end() -> None:
    now = [1000.0]
    with serve(System()) as server, connect(server, now) as one:
        for later in (0.0, 3500.0, 41.0):
            now[0] += later
            take(one)

    assert len(server.asked("/token")) == 2


@pytest.mark.parametrize(
    ("reply", "seen"),
    [
        (
            Reply({"error": "invalid_client"}, status=401),
            r"refused our credentials \(HTTP 401, invalid_client\)",
        ),
        (
            Reply({"error": "invalid_scope"}, status=400),
            r"\(HTTP 400, invalid_scope\)",
        ),
        (
            Reply({"error": CLIENT["SECRET"]}, status=400),
            r"\(HTTP 400, \*\*\*\)",
        ),
        (Reply(b"", status=400), "no reason given"),
        (Reply(b"<html></html>", status=401), "no reason given"),
        (Reply({"token_type": "Bearer"}), "no token at access_token"),
        (
            Reply({"access_token": "t", "token_type": "DPoP"}),
            "its token is of type DPoP, not Bearer",
        ),
    ],
)
def test_a_refusal_is_told_once_and_not_tried_again(reply: Reply, seen: str) -> None:
    with serve(lambda _: reply) as server, connect(server) as one:
        for _ in range(2):
            with pytest.raises(SourceRejected, match=seen) as failed:
                take(one)

    assert len(server.requests) == 1
    assert str(failed.value).startswith("qiaokou/cases: could not sign in at /token")
    assert CLIENT["SECRET"] not in str(failed.value)


def test_a_token_endpoint_that_is_down_is_asked_again_later() -> None:
    with (
        serve(lambda _: Reply(status=503)) as server,
        connect(server) as one,
        pytest.raises(SourceUnavailable, match="sign in at /token"),
    ):
        take(one)


def test_a_whole_address_stays_on_the_partners_host_unless_another_is_named() -> None:
    system = System()
    with serve(system) as keys, serve(system) as server:
        own, other = f"{server.url}/token", f"{keys.url}/token"
        with connect(server, token_url=own) as one:
            assert len(take(one)) == 25
        with (
            connect(server, token_url=other) as one,
            pytest.raises(SourceRejected, match="it leads to") as failed,
        ):
            take(one)
        assert keys.requests == []
        assert "hosts of [source]" in str(failed.value)

        named = (keys.url.removeprefix("http://"),)
        with connect(server, token_url=other, hosts=named) as one:
            assert len(take(one)) == 25

    assert len(keys.requests) == 1
