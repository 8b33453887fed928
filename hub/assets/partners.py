"""The assets of one partner, made from its declaration.

What lives here: one step per feed that runs its batch and reports it as
`raw/…`, `quarantine/…` and `staged/…`. What does not: the batch (`hub.flow`),
the words of keys (`keys`), what is told to Dagster (`reports`).

A partner that is down, rejects us or sends what must be refused does not fail
the step: the ledger says so, the check `delivered` fails, and core runs with the
rest of the city.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from hub.assets.automation.unattended import ask_once_more, asked_for, tried_again
from hub.assets.house_resource import HouseResource
from hub.assets.keys import group_of, quarantine_key, raw_key, staged_key
from hub.assets.reports import check_specs, report_feed
from hub.flow.run import Window, run_partner
from hub.partners.city import City
from hub.partners.spec import Feed, Partner

KINDS = {
    "rest": {"rest"},
    "sql": {"sql"},
    "files": {"file"},
    "queue": {"amqp"},
    "push": {"api"},
}
# The first day the UI offers; older days come by `hub run --since`.
FIRST_DAY = "2025-01-01"


class Span(dg.Config):
    """An exact window, where days are too coarse (ISO 8601 with offset)."""

    since: str = ""
    until: str = ""


def days_of(city: City) -> dg.DailyPartitionsDefinition:
    """Local days of the city, today included."""
    return dg.DailyPartitionsDefinition(
        start_date=FIRST_DAY, timezone=city.timezone, end_offset=1
    )


def partner_assets(city: City, partner: Partner) -> list[dg.AssetsDefinition]:
    """One step per feed of a partner."""
    last = last_feeds(partner)
    return [
        _feed_assets(
            city,
            partner,
            feed,
            [d for d, f in last.items() if f == feed.name],
            place=place,
        )
        for place, feed in enumerate(partner.feeds)
    ]


def last_feeds(partner: Partner) -> dict[str, str]:
    """Dataset → the last feed of the partner that brings it, which stands for it."""
    return {emit.dataset: feed.name for feed in partner.feeds for emit in feed.emits}


def step_name(partner: Partner, feed: str) -> str:
    """What Dagster calls the step of a feed."""
    return f"{partner.id}__{feed}"


def _specs(partner: Partner, feed: Feed, staged: list[str]) -> list[dg.AssetSpec]:
    raw = raw_key(partner, feed)
    owners = [feed.owner] if feed.owner and "@" in feed.owner else []
    group = group_of(partner)
    told = f"{partner.title} · {feed.name}"
    specs = [
        dg.AssetSpec(
            raw,
            description=f"{told}: 原样到达 (as sent)",
            kinds=KINDS[partner.reading(feed).source.connector],
            metadata={"steward": partner.steward or "", "deletes": feed.deletes.kind},
            group_name=group,
            owners=owners,
        ),
        dg.AssetSpec(
            quarantine_key(partner, feed),
            deps=[raw],
            description=f"{told}: 隔离的行与原因 (rows kept out, with reasons)",
            kinds={"deltalake"},
            group_name=group,
            owners=owners,
        ),
    ]
    emitting = {
        name: [f for f in partner.feeds if name in {e.dataset for e in f.emits}]
        for name in staged
    }
    specs += [
        dg.AssetSpec(
            staged_key(partner, name),
            deps=[raw_key(partner, one) for one in emitting[name]],
            description=f"{partner.title}: {name} 按标准口径 (canonical form)",
            kinds={"deltalake", "polars"},
            group_name=group,
            owners=owners,
        )
        for name in staged
    ]
    return specs


def _feed_assets(
    city: City, partner: Partner, feed: Feed, staged: list[str], *, place: int
) -> dg.AssetsDefinition:
    raw = raw_key(partner, feed)
    partitioned = feed.read.window is not None

    @dg.multi_asset(
        name=step_name(partner, feed.name),
        specs=_specs(partner, feed, staged),
        check_specs=check_specs(raw),
        partitions_def=days_of(city) if partitioned else None,
        backfill_policy=dg.BackfillPolicy.single_run() if partitioned else None,
        pool=f"partner_{partner.id}",
        # Several feeds in one run are asked in the order of the partner's file.
        op_tags={"dagster/priority": str(-place)},
    )
    def deliver(
        context: dg.AssetExecutionContext, config: Span, house: HouseResource
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        opened = house.open()
        window = asked_for(context, _window(context, config, city))
        with tried_again(context):
            batches = run_partner(
                opened, opened.city.partners[partner.id], window, [feed.name]
            )
        ask_once_more(context, partner.reading(feed).source.connector, batches)
        yield from report_feed(context, opened, raw, batches)
        yield dg.MaterializeResult(asset_key=quarantine_key(partner, feed))
        for name in staged:
            yield dg.MaterializeResult(asset_key=staged_key(partner, name))

    return deliver


def _window(context: dg.AssetExecutionContext, config: Span, city: City) -> Window:
    """The window asked for: the exact one, else the days of the run."""
    if config.since or config.until:
        return Window(
            datetime.fromisoformat(config.since) if config.since else None,
            datetime.fromisoformat(config.until) if config.until else None,
        )
    if not (context.has_partition_key_range or context.has_partition_key):
        return Window()
    zone = ZoneInfo(city.timezone)
    first, last = context.partition_keys[0], context.partition_keys[-1]
    start = datetime.combine(datetime.fromisoformat(first).date(), time(), zone)
    end = datetime.combine(datetime.fromisoformat(last).date(), time(), zone)
    return Window(start, end + timedelta(days=1))
