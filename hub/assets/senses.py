"""How alarms ask the world outside when Dagster is at hand: its reader of cron.

What lives here: the last tick of a schedule. What does not: the rules that ask for it
(`hub.alarms`), ticks that start runs (`automation.pulls`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dagster._utils.schedules import reverse_cron_string_iterator

from hub.alarms.sight import Senses


def last_tick(cron: str, zone: str, before: datetime) -> datetime | None:
    """The last time before an instant at which a cron expression fires."""
    start = before.astimezone(ZoneInfo(zone)).timestamp()
    ticks = reverse_cron_string_iterator(start, cron, zone)
    found = next((one for one in ticks if one < before), None)
    return None if found is None else found.astimezone(UTC)


SENSES = Senses(last_tick=last_tick)
