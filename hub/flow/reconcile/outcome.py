"""What a reconciliation can say: its reasons, and the shape of its answer.

What lives here: the closed list of reasons why a row differs between a source and
the hub, each explained or an alarm, and frozen counts. What does not: finding the
reason of a row (`reasons`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import polars as pl

from hub.storage.batches import Totals

INSTANT = pl.Datetime("us", "UTC")


class Reason(NamedTuple):
    """Why a row differs: whether that is as it must be, and what to do."""

    is_explained: bool
    meaning: str
    next_step: str


PULL = "Run the feed; it brings the row."
REPLAY = "Replay the delivery: `hub quarantine replay PARTNER/FEED`."
REASONS: Mapping[str, Reason] = {
    "not_pulled": Reason(True, "it changed at the source after the last pull", PULL),
    "undated": Reason(True, "the source does not date it; the next run reads it", PULL),
    "deleted_since": Reason(True, "the source no longer lists it; not yet read", PULL),
    "quarantined": Reason(
        True, "its row is kept out by a rule", "`hub quarantine show BATCH` shows it."
    ),
    "waiting": Reason(
        True, "its row waits for another row", "It enters when that row comes."
    ),
    "refused": Reason(
        True, "its delivery was refused", "`hub batch show BATCH` says why."
    ),
    "failed": Reason(True, "its delivery could not be fetched", PULL),
    "unfinished": Reason(True, "its delivery is still being taken in", PULL),
    "other_feed": Reason(True, "a later row of another feed holds", "Nothing to do."),
    "read_differently": Reason(
        True, "today's declaration reads the landed row as the source has it", REPLAY
    ),
    "missing": Reason(
        False,
        "a merged pull must have shown it, and it is nowhere in the hub",
        "Pull its span again with --since, and ask the partner about that day.",
    ),
    "missed_change": Reason(
        False,
        "a merged pull must have shown this change, and did not",
        "Pull its span again with --since, and ask the partner about that day.",
    ),
    "changed_silently": Reason(
        False,
        "it changed at the source without a newer change time",
        "Pull its span again; ask the partner to move the change time.",
    ),
    "older_at_source": Reason(
        False,
        "the source now shows an older change time than it did",
        "Ask the partner whether a backup was restored.",
    ),
    "out_of_reach": Reason(
        False,
        "it changed after its span was read, and no run reads that span again",
        "Pull its span again with --since; a longer reach would have caught it.",
    ),
    "never_asked": Reason(
        False, "no pull has asked for its span", "Pull that span with --since."
    ),
    "deleted_here": Reason(
        False,
        "the hub holds it as deleted, and the source still shows it",
        "Ask the partner whether the deletion was meant.",
    ),
    "extra": Reason(
        False,
        "the hub holds it, and the source no longer shows it",
        "Ask the partner whether it was deleted; this feed reports no deletions so.",
    ),
}
ALARMS = tuple(code for code, reason in REASONS.items() if not reason.is_explained)

# One difference per row: where it lies, why, and by which batch and rules.
DIFFERENCE: dict[str, pl.DataType] = {
    "dataset": pl.String(),
    "key": pl.String(),
    "where": pl.String(),
    "reason": pl.String(),
    "is_explained": pl.Boolean(),
    "columns": pl.List(pl.String),
    "batch": pl.String(),
    "rules": pl.List(pl.String),
    "changed_at": INSTANT,
}


@dataclass(frozen=True)
class Counts:
    """Keys of one dataset: source = equal + different + only_source (likewise hub)."""

    source: int = 0
    hub: int = 0
    equal: int = 0
    different: int = 0
    only_source: int = 0
    only_hub: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        names = self.__dataclass_fields__
        return Counts(*(getattr(self, n) + getattr(other, n) for n in names))


@dataclass(frozen=True)
class Reconciled:
    """One feed, held against its source.

    Attributes:
        since, until: the span compared; null = from the beginning, and up to now.
        listed: rows that the source shows now.
        counted: rows that the source itself counts; null where it does not.
        ledger: the hub's sums over the deliveries of the same span or files.
        datasets: keys by dataset.
        reasons: (dataset, where, reason) → rows, exact.
        rows: `DIFFERENCE`, alarms first, cut off at a limit.
        problems: what is wrong beside rows, each a sentence.
    """

    partner: str
    feed: str
    since: datetime | None = None
    until: datetime | None = None
    listed: int | None = None
    counted: int | None = None
    ledger: Totals = field(default_factory=Totals)
    datasets: Mapping[str, Counts] = field(default_factory=dict)
    reasons: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DIFFERENCE))
    problems: tuple[str, ...] = ()

    @property
    def alarms(self) -> int:
        """Rows that differ without an explanation."""
        return sum(n for (_, _, code), n in self.reasons.items() if code in ALARMS)

    @property
    def ok(self) -> bool:
        """Whether every difference is explained."""
        return not self.alarms and not self.problems
