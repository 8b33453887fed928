"""What became of a submission: state, counts, findings, never a value of a row.

What lives here: reading it out of ledger, quarantine and inbox, so that no second
record can contradict them. What does not: who may ask (`desk`), words for people
(`page`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import polars as pl

from hub.connectors.inbox import feed_inbox, inbox_of
from hub.flow.house import House
from hub.flow.places import with_places
from hub.flow.quarantine import held_rows, worded
from hub.flow.sent_cells import fields_of
from hub.partners.spec import Feed, Partner
from hub.schemas.rules import RULES
from hub.storage.batches import Batch
from hub.storage.submissions import Submission

State = Literal["received", "working", "done", "refused", "failed"]
STATES: Mapping[str, State] = {
    "landing": "working",
    "landed": "working",
    "split": "working",
    "merging": "working",
    "merged": "done",
    "refused": "refused",
    "failed": "failed",
}
MOST_FINDINGS = 200


@dataclass(frozen=True, kw_only=True)
class Status:
    """A submission as it stands now.

    Attributes:
        submission: what was sent.
        state: received, working, done, refused or failed.
        delivery: the batch that it became; None while it waits.
        told: the batch whose counts hold: the delivery, or the replay that took it in.
        held: rows of it that are out today.
        rules: findings counted by rule and column, with words in both languages.
        findings: the first of those that keep rows out, one per row and cell.
        findings_in_all: how many there are.
    """

    submission: Submission
    state: State
    delivery: Batch | None = None
    told: Batch | None = None
    held: int = 0
    rules: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    findings_in_all: int = 0

    def as_data(self) -> dict[str, Any]:
        """For programs."""
        sent, batch = self.submission, self.told
        return {
            "receipt": sent.receipt,
            "partner": sent.partner,
            "feed": sent.feed,
            "state": self.state,
            "received_at": sent.received_at,
            "name": sent.name,
            "format": sent.form,
            "bytes": sent.size,
            "sha256": sent.sha256,
            "batch": batch.id if batch else None,
            "received": batch.received if batch else None,
            "accepted": batch.accepted if batch else None,
            "quarantined": batch.quarantined if batch else None,
            "duplicate": batch.duplicate if batch else None,
            "held": self.held,
            "rules": list(self.rules),
            "findings": list(self.findings),
            "findings_in_all": self.findings_in_all,
            "error": batch.error if batch else None,
        }


def brief_status(house: House, sent: Submission) -> Status | None:
    """State and counts without findings; None where nothing was kept."""
    # The inbox first: what leaves it between the two looks is in the ledger.
    folder = feed_inbox(inbox_of(house.settings), sent.partner, sent.feed)
    waits = (folder / sent.receipt).is_dir()
    delivery = house.ledger.named(sent.partner, sent.feed, sent.receipt)
    if delivery is None:
        return Status(submission=sent, state="received") if waits else None
    replays = [
        one
        for one in house.ledger.children(delivery.number)
        if one.kind == "replay" and one.state == "merged"
    ]
    told = replays[-1] if replays else delivery
    return Status(
        submission=sent, state=STATES[told.state], delivery=delivery, told=told
    )


def full_status(
    house: House,
    partner: Partner,
    feed: Feed,
    sent: Submission,
    *,
    most: int = MOST_FINDINGS,
) -> Status | None:
    """Everything; None where nothing was kept.

    Args:
        house: the hub.
        partner: whose feed it is.
        feed: the feed.
        sent: the submission.
        most: findings that are told one by one.
    """
    status = brief_status(house, sent)
    if status is None or status.delivery is None or status.told is None:
        return status
    held = held_rows(house, partner, feed, status.delivery)
    single = worded(
        held.explode("findings")
        .select("row", pl.col("findings").struct.unnest())
        .filter(pl.col("severity") == "reject")
        .sort("row", "rule", "column", nulls_last=True)
    )
    shown = with_places(house, status.delivery, single.head(most))
    fields = fields_of(feed)
    return replace(
        status,
        held=len(held),
        rules=_rules(house, status.told, fields),
        findings=tuple(
            {
                "rule": one["rule"],
                "severity": one["severity"],
                "dataset": one["dataset"],
                "column": one["column"],
                "label": one["label"],
                "fields": list(fields.get((one["dataset"], one["column"]), ())),
                "partner": sent.partner,
                "feed": sent.feed,
                "batch": status.delivery.id,
                "row": one["row"],
                "place": one["place"],
                "message": one["message"],
                "remedy": one["remedy"],
            }
            for one in shown.rows(named=True)
        ),
        findings_in_all=len(single),
    )


def _rules(
    house: House, batch: Batch, fields: Mapping[tuple[str, str], tuple[str, ...]]
) -> tuple[Mapping[str, Any], ...]:
    found = house.ledger.rules(batch.number)
    labels = worded(
        pl.DataFrame(
            [(one.rule, one.dataset, one.column) for one in found],
            schema=dict.fromkeys(("rule", "dataset", "column"), pl.String),
            orient="row",
        )
    )["label"].to_list()
    return tuple(
        {
            "rule": one.rule,
            "severity": one.severity,
            "dataset": one.dataset or None,
            "column": one.column or None,
            "label": label,
            "fields": list(fields.get((one.dataset, one.column), ())),
            "count": one.count,
            "message": RULES[one.rule].meaning_zh,
            "remedy": RULES[one.rule].remedy_zh,
            "message_en": RULES[one.rule].meaning_en,
            "remedy_en": RULES[one.rule].remedy_en,
        }
        for one, label in zip(found, labels, strict=True)
    )
