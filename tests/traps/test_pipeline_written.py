"""Traps of what the hub hands over to partners."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.outward_world import World, east, issue
from support.partner_server import PartnerServer, serve
from support.receivers import Receiver

from hub.partners.spec import Partner
from hub.storage.outward import Parcels


class Sending(NamedTuple):
    """A hub that hands its cases over, and whoever gets them."""

    world: World
    partner: Partner
    receiver: Receiver
    server: PartnerServer

    def states(self) -> list[str]:
        """States of its parcels, the oldest first."""
        name = f"{self.partner.id}/{self.partner.deliveries[0].name}"
        parcels = Parcels(self.world.house.control.engine).newest(name, 99)
        return [one.state for one in parcels[::-1]]


@pytest.fixture
def sending(tmp_path: Path) -> Iterator[Sending]:
    receiver = Receiver()
    world = World.made_in(tmp_path)
    world.allow()
    with serve(receiver.answer) as server:
        source = {"connector": "rest", "base_url": server.url}
        partner = east(source, {"path": "/in"}, name="told", attempts=2)
        yield Sending(world, partner, receiver, server)
    world.house.control.close()


def test_t63_an_answer_that_is_lost_makes_no_second_row_at_the_partner(
    sending: Sending,
) -> None:
    sending.receiver.faults = ["lost"]
    sending.world.publish(issue=[issue("a")])

    sending.world.run(sending.partner)
    ran = sending.world.run(sending.partner)

    keys = [one.headers["idempotency-key"] for one in sending.server.requests]
    assert len(keys) >= 2
    assert len(set(keys)) == 1
    assert ran.state == "done"
    assert [row["编号"] for row in sending.receiver.seen] == ["a"]
    assert sending.receiver.twice == []


def test_t64_a_conflict_at_the_partner_is_tried_again_with_what_is_true_then(
    sending: Sending,
) -> None:
    sending.receiver.faults = ["400"] * 2
    sending.world.publish(issue=[issue("a", "DISCOVERED")])
    sending.world.run(sending.partner)
    given_up = sending.world.run(sending.partner)

    assert (given_up.ended.dead, sending.states()) == (1, ["dead"])
    sending.world.publish(issue=[issue("a", "HANDLED")])
    ran = sending.world.run(sending.partner)

    assert (ran.state, sending.states()) == ("done", ["given_up", "accepted"])
    assert sending.receiver.rows["a"]["state"] == "5"


def test_t64_one_that_is_at_work_on_it_is_asked_again(sending: Sending) -> None:
    sending.receiver.faults = ["409"]
    sending.world.publish(issue=[issue("a")])

    sending.world.run(sending.partner)
    sending.world.run(sending.partner)

    assert sending.states() == ["accepted"]
    assert sending.receiver.twice == []
