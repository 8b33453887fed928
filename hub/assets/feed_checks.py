"""What is checked of a feed after it was asked, and with what result.

What lives here: the checks with their words, and their verdicts from the ledger: those
of a day, and those of the feed as it stands. What does not: what looks odd, which the
rules of the alarms say by the city's `[alarm]` and the feed's `[feed.alarm]`; refusing
anything, which guards do in the flow; telling Dagster (`reports`). No fact told here
holds a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import dagster as dg

from hub.alarms.looking import RULES
from hub.alarms.sight import Sight
from hub.alarms.words import Language, seen_words
from hub.assets.early import relied_on
from hub.assets.senses import SENSES
from hub.flow import tables
from hub.flow.house import House
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
    "fresh": "及时: the feed is not late, and has not stopped with the year",
    "volume": "数量: its newest day has as many rows as such a day usually has",
    "quarantine_share": "隔离率: no more rows than usual stay out",
    "reconciled": "对账一致: ledger, staged and quarantine hold the same numbers",
}
WARNINGS = ("valid", "volume", "quarantine_share")
# Check → alarms that are its judges: a check and a call never disagree.
WATCHED: Mapping[str, tuple[str, ...]] = {
    "fresh": ("A01", "A04"),
    "volume": ("A02", "A03"),
    "quarantine_share": ("A07",),
}
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Verdict:
    """The result of one check, with what it rests on."""

    check: str
    passed: bool
    facts: Facts = field(default_factory=dict)
    reasons: Sequence[str] = ()

    @property
    def severity(self) -> dg.AssetCheckSeverity:
        """Odd rows are a warning, a missing or unbalanced delivery is not."""
        is_warning = self.check in WARNINGS
        return dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR

    @property
    def why(self) -> str | None:
        """Why it fails, for a person; None where it passes."""
        return None if self.passed else "\n".join(self.reasons) or None


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


def day_verdicts(
    house: House, batches: Sequence[Batch], out: int | None = None
) -> Iterator[Verdict]:
    """The checks of a day, over the batches that tell of it.

    Args:
        house: the hub.
        batches: those of the day.
        out: rows of them that are out now; as they came if it is not known.
    """
    failed = [batch for batch in batches if batch.state != "merged"]
    reasons = [str((batch.error or {}).get("message")) for batch in failed]
    yield Verdict("delivered", not failed, {"reasons": reasons}, reasons)
    merged = [batch for batch in batches if batch.state == "merged"]
    odd = [batch.id for batch in merged if not _balances(house, batch)]
    yield Verdict("balanced", not odd, {"batches": odd}, odd)
    if out is None:
        out = sum(batch.quarantined or 0 for batch in merged if batch.kind != "retry")
    said = f"隔离 {out} 行 rows in quarantine"
    yield Verdict("valid", out == 0, {"quarantined": out}, [said])


def feed_verdicts(
    house: House, partner: Partner, feed: Feed, batches: Sequence[Batch]
) -> Iterator[Verdict]:
    """The checks of a feed as it stands after these batches."""
    sight = Sight(house, house.now(), SENSES, only=(partner.id, feed.name))
    for check in WATCHED:
        yield _watched(sight, check)
    merged = [batch for batch in batches if batch.state == "merged"]
    yield _reconciled(house, partner, feed, merged)


def _balances(house: House, batch: Batch) -> bool:
    ended = (batch.accepted or 0) + (batch.quarantined or 0) + (batch.duplicate or 0)
    facts = house.ledger.datasets(batch.number).values()
    return batch.received == ended and all(counts.balanced for counts in facts)


def _watched(sight: Sight, check: str) -> Verdict:
    """Whether the alarms behind a check see nothing of this feed."""
    rules = WATCHED[check]
    causes = [cause for code in rules for cause in RULES[code](sight)]
    seen = [{"alarm": cause.rule, **cause.seen} for cause in causes]
    said = [seen_words(one, language) for one in causes for language in LANGUAGES]
    return Verdict(check, not seen, {"alarms": list(rules), "seen": seen}, said)


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
    said = [f"{name}: {what}" for name, what in odd.items()]
    return Verdict("reconciled", not odd, {"batches": len(merged), "odd": odd}, said)
