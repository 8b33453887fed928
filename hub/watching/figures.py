"""Figures per feed and stage, made of the ledger's sums.

What lives here: names, units and help of every figure, as Prometheus has them:
counters end in `_total` and never fall, times are seconds. What does not: the sums
(`hub.storage.sums`, `hub.storage.stages`). Labels are words of declarations; never a
value of a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    SummaryMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from hub.flow.house import House
from hub.storage.stages import Stages
from hub.storage.sums import Found, Sums
from hub.watching.alarm_figures import alarm_figures

FEED = ("partner", "feed")
KIND = (*FEED, "kind")
STAGE = (*FEED, "stage")
EFFECTS = ("inserted", "updated", "unchanged", "stale", "deleted")
ENDED = ("merged", "refused")
OPEN = ("landing", "landed", "split", "merging")
# Rows as sent, by where they ended; `received` is their sum and what was refused.
OUTCOMES = {
    "accepted": "Rows that passed every rule.",
    "quarantined": "Rows that a rule kept out.",
    "duplicate": "Rows that repeat another row of their delivery.",
}


class Figures(Collector):
    """All figures of one hub, read anew for every look."""

    def __init__(self, house: House) -> None:
        self._house = house

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering costs no look at the database."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every figure; where the control database is down, only that it is."""
        up = GaugeMetricFamily("hub_ledger_up", "Whether the ledger could be read.")
        try:
            found = list(self._collected())
        except sa.exc.SQLAlchemyError:
            up.add_metric((), 0)
            yield up
            return
        up.add_metric((), 1)
        yield up
        yield from found

    def _collected(self) -> Iterator[Metric]:
        engine = self._house.control.engine
        sums = Sums(engine)
        batches = sums.batches()
        yield from _rows(batches)
        yield from _batches(batches)
        yield from _facts(sums.facts())
        yield from _times(sums.times())
        yield from _marks(sums.watermarks(), self._house.now())
        yield from _stages(Stages(engine).all())
        yield from _releases(sums.releases(), sums.released())
        yield from alarm_figures(engine)


def exposition(house: House) -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(house))
    return generate_latest(registry)


def _labels(row: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    return [str(row[name]) for name in names]


def _rows(found: Found) -> Iterator[Metric]:
    received = CounterMetricFamily(
        "hub_rows_received", "Rows as sent, of batches that ended.", labels=KIND
    )
    refused = CounterMetricFamily(
        "hub_rows_refused", "Rows of batches refused as a whole.", labels=KIND
    )
    outcomes = {
        name: CounterMetricFamily(f"hub_rows_{name}", about, labels=KIND)
        for name, about in OUTCOMES.items()
    }
    ended: dict[tuple[str, ...], int] = {}
    for row in found:
        if row["state"] not in ENDED:
            continue
        key = tuple(_labels(row, KIND))
        count = int(row["received"])
        ended[key] = ended.get(key, 0) + count
        if row["state"] == "refused":
            refused.add_metric(key, count)
            continue
        for name, one in outcomes.items():
            one.add_metric(key, int(row[name]))
    for key, count in ended.items():
        received.add_metric(key, count)
    yield from (received, refused, *outcomes.values())


def _batches(found: Found) -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "hub_batches", "Batches that ended.", labels=(*KIND, "state")
    )
    failed = GaugeMetricFamily(
        "hub_batches_failed", "Batches that failed and stay so.", labels=KIND
    )
    under_way = GaugeMetricFamily(
        "hub_batches_unfinished", "Batches between landing and end.", labels=FEED
    )
    waiting: dict[tuple[str, ...], int] = {}
    for row in found:
        if row["state"] in ENDED:
            ended.add_metric(_labels(row, (*KIND, "state")), row["batches"])
        elif row["state"] == "failed":
            failed.add_metric(_labels(row, KIND), row["batches"])
        feed = tuple(_labels(row, FEED))
        open_ones = row["batches"] if row["state"] in OPEN else 0
        waiting[feed] = waiting.get(feed, 0) + open_ones
    for feed, count in waiting.items():
        under_way.add_metric(feed, count)
    yield from (ended, failed, under_way)


def _facts(found: Found) -> Iterator[Metric]:
    names = (*FEED, "dataset")
    facts = CounterMetricFamily(
        "hub_facts_merged",
        "Facts of merged batches, by what they did to core.",
        labels=(*names, "effect"),
    )
    for row in found:
        for effect in EFFECTS:
            facts.add_metric([*_labels(row, names), effect], int(row[effect]))
    yield facts


def _times(found: Found) -> Iterator[Metric]:
    tried = GaugeMetricFamily(
        "hub_feed_last_attempt_timestamp_seconds",
        "When a delivery of the feed last ended, well or badly.",
        labels=FEED,
    )
    taken = GaugeMetricFamily(
        "hub_feed_last_success_timestamp_seconds",
        "When a delivery of the feed last entered core.",
        labels=FEED,
    )
    for row in found:
        tried.add_metric(_labels(row, FEED), row["tried"].timestamp())
        if row["taken"] is not None:
            taken.add_metric(_labels(row, FEED), row["taken"].timestamp())
    yield from (tried, taken)


def _marks(found: Found, now: datetime) -> Iterator[Metric]:
    mark = GaugeMetricFamily(
        "hub_feed_watermark_timestamp_seconds",
        "Up to when the feed was fetched.",
        labels=FEED,
    )
    age = GaugeMetricFamily(
        "hub_feed_watermark_age_seconds",
        "How far that lies back on the hub's clock.",
        labels=FEED,
    )
    for row in found:
        mark.add_metric(_labels(row, FEED), row["value"].timestamp())
        age.add_metric(_labels(row, FEED), (now - row["value"]).total_seconds())
    yield from (mark, age)


def _stages(found: Found) -> Iterator[Metric]:
    took = SummaryMetricFamily(
        "hub_stage_duration_seconds",
        "How long each stage took; the city's own have no partner.",
        labels=STAGE,
    )
    last = GaugeMetricFamily(
        "hub_stage_last_duration_seconds",
        "How long each stage took the last time.",
        labels=STAGE,
    )
    requests = CounterMetricFamily(
        "hub_source_requests",
        "Requests to the partner's system, every attempt counted.",
        labels=FEED,
    )
    retries = CounterMetricFamily(
        "hub_source_retries", "Of these, attempts after a failed one.", labels=FEED
    )
    for row in found:
        key = _labels(row, STAGE)
        took.add_metric(key, row["times"], row["microseconds"] / 1e6)
        last.add_metric(key, row["last_microseconds"] / 1e6)
        if row["stage"] == "fetch":
            requests.add_metric(_labels(row, FEED), row["requests"])
            retries.add_metric(_labels(row, FEED), row["retries"])
    yield from (took, last, requests, retries)


def _releases(told: Mapping[str, Any], rows: Found) -> Iterator[Metric]:
    count = CounterMetricFamily("hub_releases", "Releases ever published.")
    count.add_metric((), told["releases"])
    last = GaugeMetricFamily(
        "hub_release_last_timestamp_seconds", "When the newest was published."
    )
    if told["last"] is not None:
        last.add_metric((), told["last"].timestamp())
    held = GaugeMetricFamily(
        "hub_release_rows", "Rows of the newest release.", labels=("dataset",)
    )
    for row in rows:
        held.add_metric(_labels(row, ("dataset",)), row["rows"])
    yield from (count, last, held)
