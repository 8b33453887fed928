"""What is read together, and when: the feeds of a partner by their schedule.

What lives here: cycles from declarations, their names, and the request for a run of
some feeds. What does not: who asks for it, a clock (`pulls`) or what lies there
(`drops`, `pushes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from hub.assets.automation.again import UNATTENDED
from hub.assets.keys import raw_key
from hub.assets.partners import step_name
from hub.flow.house import House
from hub.flow.run import FIRST_REACH
from hub.partners.city import City
from hub.partners.spec import Feed, Partner

PARTNER, CYCLE = "hub/partner", "hub/cycle"
Steps = Mapping[dg.AssetKey, dg.AssetsDefinition]
# Dagster's names are letters, digits and underscores, and two crons are two names.
_SPELT = str.maketrans({" ": "_", "*": "x", "/": "s", ",": "c", "-": "t"})


class Cycle(NamedTuple):
    """Feeds of one partner that are read at the same times."""

    partner: Partner
    cron: str
    feeds: tuple[Feed, ...]

    @property
    def name(self) -> str:
        """What its schedule is called."""
        return f"pull_{self.partner.id}_{self.cron.translate(_SPELT)}"


def cycles_of(city: City, partner: Partner) -> list[Cycle]:
    """The cycles of a partner, in the order of its file."""
    found: dict[str, list[Feed]] = {}
    for feed in partner.feeds:
        found.setdefault(feed.schedule or city.automation.pull, []).append(feed)
    return [Cycle(partner, cron, tuple(feeds)) for cron, feeds in found.items()]


def steps_by_key(assets: Sequence[dg.AssetsDefinition]) -> Steps:
    """Asset key → the step that makes it."""
    return {key: one for one in assets for key in one.keys}


def keys_of(steps: Steps, partner: Partner, feeds: Sequence[Feed]) -> list[dg.AssetKey]:
    """Everything that the steps of some feeds make."""
    return sorted({k for f in feeds for k in steps[raw_key(partner, f)].keys})


def request(
    steps: Steps,
    partner: Partner,
    feeds: Sequence[Feed],
    *,
    run_key: str,
    cycle: str,
    tags: Mapping[str, str] | None = None,
    until: datetime | None = None,
) -> dg.RunRequest:
    """A run of some feeds, which nobody sits beside.

    Args:
        steps: see `steps_by_key`.
        partner: whose they are.
        feeds: all of one kind, with a window of time or all without.
        run_key: the same key asks for the same run.
        cycle: who asks for it.
        tags: further tags.
        until: end of the window; None leaves it to the run.
    """
    span = {"config": {"until": until.isoformat()}} if until else {}
    ops: dict[str, Any] = {step_name(partner, feed.name): span for feed in feeds}
    return dg.RunRequest(
        run_key=run_key,
        run_config={"ops": ops} if until else {},
        asset_selection=keys_of(steps, partner, feeds),
        tags={UNATTENDED: "true", PARTNER: partner.id, CYCLE: cycle, **(tags or {})},
    )


def days_read(
    house: House, partner: Partner, feeds: Sequence[Feed], until: datetime
) -> dict[str, str]:
    """The local days between where the feeds stand and an instant, as a run's tags."""
    zone = ZoneInfo(house.city.timezone)
    end = until.astimezone(zone) - timedelta(microseconds=1)
    marks = [house.ledger.watermark(partner.id, feed.name) for feed in feeds]
    start = min(mark or until - FIRST_REACH for mark in marks).astimezone(zone)
    return {
        ASSET_PARTITION_RANGE_START_TAG: min(start, end).date().isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: end.date().isoformat(),
    }
