"""Sensors for files: what a partner has dropped is taken when it is complete.

What lives here: one sensor per partner that drops files. It looks at what lies there
complete, by the rules of the connector (settled, marker and checksum beside it), and
asks for a run where that has changed since it last asked. What does not: which files
are new; the run knows from the ledger, so to ask once too often costs nothing.

The cursor holds one digest per feed of the files that lay there, not the files: it
stays small beside a folder that only grows, and survives a restart. A file that comes
in the same look as another, or while a run is under way, changes the digest as well.
"""

import json
from hashlib import sha256

import dagster as dg

from hub.assets.automation.cycles import Steps, keys_of, requests, today
from hub.assets.house_resource import HouseResource
from hub.connectors.files import FilesConnector
from hub.errors import HubError
from hub.partners.city import City
from hub.partners.spec import Feed, Partner
from hub.settings import Settings

EVERY_SECONDS = 60


def drop_sensor(
    city: City, partner: Partner, steps: Steps, status: dg.DefaultSensorStatus
) -> dg.SensorDefinition | None:
    """The sensor of a partner; None if it drops no files."""
    feeds = feeds_read_by(partner, "files")
    if not feeds:
        return None
    name = f"drops_{partner.id}"

    @dg.sensor(
        name=name,
        target=dg.AssetSelection.assets(*keys_of(steps, partner, feeds)),
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=status,
        description=f"{partner.title}: 新到文件 (files that have come)",
    )
    def look(
        context: dg.SensorEvaluationContext, house: HouseResource
    ) -> dg.SensorResult:
        known: dict[str, str] = json.loads(context.cursor or "{}")
        found, failed = dict(known), []
        settings = house.settings()
        for feed in feeds:
            try:
                found[feed.name] = lying_there(partner, feed, settings)
            except HubError as error:
                # The schedule of the feed writes it into the ledger.
                failed.append(error.at(partner.id, feed.name).sentence)
        fresh = [
            feed
            for feed in feeds
            if found.get(feed.name, "") not in ("", known.get(feed.name))
        ]
        told = json.dumps(found, sort_keys=True)
        if not fresh:
            reason = "; ".join(failed) or "nothing has come"
            return dg.SensorResult(skip_reason=reason, cursor=told)
        key = sha256(told.encode()).hexdigest()[:24]
        asked = requests(
            steps,
            partner,
            fresh,
            run_key=key,
            cycle=name,
            days=today(city, settings.clock()),
        )
        return dg.SensorResult(run_requests=list(asked), cursor=told)

    return look


def feeds_read_by(partner: Partner, connector: str) -> list[Feed]:
    """Feeds of a partner that a kind of connector reads."""
    return [
        feed
        for feed in partner.feeds
        if partner.reading(feed).source.connector == connector
    ]


def lying_there(partner: Partner, feed: Feed, settings: Settings) -> str:
    """A digest of the complete files of a feed; empty where there is none.

    Where a server says no time of change, a file that is replaced by one of the same
    size is found by the schedule.
    """
    with FilesConnector(partner.reading(feed), settings) as connector:
        lines = [f"{e.name}|{e.size}|{e.changed}" for e in connector.complete(feed)]
    return sha256("\n".join(lines).encode()).hexdigest()[:24] if lines else ""
