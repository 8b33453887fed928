"""What is checked of a feed after it was asked, and with what result.

What lives here: the checks with their words, and their verdicts from the ledger: those
of a day, and those of the feed as it stands. Thresholds are declared (`[checks]` of the
city, `[feed.checks]`). What does not: refusing anything, which guards do in the flow;
telling Dagster (`reports`). No fact told here holds a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import dagster as dg

from hub.assets.early import relied_on
from hub.flow import tables
from hub.flow.house import House
from hub.partners.city import as_timedelta
from hub.partners.quality import Checks
from hub.partners.spec import Feed, Partner
from hub.pipeline.algebra import is_tombstone
from hub.schemas import dataset
from hub.storage.batches import Batch

Facts = dict[str, object]
# Of a day, then of the feed as it stands; a run of many days tells those once a day.
OF_A_DAY: Mapping[str, str] = {
    "delivered": "已送达: the partner was reached and its delivery entered",
    "balanced": "账目平衡: every row and fact ended in exactly one counted place",
    "valid": "校验通过: no row broke a rule that keeps it out (pandera and references)",
}
OF_THE_FEED: Mapping[str, str] = {
    "fresh": "及时: what the feed has brought is young enough",
    "volume": "数量: as many rows as usual, by day where the feed has a window",
    "quarantine_share": "隔离率: few enough rows stay out, late references apart",
    "reconciled": "对账一致: ledger, staged and quarantine hold the same numbers",
}
WARNINGS = ("valid", "volume", "quarantine_share")
USUAL = 14  # deliveries that say what is usual
LEAST_USUAL = 3
HALF_A_DAY = 43_200


@dataclass(frozen=True)
class Verdict:
    """The result of one check, with what it rests on."""

    check: str
    passed: bool
    facts: Facts = field(default_factory=dict)

    @property
    def severity(self) -> dg.AssetCheckSeverity:
        """Odd rows are a warning, a missing or unbalanced delivery is not."""
        is_warning = self.check in WARNINGS
        return dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR


def check_specs(
    key: dg.AssetKey, days: dg.PartitionsDefinition[str]
) -> list[dg.AssetCheckSpec]:
    """The checks of one feed."""
    with relied_on():
        daily = [
            dg.AssetCheckSpec(name, asset=key, description=about, partitions_def=days)
            for name, about in OF_A_DAY.items()
        ]
    return daily + [
        dg.AssetCheckSpec(name, asset=key, description=about)
        for name, about in OF_THE_FEED.items()
    ]


def thresholds(house: House, feed: Feed) -> Checks:
    """From when on this feed looks odd."""
    return house.city.checks.of(feed.checks)


def day_verdicts(house: House, batches: Sequence[Batch]) -> Iterator[Verdict]:
    """The checks of a day, over the batches that tell of it."""
    failed = [batch for batch in batches if batch.state != "merged"]
    reasons = [str((batch.error or {}).get("message")) for batch in failed]
    yield Verdict("delivered", not failed, {"reasons": reasons})
    merged = [batch for batch in batches if batch.state == "merged"]
    odd = [batch.id for batch in merged if not _balances(house, batch)]
    yield Verdict("balanced", not odd, {"batches": odd})
    out = sum(batch.quarantined or 0 for batch in merged if batch.kind != "retry")
    yield Verdict("valid", out == 0, {"quarantined": out})


def feed_verdicts(
    house: House, partner: Partner, feed: Feed, batches: Sequence[Batch]
) -> Iterator[Verdict]:
    """The checks of a feed as it stands after these batches."""
    limits = thresholds(house, feed)
    merged = [batch for batch in batches if batch.state == "merged"]
    delivered = [batch for batch in merged if batch.kind == "delivery"]
    yield _fresh(house, partner, feed, limits)
    yield _volume(house, partner, feed, delivered, limits)
    yield _share(house, delivered, limits)
    yield _reconciled(house, partner, feed, merged)


def _balances(house: House, batch: Batch) -> bool:
    ended = (batch.accepted or 0) + (batch.quarantined or 0) + (batch.duplicate or 0)
    facts = house.ledger.datasets(batch.number).values()
    return batch.received == ended and all(counts.balanced for counts in facts)


def _fresh(house: House, partner: Partner, feed: Feed, limits: Checks) -> Verdict:
    if not (feed.schedule or feed.deadline or feed.checks.fresh_within):
        return Verdict("fresh", passed=True, facts={"limit": "no schedule declared"})
    newest = house.ledger.furthest(partner.id, feed.name)
    facts: Facts = {"limit": limits.fresh_within, "reaches": None}
    reach = newest and (newest.as_of or newest.until or newest.landed_at)
    if not reach:
        return Verdict("fresh", passed=False, facts=facts)
    facts["reaches"] = reach.isoformat()
    is_young = house.now() - reach <= as_timedelta(limits.fresh_within)
    return Verdict("fresh", is_young, facts)


def _volume(
    house: House,
    partner: Partner,
    feed: Feed,
    delivered: Sequence[Batch],
    limits: Checks,
) -> Verdict:
    seen = [rate for batch in delivered if (rate := _rate(batch)) is not None]
    before = house.ledger.batches(partner.id, feed.name, "merged", limit=100)
    own = {batch.number for batch in delivered}
    known = [
        rate
        for batch in before
        if batch.kind == "delivery" and batch.number not in own
        if (rate := _rate(batch)) is not None
    ][:USUAL]
    facts: Facts = {"rows": [round(rate, 1) for rate in seen], "usual": None}
    if len(known) < LEAST_USUAL or not seen:
        return Verdict("volume", passed=True, facts=facts)
    usual = median(known)
    least, most = usual * (1 - limits.max_drop_share), usual * limits.max_rise
    facts |= {"usual": round(usual, 1), "least": least, "most": most}
    odd = [
        rate
        for rate in seen
        if max(rate, usual) >= limits.least_rows and not least <= rate <= most
    ]
    return Verdict("volume", not odd, facts)


def _rate(batch: Batch) -> float | None:
    """Rows a day where a delivery has a window, else its rows; null for a short one."""
    if batch.received is None:
        return None
    if batch.since is None or batch.until is None:
        return float(batch.received)
    seconds = (batch.until - batch.since).total_seconds()
    # The overlap that every window reaches back by outweighs a short one.
    return batch.received * 86_400 / seconds if seconds >= HALF_A_DAY else None


def _share(house: House, delivered: Sequence[Batch], limits: Checks) -> Verdict:
    received = sum(batch.received or 0 for batch in delivered)
    out = sum(batch.quarantined or 0 for batch in delivered)
    # What only waited for another partner's rows came in by a retry.
    late = sum(
        child.accepted or 0
        for batch in delivered
        if batch.quarantined
        for child in house.ledger.children(batch.number)
        if child.state == "merged" and child.kind == "retry"
    )
    facts: Facts = {"received": received, "out": out - late}
    facts["limit"] = limits.max_quarantined_share
    few = received < limits.least_rows
    passed = few or (out - late) <= received * limits.max_quarantined_share
    return Verdict("quarantine_share", passed, facts)


def _reconciled(
    house: House, partner: Partner, feed: Feed, merged: Sequence[Batch]
) -> Verdict:
    """Rows by batch as the tables' own logs count them, against the ledger."""
    odd: dict[str, str] = {}
    held = tables.quarantine_table(house.lake, partner.id, feed.name)
    for batch in merged:
        place = [{"batch_id": batch.id}]
        lying = sum(file.rows for file in held.files(place))
        if lying != batch.quarantined:
            odd[f"{batch.id} quarantine"] = f"{lying} rows, not {batch.quarantined}"
        for name, counts in house.ledger.datasets(batch.number).items():
            staged = tables.staged_table(house.lake, partner.id, dataset(name))
            files = staged.files(place)
            rows = sum(file.rows for file in files)
            if rows != counts.emitted:  # deletions are told, and are no facts
                told = staged.scan(files, ["row_digest"])
                rows -= sum(len(one.filter(is_tombstone())) for one in told)
            if rows != counts.emitted:
                odd[f"{batch.id} {name}"] = f"{rows} rows, not {counts.emitted}"
    return Verdict("reconciled", not odd, {"batches": len(merged), "odd": odd})
