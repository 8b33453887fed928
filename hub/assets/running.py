"""Run the same assets from the command line that the UI runs.

What lives here: the Dagster instance in the hub's home, one process per partner
(at most four), then core, metrics and release in one run. What does not: what a
run does. Two Dagster runs never share a process at the same time: threads of one
process deadlock.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)

from hub.assets.city import city_assets
from hub.assets.house_resource import HouseResource, watch
from hub.assets.partner_process import Job, run_process
from hub.assets.partners import partner_assets
from hub.errors import HubError, MisuseError
from hub.flow.house import House, Note, open_house, silent
from hub.flow.release import find_release
from hub.flow.run import FIRST_REACH
from hub.flow.waves import waves
from hub.partners.spec import Feed, Partner
from hub.settings import Settings
from hub.storage.batches import Batch
from hub.storage.releases import Release

PROCESSES = 4
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
# The same settings that a newcomer without DAGSTER_HOME gets from the root's file.
INSTANCE = Path(__file__).parent / "instance.yaml"


@dataclass(frozen=True)
class RunResult:
    """Every batch that this run ended, and the release that came of it."""

    batches: tuple[Batch, ...]
    release: Release


def dagster_home(settings: Settings) -> Path:
    """The folder of the Dagster instance."""
    return settings.home.absolute() / "dagster"


def init_instance(settings: Settings) -> Path:
    """Create the Dagster instance once; several first starts at once would break it."""
    folder = dagster_home(settings)
    folder.mkdir(parents=True, exist_ok=True)
    marker = folder / "dagster.yaml"
    if not marker.exists():
        nux = folder / ".nux"
        nux.mkdir(exist_ok=True)
        (nux / "nux.yaml").write_text("seen: 1\n")
        marker.write_text(INSTANCE.read_text(encoding="utf-8"), encoding="utf-8")
        with dg.DagsterInstance.from_config(str(folder)) as instance:
            instance.get_run_records(limit=1)
    return folder


def run_city(
    settings: Settings,
    targets: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    note: Note = silent,
) -> RunResult:
    """Run partners (or `partner/feed`), then core, metrics and release.

    Raises:
        MisuseError: a target names no partner or feed of the city.
    """
    house = open_house(settings)
    init_instance(settings)
    wanted = choose(house, targets)
    before = _newest(house)
    failures: list[HubError | None] = []
    # Threads only read what the processes say; no Dagster run lives in one.
    with ThreadPoolExecutor(max(1, min(PROCESSES, os.cpu_count() or 1))) as pool:
        for names in waves(house.city, wanted):
            jobs = [Job(name, tuple(wanted[name]), since, until) for name in names]
            failures += pool.map(lambda job: run_process(settings, job, note), jobs)
    watch(note)
    _materialize(settings, city_assets(house.city), tags={}, config=None)
    _raise_first(failures)
    batches = [b for b in house.ledger.batches() if b.number > before]
    return RunResult(tuple(batches[::-1]), find_release(house, None))


def choose(house: House, targets: Sequence[str]) -> dict[str, list[str]]:
    """Targets → partner id → feed names; no target is every active partner."""
    if not targets:
        active = [p for p in house.city.partners.values() if p.status == "active"]
        return {partner.id: [] for partner in active}
    chosen: dict[str, list[str]] = {}
    for target in targets:
        name, _, feed = target.partition("/")
        partner = house.city.partners.get(name)
        if partner is None or (feed and feed not in {f.name for f in partner.feeds}):
            known = [
                f"{p.id}/{f.name}"
                for p in house.city.partners.values()
                for f in p.feeds
            ]
            raise MisuseError(
                f"run {target}",
                seen="the city has no such partner or feed",
                next_step=f"It has {', '.join(sorted(known)) or 'none'}.",
            )
        chosen.setdefault(name, [])
        if feed:
            chosen[name].append(feed)
    return chosen


def _newest(house: House) -> int:
    newest = house.ledger.batches(limit=1)
    return newest[0].number if newest else 0


def run_one_partner(
    settings: Settings,
    name: str,
    feeds: Sequence[str],
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Materialise the assets of one partner's feeds, one run each."""
    house = open_house(settings)
    partner = house.city.partners[name]
    made = dict(
        zip(
            (feed.name for feed in partner.feeds),
            partner_assets(house.city, partner),
            strict=True,
        )
    )
    config = {
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
    }
    for feed in partner.feeds:
        if feeds and feed.name not in feeds:
            continue
        tags = _days(house, partner, feed, since, until)
        ops = {f"{partner.id}__{feed.name}": {"config": config}}
        _materialize(settings, [made[feed.name]], tags=tags, config=ops)


def _days(
    house: House,
    partner: Partner,
    feed: Feed,
    since: datetime | None,
    until: datetime | None,
) -> dict[str, str]:
    """The local days that a run covers, for feeds that come in days."""
    if feed.read.window is None:
        return {}
    zone = ZoneInfo(house.city.timezone)
    end = (until or house.now()).astimezone(zone) - timedelta(microseconds=1)
    mark = house.ledger.watermark(partner.id, feed.name)
    start = (since or mark or end - FIRST_REACH).astimezone(zone)
    first = min(start, end)
    return {
        ASSET_PARTITION_RANGE_START_TAG: first.date().isoformat(),
        ASSET_PARTITION_RANGE_END_TAG: end.date().isoformat(),
    }


def _materialize(
    settings: Settings,
    assets: Sequence[dg.AssetsDefinition],
    *,
    tags: dict[str, str],
    config: dict[str, dict[str, dict[str, str]]] | None,
) -> None:
    with dg.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        dg.materialize(
            assets,
            instance=instance,
            resources={"house": HouseResource.of(settings)},
            run_config={**QUIET, **({"ops": config} if config else {})},
            tags=tags,
        )


def _raise_first(outcomes: Sequence[HubError | None]) -> None:
    for outcome in outcomes:
        if outcome is not None:
            raise outcome
