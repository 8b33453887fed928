"""Whatever happens on the way: in the end the receiver has what it may have, once."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support import thorough
from support.outward_world import EAST, WEST, World, east, issue
from support.partner_server import PartnerServer
from support.receivers import FAULTS, Killed, Receiver

from hub.partners.spec import Partner
from hub.storage.outward import Parcels

STAGES = {"DISCOVERED": "1", "REGISTERED": "3", "HANDLED": "5", "CANCELLED": None}
NAMES = count()


CASE = st.tuples(
    st.sampled_from(sorted(STAGES)),
    st.sampled_from((EAST, EAST, EAST, WEST)),
    st.sampled_from(("platform", "platform", "platform", "east")),
)
RELEASE = st.dictionaries(st.sampled_from("abcde"), CASE, max_size=5)
STEP = st.tuples(
    RELEASE,
    st.lists(st.sampled_from(FAULTS), max_size=8),
    st.none() | st.integers(0, 4),
)


def oracle(rows: dict[str, Any], before: dict[str, str]) -> dict[str, str]:
    """What the receiver may have: its district's rows that others told, in its words.

    A row without a word for its stage stays as the receiver had it.
    """
    found = {}
    for key, (stage, district, partner) in rows.items():
        if district == EAST and partner != "east":
            state = STAGES[stage] or before.get(key)
            if state:
                found[key] = state
    return found


def run(world: World, partner: Partner, killed_at: int | None) -> None:
    """One run, killed right before it notes the receipt of that number."""
    whole = Parcels.accept

    def accept(self: Parcels, *args: Any, **kwargs: Any) -> None:
        nonlocal killed_at
        if killed_at == 0:
            killed_at = None
            raise Killed
        if killed_at is not None:
            killed_at -= 1
        whole(self, *args, **kwargs)

    Parcels.accept = accept  # type: ignore[method-assign]
    try:
        world.run(partner)
    except Killed:
        pass
    finally:
        Parcels.accept = whole  # type: ignore[method-assign]


@settings(max_examples=thorough.of(300, 25))
@given(st.lists(STEP, min_size=1, max_size=5), st.sampled_from((1, 3)))
def test_a_receiver_ends_with_the_granted_view_of_the_last_release(
    world: World, server: PartnerServer, steps: list[Any], size: int
) -> None:
    receiver = Receiver()
    server.answer = receiver.answer
    partner = east(
        {"connector": "rest", "base_url": server.url},
        {"path": "/in", "size": size, "records": "list"},
        name=f"d{next(NAMES)}",
        attempts=2,
    )
    rows: dict[str, Any] = {}

    for rows, faults, killed_at in steps:
        world.publish(issue=[_issue(key, *case) for key, case in rows.items()])
        receiver.faults = list(faults)
        run(world, partner, killed_at)
    receiver.faults = []
    for _ in range(2):
        Parcels(world.house.control.engine).revive(f"east/{partner.deliveries[0].name}")
        ran = world.run(partner)

    state = {key: row["state"] for key, row in receiver.rows.items()}
    assert state == oracle(rows, state), (ran, receiver.seen)
    assert not receiver.twice
    assert (ran.ended.parcels, ran.planned.blocked, ran.ended.error) == (0, 0, None)


def _issue(key: str, stage: str, district: str, partner: str) -> dict[str, Any]:
    return issue(key, stage, district_code=district, partner=partner)
