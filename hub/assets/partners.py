"""The steps of one partner, made from its declaration.

What lives here: one step per feed that runs its batch and has it reported. What does
not: the batch (`hub.flow`), what assets say of themselves (`specs`), what is told to
Dagster (`reports`).

A partner that is down, rejects us or sends what must be refused does not fail
the step: the ledger says so, the check `delivered` fails, and core runs with the
rest of the city.
"""

from collections.abc import Iterator

import dagster as dg

from hub.assets.automation.unattended import ask_once_more, asked_for, tried_again
from hub.assets.days import Span, days_of, keys_of, window_of
from hub.assets.feed_checks import check_specs
from hub.assets.house_resource import HouseResource
from hub.assets.keys import raw_key
from hub.assets.reports import Event, report_feed
from hub.assets.specs import feed_specs
from hub.flow.run import run_partner
from hub.partners.city import City
from hub.partners.spec import Feed, Partner


def partner_assets(city: City, partner: Partner) -> list[dg.AssetsDefinition]:
    """One step per feed of a partner."""
    return [
        _feed_assets(city, partner, feed, place=place)
        for place, feed in enumerate(partner.feeds)
    ]


def stands_for(partner: Partner, feed: Feed) -> list[str]:
    """Datasets of which this feed is the last of the partner, and so tells of them."""
    last = {emit.dataset: one.name for one in partner.feeds for emit in one.emits}
    return [name for name, one in last.items() if one == feed.name]


def step_name(partner: Partner, feed: str) -> str:
    """What Dagster calls the step of a feed."""
    return f"{partner.id}__{feed}"


def _feed_assets(
    city: City, partner: Partner, feed: Feed, *, place: int
) -> dg.AssetsDefinition:
    days, staged = days_of(city), stands_for(partner, feed)

    @dg.multi_asset(
        name=step_name(partner, feed.name),
        specs=feed_specs(city, partner, feed, staged),
        check_specs=check_specs(raw_key(partner, feed), days),
        partitions_def=days,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=f"partner_{partner.id}",
        # Several feeds in one run are asked in the order of the partner's file.
        op_tags={"dagster/priority": str(-place)},
    )
    def deliver(
        context: dg.AssetExecutionContext, config: Span, house: HouseResource
    ) -> Iterator[Event]:
        opened = house.open()
        days_asked = window_of(keys_of(context), config, city.timezone, opened.now())
        window = asked_for(context, days_asked)
        asked = opened.city.partners[partner.id]
        with tried_again(context):
            ended = run_partner(opened, asked, window, [feed.name])
        batches = [batch for batch in ended if batch.feed == feed.name]
        ask_once_more(context, partner.reading(feed).source.connector, batches)
        yield from report_feed(
            context, opened, asked, asked.feed(feed.name), staged, batches
        )

    return deliver
