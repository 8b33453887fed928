"""Where data comes from and what is made of it: partner feed → dataset → metric.

What lives here: the edges, read from declarations alone (partner files, lead sources,
what metrics count), so they hold on the day a file changes and need no run. What does
not: which batch brought a row, which every row says itself; columns (`column_lineage`);
the drawing (`hub.sharing.catalogue`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hub.flow.metric_rows import INPUTS
from hub.metrics.registry import METRICS
from hub.partners.city import City
from hub.partners.reference import FILES

CALENDAR = "work_calendar"


@dataclass(frozen=True, order=True)
class FeedEdge:
    """A feed whose rows turn into a dataset.

    `enters` is False where another partner leads: such rows are staged to be compared
    and never count (design §4).
    """

    partner: str
    title: str
    feed: str
    dataset: str
    enters: bool


@dataclass(frozen=True, order=True)
class MetricEdge:
    """A dataset that a metric rests on; `subject` is what the metric counts."""

    dataset: str
    subject: str
    metric: str


@dataclass(frozen=True)
class Lineage:
    """All edges, in order.

    Attributes:
        feeds: feed → dataset.
        own: datasets that the city's own folder fills.
        metrics: dataset → metric.
    """

    feeds: tuple[FeedEdge, ...]
    own: tuple[str, ...]
    metrics: tuple[MetricEdge, ...]

    def into(self, dataset: str) -> tuple[FeedEdge, ...]:
        """Feeds that fill a dataset, or are compared with it."""
        return tuple(one for one in self.feeds if one.dataset == dataset)

    def out_of(self, dataset: str) -> tuple[str, ...]:
        """Metrics that rest on a dataset."""
        return tuple(one.metric for one in self.metrics if one.dataset == dataset)


def lineage_of(city: City) -> Lineage:
    """The lineage of a city; partner files that cannot be followed have no edges."""
    return Lineage(
        feeds=tuple(sorted(set(_feed_edges(city)))),
        own=tuple(sorted({*FILES, CALENDAR})),
        metrics=tuple(
            sorted(
                MetricEdge(name, one.subject, one.id)
                for one in METRICS.values()
                for name in dict.fromkeys(INPUTS[one.subject])
            )
        ),
    )


def _feed_edges(city: City) -> Iterator[FeedEdge]:
    for partner in city.partners.values():
        for feed in partner.feeds:
            for emit in feed.emits:
                lead = city.lead.get(emit.dataset)
                yield FeedEdge(
                    partner=partner.id,
                    title=partner.title,
                    feed=feed.name,
                    dataset=emit.dataset,
                    enters=lead is None or partner.id in lead.partners,
                )
