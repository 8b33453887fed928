"""One check: look, remember, and leave the messages that follow from it.

What lives here: the step from what is seen to alarms that open, escalate and clear, by
one process at a time. What does not: rules (`looking`), sending (`sending`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from hub.alarms.looking import look
from hub.alarms.sight import Senses, Sight
from hub.errors import LeaseHeld
from hub.flow.house import House
from hub.partners.alarms import Channel
from hub.partners.city import as_timedelta
from hub.storage.alarms import Alarm, Alarms, Changes, Kind
from hub.storage.holders import this_process

LEASE = timedelta(minutes=10)
NAME = "alarms/check"


@dataclass(frozen=True)
class Checked:
    """What a check came to.

    Attributes:
        changes: what opened, escalated and cleared.
        open: every alarm that is open now.
        blind: rules that could not look, and the class of why.
        by_other: another process was at it; nothing was done here.
    """

    changes: Changes
    open: list[Alarm]
    blind: dict[str, str] = field(default_factory=dict)
    by_other: bool = False


def check(house: House, senses: Senses | None = None) -> Checked:
    """Look at everything once and bring the alarms to it."""
    store = Alarms(house.control.engine)
    nothing: Changes = {"opened": [], "escalated": [], "cleared": []}
    try:
        with house.leases.hold(NAME, this_process("alarms"), LEASE):
            sight = Sight(house, house.now(), senses or Senses())
            seen = look(sight)
            changes = store.settle(
                seen.causes,
                at=sight.now,
                escalate_after=as_timedelta(house.city.alarm.escalate_after),
                to=lambda alarm, kind: receivers(house, alarm, kind),
                blind=seen.blind,
            )
    except LeaseHeld:
        return Checked(nothing, store.open(), by_other=True)
    return Checked(changes, store.open(), seen.blind)


def receivers(house: House, alarm: Alarm, kind: Kind) -> Iterator[str]:
    """The channels that are told of a change."""
    for channel in house.city.alarm.channels:
        if _takes(channel, alarm, kind):
            yield channel.name


def _takes(channel: Channel, alarm: Alarm, kind: Kind) -> bool:
    if channel.partners and alarm.partner not in channel.partners:
        return False
    if channel.only == "all":
        return True
    # Who was told that it was not mended in time is told when it is.
    return kind == "escalated" or (kind == "cleared" and alarm.escalated_at is not None)
