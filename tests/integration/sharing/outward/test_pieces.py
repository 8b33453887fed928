"""Large sets are compared piece by piece, with the same outcome."""

from __future__ import annotations

from typing import Any

import pytest
from support.outward_world import World, issue


def test_sixteen_pieces_say_the_same_as_one(
    world: World, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.flow.key_pieces.PIECE_ROWS", 2)
    partner = served.partner({"size": 9, "records": "list"}, max_withdrawn_share=1.0)

    world.publish(pieces=3, issue=[issue(f"k{n}") for n in range(60)])
    first = world.run(partner)
    world.publish(pieces=2, issue=[issue(f"k{n}", "HANDLED") for n in range(30, 90)])
    second = world.run(partner)

    assert (first.ended.inserted, second.ended.inserted) == (60, 30)
    assert (second.ended.updated, second.ended.withdrawn) == (30, 30)
    assert set(served.receiver.rows) == {f"k{n}" for n in range(30, 90)}
    assert not served.receiver.twice
    assert second.ended.parcels > 10  # a piece begins a parcel of its own
