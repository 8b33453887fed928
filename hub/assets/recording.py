"""Runs that Dagster writes down, as its pages show them.

What lives here: the Dagster instance in the hub's home, the runs of one partner's
feeds in it, and the run of core, metrics and release. What does not: processes
(`crew`), what the assets do. Two Dagster runs never share a process at the same
time: threads of one process deadlock.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from hub.assets.automation.cycles import PARTNER
from hub.assets.automation.pools import provision_pools
from hub.assets.city import city_assets
from hub.assets.days import INSTANT, has_window
from hub.assets.house_resource import HouseResource, watch
from hub.assets.instance import check_database, settle_file
from hub.assets.partners import partner_assets, stands_for, step_name
from hub.assets.reports import feed_events, feeds_beside
from hub.flow.house import House, Note, open_house
from hub.flow.run import FIRST_REACH
from hub.partners.loader import load_city
from hub.partners.spec import Feed, Partner
from hub.settings import Settings
from hub.storage.batches import Batch

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

Span = tuple[datetime | None, datetime | None]
_kept: dict[str, dg.DagsterInstance] = {}


def dagster_home(settings: Settings) -> Path:
    """The folder of the Dagster instance."""
    return settings.home.absolute() / "dagster"


def init_instance(settings: Settings) -> Path:
    """Create the Dagster instance once; several first starts at once would break it.

    Raises:
        MisuseError: the setting of its database cannot be followed.
        RecordsUnavailable: that database does not answer.
    """
    check_database(settings)
    folder = dagster_home(settings)
    nux = folder / ".nux"
    nux.mkdir(parents=True, exist_ok=True)
    (nux / "nux.yaml").write_text("seen: 1\n")
    # A database may be another one than last time, though the file says the same.
    if settle_file(folder, settings) or settings.dagster_database_url:
        with dg.DagsterInstance.from_config(str(folder)) as instance:
            instance.get_run_records(limit=1)
            provision_pools(instance, load_city(settings.city))
    return folder


def record_partner(
    settings: Settings,
    name: str,
    feeds: Sequence[str],
    span: Span,
    note: Note,
    stay: ExitStack,
) -> None:
    """Materialise a partner's feeds, neighbours with the same days in one run.

    Args:
        settings: where the hub is.
        name: partner id.
        feeds: feed names; none is every feed.
        span: the window asked for.
        note: is told what happens.
        stay: keeps the Dagster instance open for the next partner.
    """
    house = open_house(settings)
    partner = house.city.partners[name]
    made = dict(
        zip(
            (feed.name for feed in partner.feeds),
            partner_assets(house.city, partner),
            strict=True,
        )
    )
    since, until = (t.isoformat() if t else "" for t in span)
    config: dict[str, str | bool] = {
        "since": since,
        "until": until,
        "goes_on": span == (None, None),
    }
    wanted = [feed for feed in partner.feeds if not feeds or feed.name in feeds]
    dated = [(_days(house, partner, feed, span), feed.name) for feed in wanted]
    house.control.close()
    watch(note)
    for tags, group in groupby(dated, key=itemgetter(0)):
        together = [feed for _, feed in group]
        ops = {step_name(partner, feed): {"config": config} for feed in together}
        assets = [made[feed] for feed in together]
        _materialize(settings, assets, tags=tags | {PARTNER: name}, ops=ops, stay=stay)


def record_city(house: House, note: Note) -> None:
    """Materialise core, metrics and release."""
    watch(note)
    with ExitStack() as stay:
        _materialize(
            house.settings, city_assets(house.city), tags={}, ops=None, stay=stay
        )


def report_partners(
    house: House, names: Sequence[str], batches: Sequence[Batch]
) -> None:
    """Tell Dagster of batches that were run without it: events, and no runs.

    Its pages then show the assets as they stand, at a tenth of a run's cost.
    """
    zone = ZoneInfo(house.city.timezone)
    day = (house.now().astimezone(zone) - INSTANT).date().isoformat()
    with ExitStack() as stay:
        instance = _instance(str(dagster_home(house.settings)), stay)
        for name in names:
            partner = house.city.partners[name]
            for feed in partner.feeds:
                own = [
                    one
                    for one in batches
                    if (one.partner, one.feed) == (name, feed.name)
                ]
                if not own:
                    continue
                staged = stands_for(partner, feed)
                others = {one.name for one in feeds_beside(partner, feed, staged)}
                beside = [
                    one for one in batches if one.partner == name and one.feed in others
                ]
                told = feed_events(house, partner, feed, staged, own, beside, day)
                for event in told:
                    instance.report_runless_asset_event(event)


def _days(house: House, partner: Partner, feed: Feed, span: Span) -> dict[str, str]:
    """The local days that a run covers; today alone for what comes whenever it does.

    Every day costs some entries in Dagster's records, so none is named for nothing.
    """
    since, until = span
    zone = ZoneInfo(house.city.timezone)
    end = (until or house.now()).astimezone(zone) - INSTANT
    start = since if has_window(feed) else None
    if start is None and feed.read.files is None and has_window(feed):
        start = house.ledger.watermark(partner.id, feed.name) or end - FIRST_REACH
    first = min((start or end).astimezone(zone), end)
    return {
        ASSET_PARTITION_RANGE_START_TAG: first.date().isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: end.date().isoformat(),
    }


def _materialize(
    settings: Settings,
    assets: Sequence[dg.AssetsDefinition],
    *,
    tags: dict[str, str],
    ops: dict[str, dict[str, dict[str, str | bool]]] | None,
    stay: ExitStack,
) -> None:
    dg.materialize(
        assets,
        instance=_instance(str(dagster_home(settings)), stay),
        resources={"house": HouseResource.of(settings)},
        run_config={**QUIET, **({"ops": ops} if ops else {})},
        tags=tags,
    )


def _instance(folder: str, stay: ExitStack) -> dg.DagsterInstance:
    """The instance of a home, opened once for as long as `stay` lasts."""
    if folder not in _kept:
        opened = stay.enter_context(dg.DagsterInstance.from_config(folder))
        _kept[folder] = opened
        stay.callback(_kept.pop, folder)
    return _kept[folder]
