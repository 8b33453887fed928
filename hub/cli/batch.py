"""`hub batch`: what came and what became of it.

What lives here: listing batches and showing one. What does not: its single rows,
see `quarantine`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubGroup

if TYPE_CHECKING:
    from hub.cli.printing import Page
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
    """Show one batch: its counts, its datasets and the rules it broke."""
    from hub.cli.shapes import ROWS, batch_shape, state_of
    from hub.schemas.rules import RULES
    from hub.storage.batches import batch_number

    house = call.house()
    found = house.ledger.batch(batch_number(batch_id))
    rules = house.ledger.rules(found.number)
    parts = house.ledger.parts(found.number)
    told = [
        {
            "rule": one.rule,
            "severity": one.severity,
            "dataset": one.dataset or None,
            "column": one.column or None,
            "count": one.count,
        }
        for one in rules
    ]
    shape = batch_shape(house, found) | {
        "name": found.name,
        "since": found.since,
        "until": found.until,
        "as_of": found.as_of,
        "landed_at": found.landed_at,
        "parts": [{"sequence": p.sequence, "sha256": p.sha256} for p in parts],
        "findings": told,
    }

    def show(page: Page) -> None:
        page.line(
            f"{found.id} {found.kind} of {found.partner}/{found.feed}", style="bold"
        )
        page.facts(
            [
                ("state", state_of(found)),
                ("parent", shape["parent"]),
                ("delivery", found.name),
                ("as of", found.as_of),
                ("landed", found.landed_at),
                ("parts", len(parts)),
                *((name, getattr(found, name)) for name in ROWS),
            ]
        )
        if found.error:
            page.line(str(found.error["message"]), style="red")
        facts = house.ledger.datasets(found.number)
        heads = ("emitted", "inserted", "updated", "unchanged", "stale", "deleted")
        page.title("Facts")
        page.table(
            ("dataset", *heads),
            (
                (name, *(getattr(one, head) for head in heads))
                for name, one in facts.items()
            ),
            empty="None came of it.",
        )
        page.title("Findings")
        page.table(
            ("rule", "severity", "dataset", "column", "count", "meaning 含义"),
            ((*one.values(), RULES[str(one["rule"])].meaning_zh) for one in told),
            empty="None.",
        )
        if found.quarantined:
            page.line(f"`hub quarantine show {found.id}` shows them row by row.")

    call.answer(shape, show)


COMMANDS = (batch,)
