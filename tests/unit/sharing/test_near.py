"""Figures of partners are told to monitors near by, and through no proxy."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from hub.sharing.api.health import near


def asked(host: str | None, **headers: str) -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/metrics",
            "client": None if host is None else (host, 4711),
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, value in headers.items()
            ],
        }
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.1.2.3", "192.168.0.9"])
def test_a_private_address_is_near(host: str) -> None:
    assert near(asked(host))


@pytest.mark.parametrize("host", ["8.8.8.8", "2001:4860::1", "testclient", None])
def test_any_other_is_not(host: str | None) -> None:
    assert not near(asked(host))


@pytest.mark.parametrize("name", ["forwarded", "x_forwarded_for", "x_real_ip", "via"])
def test_a_proxy_asks_for_somebody_else(name: str) -> None:
    assert not near(asked("127.0.0.1", **{name: "8.8.8.8"}))
