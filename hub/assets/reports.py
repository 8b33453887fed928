"""What the assets tell Dagster: metadata and check results, day by day.

What lives here: the one place through which a feed is reported, because in a run over
a range of days the plain ways are wrong: returned metadata is copied to every day, and
a returned check result belongs to none. What does not: any decision (`feed_checks`,
guards in the flow). Nothing told here holds a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from hub.assets.columns import lineage_metadata
from hub.assets.day_batches import DayBatches, by_day, rows_out
from hub.assets.days import keys_of
from hub.assets.feed_checks import (
    OF_A_DAY,
    Verdict,
    day_verdicts,
    feed_verdicts,
)
from hub.assets.keys import quarantine_key, raw_key, staged_key
from hub.flow.column_lineage import staged_sources
from hub.flow.house import House
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch

Metadata = dict[str, dg.MetadataValue]
Event = dg.MaterializeResult[None] | dg.AssetCheckResult | dg.Output[None]
ROWS = ("received", "accepted", "quarantined", "duplicate")


def feed_metadata(
    house: House,
    partner: Partner,
    feed: Feed,
    batches: Sequence[Batch],
    beside: Sequence[Batch] = (),
) -> dict[dg.AssetKey, Metadata]:
    """Ledger counts and findings by rule, of some batches together, by asset.

    Args:
        house: the hub.
        partner: whose feed it is.
        feed: which.
        batches: of the feed; where there are none nothing is told of it, since zeros
            would say that nothing came.
        beside: of the partner's other feeds that bring the same datasets.
    """
    told: dict[dg.AssetKey, Metadata] = {}
    for name, did_to in _facts(house, [*batches, *beside]).items():
        told[staged_key(partner, name)] = {
            "dagster/row_count": dg.MetadataValue.int(did_to["emitted"]),
            **_whole(did_to),
        }
    if not batches:
        return told
    rules: dict[str, int] = {}
    for batch in batches:
        for one in house.ledger.rules(batch.number):
            rules[one.rule] = rules.get(one.rule, 0) + one.count
    # A retry brings rows of a delivery again, which counted them when it came.
    first = [batch for batch in batches if batch.kind != "retry"]
    counts = {name: sum(getattr(batch, name) or 0 for batch in first) for name in ROWS}
    findings = dg.MetadataValue.json(dict(sorted(rules.items())))
    return told | {
        raw_key(partner, feed): {
            **_whole(counts),
            "dagster/row_count": dg.MetadataValue.int(counts["received"]),
            "batches": dg.MetadataValue.json([batch.id for batch in batches]),
            "states": dg.MetadataValue.json(sorted({one.state for one in batches})),
            "findings": findings,
        },
        quarantine_key(partner, feed): {
            "dagster/row_count": dg.MetadataValue.int(counts["quarantined"]),
            "findings": findings,
            "look": dg.MetadataValue.text(
                f"hub quarantine list {partner.id}/{feed.name}"
            ),
        },
    }


def _facts(house: House, batches: Sequence[Batch]) -> dict[str, dict[str, int]]:
    """What became of the facts of some batches, by dataset."""
    facts: dict[str, dict[str, int]] = {}
    for batch in batches:
        for name, did in house.ledger.datasets(batch.number).items():
            known = facts.setdefault(name, {})
            for word, count in vars(did).items():
                known[word] = known.get(word, 0) + count
    return facts


def keys_brought(
    partner: Partner, feed: Feed, staged: Sequence[str]
) -> list[dg.AssetKey]:
    """The assets of a feed's step."""
    own = [raw_key(partner, feed), quarantine_key(partner, feed)]
    return own + [staged_key(partner, name) for name in staged]


def _whole(counts: Mapping[str, int]) -> Metadata:
    return {name: dg.MetadataValue.int(count) for name, count in counts.items()}


def lineage_of(partner: Partner, staged: Sequence[str]) -> dict[dg.AssetKey, Metadata]:
    """Column lineage of what a feed stands for; Dagster reads it off the newest run."""
    return {
        staged_key(partner, name): lineage_metadata(staged_sources(partner, name))
        for name in staged
    }


def report_feed(
    context: dg.AssetExecutionContext,
    house: House,
    partner: Partner,
    feed: Feed,
    staged: Sequence[str],
    batches: Sequence[Batch],
) -> Iterator[Event]:
    """Report one feed's outcome: every batch once, on its own day of the run.

    Args:
        context: of the run.
        house: the hub.
        partner: whose feed it is.
        feed: which.
        staged: datasets that it stands for.
        batches: its batches of this run, those of its retries included.
    """
    keys = keys_brought(partner, feed, staged)
    days = keys_of(context)
    lineage = lineage_of(partner, staged)
    known = by_day(house, partner, feed, days, batches)
    beside = _beside(house, partner, feed, staged, days)
    for day in days:
        told_of, others = known[day].counted, beside[day]
        metadata = feed_metadata(house, partner, feed, told_of, others)
        for key in keys:
            told = metadata.get(key, {})
            if day == days[-1]:
                told = told | lineage.get(key, {})
            if told:
                context.add_asset_metadata(told, asset_key=key, partition_key=day)
    whole = {} if days else feed_metadata(house, partner, feed, batches)
    for key in keys:
        yield dg.MaterializeResult(
            asset_key=key,
            metadata=None if days else whole.get(key, {}) | lineage.get(key, {}),
        )
    yield from _report_checks(context, house, partner, feed, batches, known)


def _report_checks(
    context: dg.AssetExecutionContext,
    house: House,
    partner: Partner,
    feed: Feed,
    batches: Sequence[Batch],
    known: Mapping[str, DayBatches],
) -> Iterator[Event]:
    raw, days = raw_key(partner, feed), keys_of(context)
    for day, told in known.items():
        out = rows_out(house, partner, feed, told.judged)
        for verdict in day_verdicts(house, told.judged, out):
            context.log_event(evaluation(raw, verdict, day if days else None))
    for name in OF_A_DAY:
        # The step owes a result, and one that is returned has no day.
        yield dg.Output(None, output_name=check_output(raw, name))
    for verdict in feed_verdicts(house, partner, feed, batches):
        yield dg.AssetCheckResult(
            asset_key=raw,
            check_name=verdict.check,
            passed=verdict.passed,
            metadata={"facts": dg.MetadataValue.json(verdict.facts)},
            severity=verdict.severity,
            description=verdict.why,
        )


def _beside(
    house: House,
    partner: Partner,
    feed: Feed,
    staged: Sequence[str],
    days: Sequence[str],
) -> Mapping[str, Sequence[Batch]]:
    """Day → batches of the partner's other feeds that bring the same datasets."""
    found: dict[str, list[Batch]] = {day: [] for day in days}
    for other in feeds_beside(partner, feed, staged):
        for day, told in by_day(house, partner, other, days, ()).items():
            # The newest: what came before it came before the last of this feed, too.
            found.setdefault(day, []).extend(told.counted[-1:])
    return found


def feeds_beside(partner: Partner, feed: Feed, staged: Sequence[str]) -> list[Feed]:
    """The partner's other feeds that bring some of these datasets."""
    return [
        other
        for other in partner.feeds
        if other.name != feed.name
        and {one.dataset for one in other.emits} & set(staged)
    ]


def check_output(key: dg.AssetKey, check: str) -> str:
    """How Dagster calls a step's output for a check."""
    return dg.AssetCheckSpec(check, asset=key).get_python_identifier()


def evaluation(
    key: dg.AssetKey, verdict: Verdict, day: str | None
) -> dg.AssetCheckEvaluation:
    """A verdict as an event."""
    return dg.AssetCheckEvaluation(
        asset_key=key,
        check_name=verdict.check,
        passed=verdict.passed,
        metadata={"facts": dg.MetadataValue.json(verdict.facts)},
        severity=verdict.severity,
        description=verdict.why,
        partition=day,
    )


def feed_events(
    house: House,
    partner: Partner,
    feed: Feed,
    staged: Sequence[str],
    batches: Sequence[Batch],
    beside: Sequence[Batch],
    day: str,
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """What a run would have told of one feed, for events without a run."""
    raw = raw_key(partner, feed)
    metadata = feed_metadata(house, partner, feed, batches, beside)
    lineage = lineage_of(partner, staged)
    keys = keys_brought(partner, feed, staged)
    for key in keys:
        told = metadata.get(key, {}) | lineage.get(key, {})
        yield dg.AssetMaterialization(key, metadata=told, partition=day)
    for verdict in day_verdicts(house, batches):
        yield evaluation(raw, verdict, day)
    for verdict in feed_verdicts(house, partner, feed, batches):
        yield evaluation(raw, verdict, None)
