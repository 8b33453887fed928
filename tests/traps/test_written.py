"""Traps of what the hub itself says: frozen months, and what it hands over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.closed_month import (
    LATE,
    MONTH,
    case,
    closed_month,
    deliver,
    later,
    plain_policy,
)
from support.outward_world import World, east, issue
from support.partner_server import PartnerServer, serve
from support.receivers import Receiver

from hub.cli.assessment_units import usual_figures
from hub.flow.assessment.freeze import freeze_month, revise_month
from hub.flow.assessment.frozen_rows import digest_of_rows, read_rows
from hub.flow.assessment.revisions import find_revision
from hub.flow.house import House
from hub.partners.spec import Partner
from hub.storage.assessments import Revision
from hub.storage.outward import Parcels

METRIC = "on_time_handling_rate"


@pytest.fixture
def frozen(tmp_path: Path) -> House:
    house = closed_month(tmp_path)
    freeze_month(house, MONTH, policies=[plain_policy()], author="甲")
    return house


def denominator(house: House, revision: Revision) -> int:
    rows = usual_figures(read_rows(house, revision, "figure"))
    return int(rows.filter(metric=METRIC, level="city")["denominator"].item())


def test_t17_a_case_voided_after_the_freeze_shows_in_the_next_revision(
    frozen: House, tmp_path: Path
) -> None:
    before = denominator(frozen, find_revision(frozen, MONTH))

    late = later(tmp_path)
    voided = case("3", state="7", handled=None, changed="2026-10-19 12:00:00")
    deliver(late, LATE, [voided])
    second = revise_month(late, MONTH, reason="作废", author="乙")

    assert second.number == 2
    assert denominator(late, second) == before - 1
    assert denominator(late, find_revision(late, MONTH, 1)) == before


def test_t53_what_comes_after_the_freeze_is_in_the_next_revision_only(
    frozen: House, tmp_path: Path
) -> None:
    first = find_revision(frozen, MONTH)
    digest = digest_of_rows(read_rows(frozen, first, "figure"))
    before = denominator(frozen, first)

    late = later(tmp_path)
    deliver(late, LATE, [case("9", changed="2026-10-19 12:00:00")])

    assert digest_of_rows(read_rows(late, first, "figure")) == digest
    second = revise_month(late, MONTH, reason="补报", author="乙")
    assert denominator(late, second) == before + 1
    assert digest_of_rows(read_rows(late, first, "figure")) == digest


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
