"""Where every source of the city stands: what came last, and what is missing.

What lives here: the judgement, feed by feed, that a release carries. It rests on
the ledger, the partner files and the hub's clock, and never on rows, so one dead
partner is told without holding up the rest. What does not: keeping it
(`hub.storage.releases`), the bounds of one delivery (`guard`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.flow.house import House
from hub.partners.city import as_timedelta
from hub.partners.spec import Feed, Partner
from hub.storage.releases import Source

REASONS = {
    "failed": ("未能取到", "the last attempt to fetch it failed"),
    "refused": ("整批退回", "the last delivery was outside its bounds"),
    "unfinished": ("尚未处理完", "the last delivery has not been taken in yet"),
    "late": ("逾期未到", "nothing came in the time in which it is due"),
    "never": ("从未到达", "nothing ever came"),
    "paused": ("已暂停", "its partner file says paused"),
    "undeclared": ("接入声明有误", "its partner file cannot be followed"),
}


def sources_now(house: House) -> tuple[Source, ...]:
    """Every feed of the city with its last delivery, by partner and feed."""
    found = [
        _judged(house, partner, feed)
        for partner in house.city.partners.values()
        for feed in partner.feeds
    ]
    for path in house.city.broken:
        found += [
            replace(
                _told(house, path.stem, feed, None),
                is_missing=True,
                reason="undeclared",
            )
            for feed in house.ledger.feeds_of(path.stem) or [""]
        ]
    return tuple(sorted(found, key=lambda one: (one.partner, one.feed)))


def missing_sources(
    sources: tuple[Source, ...], dataset: str | None = None
) -> list[Source]:
    """Those that are missing, of one dataset if one is named."""
    return [
        one
        for one in sources
        if one.is_missing and (dataset is None or dataset in one.datasets)
    ]


def _told(house: House, partner: str, feed: str, datasets: list[str] | None) -> Source:
    """What the ledger says of a feed; nothing is judged yet."""
    good = house.ledger.furthest(partner, feed)
    last = house.ledger.last_delivery(partner, feed)
    if datasets is None:
        # Without a declaration, what it fed is what it last brought.
        datasets = list(house.ledger.datasets(good.number)) if good else []
    return Source(
        partner=partner,
        feed=feed,
        datasets=tuple(sorted(datasets)),
        good=good.number if good else None,
        as_of=(good.as_of or good.until or good.landed_at) if good else None,
        until=good.until if good else None,
        attempt=last.number if last else None,
        state=last.state if last else "never",
        error=last.error["code"] if last and last.error else None,
        is_missing=False,
    )


def _judged(house: House, partner: Partner, feed: Feed) -> Source:
    """A declared feed with the reason for which it is missing, if it is."""
    names = {emit.dataset for emit in feed.emits}
    told = _told(house, partner.id, feed.name, list(names))
    reason = None
    if partner.status == "paused":
        # Before its first delivery a paused partner is no part of the picture yet.
        reason = "paused" if told.good else None
    elif told.state in ("never", "failed", "refused"):
        reason = told.state
    elif told.state != "merged":
        reason = "unfinished"
    elif told.as_of is not None and _is_late(house, feed, told.as_of):
        reason = "late"
    return replace(told, is_missing=reason is not None, reason=reason)


def _is_late(house: House, feed: Feed, reach: datetime) -> bool:
    """Whether more should have come by now, as the partner file has it.

    `max_age` knows of days on which nobody works; a bare `deadline` is meant daily.
    """
    now = house.now()
    if feed.expect.max_age is not None:
        return now - reach > as_timedelta(feed.expect.max_age)
    if feed.deadline is None:
        return False
    zone = ZoneInfo(house.city.timezone)
    clock = now.astimezone(zone)
    due = clock.date()
    if clock.time() < time.fromisoformat(feed.deadline):
        due -= timedelta(days=1)
    return reach.astimezone(zone).date() < due
