"""One hub for all tests of this folder; each test declares a delivery of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from support.outward_world import World, east
from support.partner_server import PartnerServer, serve
from support.receivers import Killed, Receiver

from hub.partners.spec import Partner
from hub.storage.outward import Parcels

NAMES = count()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A hub with one consumer; for deliveries under names of their own."""
    world = World.made_in(tmp_path_factory.mktemp("hub"), TOKEN="t0p-secret")
    world.allow()
    yield world
    world.house.control.close()


@dataclass
class Served:
    """A receiver that runs, and deliveries to it."""

    server: PartnerServer
    receiver: Receiver = field(default_factory=Receiver)

    def partner(self, write: dict[str, Any] | None = None, **given: Any) -> Partner:
        """The partner of the east with a delivery of a name that is new."""
        return east(
            {"connector": "rest", "base_url": self.server.url},
            {"path": "/in"} | (write or {}),
            **{"name": f"rest{next(NAMES)}"} | given,
        )


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Kills this process once, between a hand-over and noting its receipt."""

    def once() -> None:
        whole = Parcels.accept

        def accept(self: Parcels, *_args: Any, **_given: Any) -> None:
            del self
            monkeypatch.setattr(Parcels, "accept", whole)
            raise Killed

        monkeypatch.setattr(Parcels, "accept", accept)

    return once


@pytest.fixture(scope="session")
def server() -> Iterator[PartnerServer]:
    """A server on loopback; whoever uses it says how it answers."""
    with serve(lambda _request: None) as running:  # type: ignore[arg-type, return-value]
        yield running


@pytest.fixture
def served(server: PartnerServer) -> Served:
    """A receiver that has nothing yet."""
    found = Served(server)
    server.answer = found.receiver.answer
    server.requests.clear()
    return found
