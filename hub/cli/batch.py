"""`hub batch`: what came and what became of it.

What lives here: listing batches and showing one. What does not: the page of one
(`batch_page`), its single rows (`quarantine`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup

if TYPE_CHECKING:
    from hub.storage.batches import State

# A delivery that is still being fetched is no batch yet.
STATES: dict[str, tuple[State, ...]] = {
    "landed": ("landed",),
    "split": ("split", "merging"),
    "merged": ("merged",),
    "refused": ("refused",),
    "failed": ("failed",),
}


@click.group(cls=HubGroup)
def batch() -> None:
    """What came, and what became of every row of it."""


@batch.command(
    "list",
    examples=("hub batch list --partner qiaokou --state refused",),
)
@click.option("--partner", metavar="PARTNER", help="Only this partner's.")
@click.option("--feed", metavar="FEED", help="Only this feed's.")
@click.option(
    "--state", type=click.Choice(list(STATES)), help="Only those in this state."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="At most so many.",
)
def list_batches(
    call: Call, partner: str | None, feed: str | None, state: str | None, limit: int
) -> None:
    """List batches, the newest first."""
    from hub.cli.shapes import batch_shape, show_batches

    house = call.house()
    states = STATES[state] if state else sum(STATES.values(), ())
    found = house.ledger.batches(partner, feed, states, limit)
    call.answer(
        [batch_shape(house, one) for one in found],
        lambda page: show_batches(page, found),
    )
    if len(found) == limit:
        call.note(f"The newest {limit} only; --limit shows more.")


@batch.command("show", examples=("hub batch show b00000012",))
@click.argument("batch_id", metavar="BATCH")
def show_batch(call: Call, batch_id: str) -> None:
    """Show one batch: what came, what became of it, and what to do next."""
    from hub.cli.batch_page import History, show_history
    from hub.cli.shapes import batch_shape, state_of
    from hub.storage.batches import batch_number

    house = call.house()
    found = house.ledger.batch(batch_number(batch_id))
    history = History.of(house, found)
    shape = batch_shape(house, found) | {
        "name": found.name,
        "since": found.since,
        "until": found.until,
        "as_of": found.as_of,
        "landed_at": found.landed_at,
        "parts": [
            {
                "sequence": part.sequence,
                "sha256": part.sha256,
                "stored_bytes": house.raw.stored_size(part.sha256),
            }
            for part in history.parts
        ],
        "children": [
            {"batch": one.id, "kind": one.kind, "state": state_of(one)}
            for one in history.children
        ],
        "held": history.held,
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity,
                "dataset": one.dataset or None,
                "column": one.column or None,
                "count": one.count,
            }
            for one in history.rules
        ],
    }
    call.answer(shape, lambda page: show_history(page, house, history))


COMMANDS = (batch,)
