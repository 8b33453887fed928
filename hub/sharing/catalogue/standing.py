"""How fresh and how good a dataset is, as its release and the ledger have it.

What lives here: joining the sources of a release with the sums of the ledger up to
that release. What does not: judging whether a source is missing (`hub.flow.sources`),
the sums themselves (`hub.storage.delivery_counts`). No row is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from hub.flow.lineage import Lineage
from hub.flow.sources import REASONS
from hub.schemas.rules import RULES
from hub.sharing.catalogue.entry import Counts, Finding, Freshness, Quality, Standing
from hub.storage.delivery_counts import DeliveryCounts, FeedCounts, FeedFinding
from hub.storage.releases import Release, Releases, Source

Feed = tuple[str, str]
SUMS = ("deliveries", "received", "accepted", "quarantined", "duplicate", "refused")


@dataclass(frozen=True)
class Told:
    """What releases and ledger say; nothing of a hub that has no release.

    Attributes:
        sources: of the release.
        total: sums by feed up to the release.
        latest: sums by feed since the release before.
        findings: of the latest deliveries.
    """

    sources: tuple[Source, ...] = ()
    total: Mapping[Feed, FeedCounts] = field(
        default_factory=lambda: MappingProxyType({})
    )
    latest: Mapping[Feed, FeedCounts] = field(
        default_factory=lambda: MappingProxyType({})
    )
    findings: tuple[FeedFinding, ...] = ()


def told_of(releases: Releases, counts: DeliveryCounts, release: Release) -> Told:
    """What is known of the deliveries behind a release.

    Which batches belong to it is told by the sources that it pins: the newest attempt
    of any feed is the last batch that it can hold.
    """
    before = releases.before(release.number)
    until = last_batch(release)
    after = min(last_batch(before) if before else 0, until)
    return Told(
        sources=release.sources,
        total=_by_feed(counts.rows(until=until)),
        latest=_by_feed(counts.rows(after=after, until=until)),
        findings=tuple(counts.findings(after=after, until=until)),
    )


def last_batch(release: Release) -> int:
    """The greatest batch number that a release's sources name; 0 without sources."""
    numbers = (number for one in release.sources for number in (one.attempt, one.good))
    return max((number for number in numbers if number is not None), default=0)


def _by_feed(counts: Iterable[FeedCounts]) -> Mapping[Feed, FeedCounts]:
    return {(one.partner, one.feed): one for one in counts}


def freshness_of(
    told: Told, titles: Mapping[str, str], datasets: Collection[str]
) -> Freshness:
    """How new these datasets are, by the feeds that fill any of them."""
    standings = tuple(
        Standing(
            partner=one.partner,
            title=titles.get(one.partner, one.partner),
            feed=one.feed,
            as_of=one.as_of,
            landed_at=_landed(told, one),
            is_missing=one.is_missing,
            reason=REASONS.get(one.reason, (one.reason,) * 2) if one.reason else None,
        )
        for one in told.sources
        if not set(datasets).isdisjoint(one.datasets)
    )
    landings = [one.landed_at for one in standings if one.landed_at is not None]
    reaches = [one.as_of for one in standings if one.as_of is not None]
    return Freshness(
        standings=standings,
        newest_landing=max(landings, default=None),
        reaches=(min(reaches), max(reaches)) if reaches else None,
    )


def _landed(told: Told, source: Source) -> datetime | None:
    found = told.total.get((source.partner, source.feed))
    return found.landed_at if found else None


def quality_of(told: Told, lineage: Lineage, datasets: Collection[str]) -> Quality:
    """What became of the rows of the feeds that fill any of these datasets."""
    feeds = {
        (one.partner, one.feed) for name in datasets for one in lineage.into(name)
    } | {
        (one.partner, one.feed)
        for one in told.sources
        if not set(datasets).isdisjoint(one.datasets)
    }
    broken: Counter[tuple[str, str]] = Counter()
    for one in told.findings:
        if (one.partner, one.feed) in feeds and one.dataset in ("", *datasets):
            broken[one.rule, one.severity] += one.count
    return Quality(
        total=_sum(told.total, feeds),
        latest=_sum(told.latest, feeds),
        findings=tuple(
            Finding(rule, severity, _meaning(rule), count)
            for (rule, severity), count in sorted(
                broken.items(), key=lambda one: (-one[1], one[0])
            )
        ),
    )


def _meaning(rule: str) -> tuple[str, str]:
    known = RULES.get(rule)
    return (known.meaning_zh, known.meaning_en) if known else (rule, rule)


def _sum(counts: Mapping[Feed, FeedCounts], feeds: Collection[Feed]) -> Counts:
    chosen = [one for feed, one in counts.items() if feed in feeds]
    return Counts(**{name: sum(getattr(one, name) for one in chosen) for name in SUMS})
