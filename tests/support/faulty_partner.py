"""A partner that breaks, fetched from with little patience."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO

from support.declared import feed, partner
from support.partner_server import Reply, Request
from support.rest_partner import Clock

from hub.connectors.base import Delivery, Part
from hub.connectors.rest import RestConnector
from hub.errors import HubError
from hub.settings import Settings

ALL = Delivery("all", until=datetime(2026, 9, 28, tzinfo=UTC))
FEED = feed(read={"path": "/cases", "params": {"access_token": "c4nary"}})
GOOD = [{"id": 1}]
LARGE = json.dumps([{"id": "x" * 50, "n": n} for n in range(500)]).encode()


def fetch(url: str, *, clock: Clock | None = None, **limits: float) -> list[Part]:
    declared = partner(
        {
            "connector": "rest",
            "base_url": url,
            "limits": {"attempts": 3, "timeout_seconds": 5} | limits,
            "auth": {"kind": "bearer", "token": "env:TOKEN"},
        },
        FEED,
    )
    settings = Settings(environment={"TOKEN": "c4nary-bearer"})
    with RestConnector(declared, settings, sleep=(clock or Clock()).sleep) as one:
        return list(one.read(FEED, ALL, sweep_keys=None))


def in_turn(*replies: Reply) -> Callable[[Request], Reply]:
    """Answers one after the other, the last one for ever."""
    left = list(replies)
    return lambda _request: left.pop(0) if len(left) > 1 else left[0]


def raw(content: bytes, coding: str | None = None) -> Reply:
    """A body without a length, the connection closed behind it."""

    def write(file: BinaryIO) -> None:
        file.write(content)

    headers = {"Content-Encoding": coding} if coding else {}
    return Reply(headers=headers, write=write)


def assert_quiet(error: HubError) -> None:
    """No secret, no query and no header in the sentence."""
    assert "c4nary" not in str(error)
    assert "access_token" not in str(error)
    assert error.partner == "qiaokou"
    assert error.feed == "cases"
