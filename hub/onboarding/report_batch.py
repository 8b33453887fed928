"""What a delivery that lies in the ledger came to, as the sheet needs it.

What lives here: reading a batch's parts again from raw and setting beside them what
the ledger and the findings of the batch say. Nothing is written. What does not:
judging (`probe_examined`), the sheet (`report`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import polars as pl

from hub.errors import (
    BatchRefused,
    DeclarationError,
    HubError,
    MisuseError,
    SecretMissing,
    SourceRejected,
    SourceUnavailable,
)
from hub.flow import tables
from hub.flow.context import part_meta, parts_of
from hub.flow.house import House
from hub.flow.outcome import FOUND
from hub.onboarding.probe import Probe
from hub.onboarding.probe_examined import Asked, Sent, examine
from hub.partners.spec import Feed, Partner
from hub.storage.batches import Batch

KINDS = (
    BatchRefused,
    DeclarationError,
    SecretMissing,
    SourceRejected,
    SourceUnavailable,
)
SENTENCE = re.compile(r"could not (.*?): (.*)$", re.DOTALL)


def probe_batch(house: House, partner: Partner, feed: Feed, batch: Batch) -> Probe:
    """What one delivery came to: counts of the ledger, findings of the batch.

    Rows are read again under today's partner file; of a large delivery the first ones.

    Raises:
        MisuseError: it is the retry of single rows.
    """
    if batch.kind == "retry":
        raise MisuseError(
            f"report on {batch.id}",
            seen="it is a retry of single rows",
            next_step="Name the delivery; `hub batch show` names it.",
        )
    origin = f"批次 {batch.id} {batch.name}"
    error = _error(batch)
    parts = [
        Sent(part_meta(part), partial(house.raw.open, part.sha256))
        for part in parts_of(house, batch)
    ]
    if not parts or batch.landed_at is None:
        return Probe(partner, feed, None, None, error, origin)
    asked = Asked(None, batch.landed_at, is_whole=True, as_of=batch.as_of)
    try:
        found = examine(
            house.city, partner, feed, parts, asked, more=_findings(house, batch)
        )
    except BatchRefused as broken:
        return Probe(partner, feed, asked, None, error or broken, origin)
    found = replace(
        found,
        rows=batch.received or 0,
        accepted=batch.accepted or 0,
        quarantined=batch.quarantined or 0,
        duplicates=batch.duplicate or 0,
    )
    return Probe(partner, feed, asked, found, error, origin)


def _findings(house: House, batch: Batch) -> pl.DataFrame:
    """Everything that was found when the batch was judged."""
    table = tables.finding_table(house.lake, batch.partner)
    files = table.files(partitions=[{"batch_id": batch.id}])
    return table.read(files=files, columns=list(FOUND)).select(*FOUND)


def _error(batch: Batch) -> HubError | None:
    """The failure that the ledger keeps, as one of the hub's own again."""
    if batch.error is None:
        return None
    code, step = batch.error.get("code"), batch.error.get("next") or ""
    told = SENTENCE.search(batch.error.get("message") or "")
    return next((kind for kind in KINDS if kind.code == code), HubError)(
        told[1] if told else "take the delivery",
        seen=told[2].removesuffix(f". {step}") if told else "it failed",
        next_step=step,
        partner=batch.partner,
        feed=batch.feed,
    )
