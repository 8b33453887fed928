"""What the assets tell Dagster: metadata and check results.

What lives here: the one place through which a run reports, because in a run over
a range of days the plain way is wrong: returned metadata is copied to every day.
What does not: any decision; guards act in the flow, checks only report. Nothing
told here holds a value of a row.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from hub.flow.house import House
from hub.storage.batches import Batch

Metadata = dict[str, dg.MetadataValue]
CHECKS = ("delivered", "balanced", "valid")


def check_specs(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The checks of one feed."""
    about = {
        "delivered": "the partner was reached and its delivery entered",
        "balanced": "every row and every fact ended in exactly one counted place",
        "valid": "no row broke a rule that keeps it out (pandera and references)",
    }
    return [
        dg.AssetCheckSpec(name, asset=key, description=about[name]) for name in CHECKS
    ]


def feed_metadata(house: House, batches: Sequence[Batch]) -> Metadata:
    """Ledger counts and findings by rule, of some batches together."""
    rules: dict[str, int] = {}
    for batch in batches:
        for one in house.ledger.rules(batch.number):
            rules[one.rule] = rules.get(one.rule, 0) + one.count
    counts = {
        name: sum(getattr(batch, name) or 0 for batch in batches)
        for name in ("received", "accepted", "quarantined", "duplicate")
    }
    return {
        **{name: dg.MetadataValue.int(count) for name, count in counts.items()},
        "dagster/row_count": dg.MetadataValue.int(counts["received"]),
        "batches": dg.MetadataValue.json([batch.id for batch in batches]),
        "states": dg.MetadataValue.json(sorted({batch.state for batch in batches})),
        "findings": dg.MetadataValue.json(dict(sorted(rules.items()))),
    }


def verdicts(
    house: House, batches: Sequence[Batch]
) -> Iterator[tuple[str, bool, Metadata]]:
    """(check, passed, metadata) for the batches of one feed."""
    failed = [batch for batch in batches if batch.state != "merged"]
    reasons = [str((batch.error or {}).get("message")) for batch in failed]
    yield "delivered", not failed, {"reasons": dg.MetadataValue.json(reasons)}
    merged = [batch for batch in batches if batch.state == "merged"]
    odd = [batch.id for batch in merged if not _balances(house, batch)]
    yield "balanced", not odd, {"batches": dg.MetadataValue.json(odd)}
    out = sum(batch.quarantined or 0 for batch in merged)
    yield "valid", out == 0, {"quarantined": dg.MetadataValue.int(out)}


def _balances(house: House, batch: Batch) -> bool:
    ended = (batch.accepted or 0) + (batch.quarantined or 0) + (batch.duplicate or 0)
    facts = house.ledger.datasets(batch.number).values()
    return batch.received == ended and all(counts.balanced for counts in facts)


def report_feed(
    context: dg.AssetExecutionContext,
    house: House,
    key: dg.AssetKey,
    batches: Sequence[Batch],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Report one feed's outcome.

    A delivery of a range of days is one batch, told on the last day of the range.
    """
    metadata = feed_metadata(house, batches)
    if context.has_partition_key_range or context.has_partition_key:
        last = context.partition_keys[-1]
        context.add_asset_metadata(metadata, asset_key=key, partition_key=last)
        yield dg.MaterializeResult(asset_key=key)
    else:
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)
    # Checks speak of the feed as it stands, not of a day: the ledger knows days.
    for name, passed, facts in verdicts(house, batches):
        yield dg.AssetCheckResult(
            asset_key=key,
            check_name=name,
            passed=passed,
            metadata=facts,
            severity=severity_of(name),
        )


def feed_events(
    house: House,
    key: dg.AssetKey,
    others: Sequence[dg.AssetKey],
    batches: Sequence[Batch],
    day: str | None,
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """What a run would have told of one feed, for events without a run.

    Args:
        house: the hub.
        key: the feed's raw asset.
        others: what else the feed brought.
        batches: of the feed.
        day: partition of the raw asset and the others; None where there are none.
    """
    yield dg.AssetMaterialization(
        key, metadata=feed_metadata(house, batches), partition=day
    )
    for other in others:
        yield dg.AssetMaterialization(other, partition=day)
    for name, passed, facts in verdicts(house, batches):
        yield dg.AssetCheckEvaluation(
            asset_key=key,
            check_name=name,
            passed=passed,
            metadata=facts,
            severity=severity_of(name),
        )


def severity_of(check: str) -> dg.AssetCheckSeverity:
    """Rows in quarantine are a warning, a missing delivery is not."""
    return (
        dg.AssetCheckSeverity.WARN if check == "valid" else dg.AssetCheckSeverity.ERROR
    )
