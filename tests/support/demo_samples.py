"""Samples of the simulated partners, fetched as the hub would, inferred blind.

What lives here: the first part that each feed's connector hands over, turned into a
sample without the declaration's help: no records path, no encoding, no formats.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from hub.connectors import connect
from hub.demo.city import SimulatedCity
from hub.errors import BatchRefused
from hub.onboarding.sample import Sample, laid_out, read_body
from hub.partners.city import City
from hub.partners.spec import Feed, Partner
from hub.settings import Settings

DAY = 2


def demo_samples(
    folder: Path, city: City, *, issues: int = 200
) -> Iterator[tuple[Partner, Feed, Sample]]:
    """Every feed of every partner with the rows of two days."""
    with SimulatedCity(folder, issues=issues, days=DAY) as simulated:
        for day in range(1, DAY + 1):
            simulated.deliver(day)
        settings = Settings(
            home=folder / "home",
            city="wuhan",
            now=simulated.now(DAY),
            environment=simulated.environment,
        )
        for partner in city.partners.values():
            for feed in partner.feeds:
                sample = _first(partner, feed, simulated, settings)
                if sample is not None:
                    yield partner, feed, sample


def _first(
    partner: Partner, feed: Feed, simulated: SimulatedCity, settings: Settings
) -> Sample | None:
    reading = partner.reading(feed)
    span = simulated.window(DAY, partner.id)
    since, until = (span.since, span.until) if span else (None, None)
    with connect(reading, settings) as connector:
        for delivery in connector.deliveries(
            feed, since=since, until=until, seen=lambda _name, _content: False
        ):
            # Nothing is cut: a sample is read before anything is declared.
            bare = feed.model_copy(update={"never_land": (), "read": feed.read})
            for part in connector.read(bare, delivery, sweep_keys=iter(())):
                body = part.body if isinstance(part.body, bytes) else None
                data = body if body is not None else Path(str(part.body)).read_bytes()
                name = _name(feed, delivery.name)
                if part.meta.media == "arrow":
                    rows, lists, whole = laid_out(
                        lambda data=data: io.BytesIO(data), part.meta, (), 1000
                    )
                    return Sample(
                        rows=rows, lists=lists, connector="sql", name=name,
                        complete=whole,
                    )  # fmt: skip
                try:
                    return read_body(
                        lambda data=data: io.BytesIO(data),
                        part.meta.media,
                        name,
                        connector=reading.source.connector,
                    )
                except BatchRefused:  # an empty page
                    continue
    return None


def _name(feed: Feed, delivery: str) -> str:
    if feed.read.files:
        return delivery
    return feed.read.table or feed.read.path or feed.name
