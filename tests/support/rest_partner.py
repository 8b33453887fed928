"""A REST partner on loopback, read without waiting."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl
from support.declared import partner
from support.partner_server import PartnerServer

from hub.connectors.base import Delivery, Part
from hub.connectors.decode import Wanted, decode
from hub.connectors.rest import RestConnector
from hub.partners.spec import Feed
from hub.settings import Settings

NOW = datetime(2026, 9, 28, 12, tzinfo=UTC)
ALL = Delivery("all", until=NOW)
ROWS = [{"id": n, "no": f"C{n}"} for n in range(25)]


class Clock:
    """Sleeps that take no time and are remembered."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Take note and go on."""
        self.slept.append(seconds)


def connector(
    server: PartnerServer, one: Feed, *, clock: Clock | None = None, **source: Any
) -> RestConnector:
    declared = partner(
        {"connector": "rest", "base_url": server.url} | source,
        one,
    )
    settings = Settings(now=NOW, environment={"TOKEN": "t0p-secret", "KEY": "hub"})
    return RestConnector(declared, settings, sleep=(clock or Clock()).sleep)


def read(
    server: PartnerServer,
    one: Feed,
    delivery: Delivery = ALL,
    *,
    keys: Iterator[pl.Series] | None = None,
    clock: Clock | None = None,
    **source: Any,
) -> list[Part]:
    with connector(server, one, clock=clock, **source) as open_connector:
        return list(open_connector.read(one, delivery, sweep_keys=keys))


def ids(parts: list[Part]) -> list[str]:
    wanted = Wanted(frozenset({"id"}), {})
    found: list[str] = []
    for part in parts:
        assert isinstance(part.body, bytes)
        for rows in decode(io.BytesIO(part.body), part.meta, wanted):
            found += rows.frame["id"].to_list()
    return found


WINDOW = {"from": "updatedFrom", "to": "updatedTo"}
