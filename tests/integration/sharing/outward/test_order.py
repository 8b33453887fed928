"""First the audit, then the note that it may have arrived, then the bytes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from support.outward_world import World, issue

from hub.storage.audit import Audit
from hub.storage.faults import AuditUnwritable
from hub.storage.outward import Parcels


def test_nothing_leaves_while_the_audit_cannot_be_written(
    world: World, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = served.partner()
    world.publish(issue=[issue("a")])

    def refuse(*_args: object, **_given: object) -> None:
        raise AuditUnwritable("write", seen="the disk is full", next_step="Free it.")

    with monkeypatch.context() as patched:
        patched.setattr(Audit, "append", refuse)
        ran = world.run(partner)

    assert (ran.state, ran.error and ran.error.code) == ("failed", AuditUnwritable.code)
    assert served.server.requests == []
    counts = Parcels(world.house.control.engine).counts(ran.delivery)
    assert counts == {"waiting": (1, 1)}
    assert world.run(partner).state == "done"


def test_two_runs_of_one_delivery_never_overlap(world: World, served: Any) -> None:
    partner = served.partner()
    world.publish(issue=[issue("a")])
    name = f"outward/east/{partner.deliveries[0].name}"

    with world.house.leases.hold(name, "another", timedelta(minutes=5)):
        ran = world.run(partner)

    assert (ran.state, ran.error and ran.error.code) == ("failed", "lease_held")
    assert served.server.requests == []


def test_rows_may_have_arrived_from_the_moment_they_leave(
    world: World, served: Any
) -> None:
    partner = served.partner()
    seen: list[dict[str, tuple[int, int]]] = []
    take = served.receiver.answer

    def answer(request: Any) -> Any:
        name = f"east/{partner.deliveries[0].name}"
        seen.append(dict(Parcels(world.house.control.engine).counts(name)))
        return take(request)

    served.server.answer = answer
    world.publish(issue=[issue("a"), issue("b")])
    world.run(partner)

    assert seen == [{"sent": (2, 2)}, {"accepted": (1, 1), "sent": (1, 1)}]
