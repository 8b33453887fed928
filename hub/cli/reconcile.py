"""`hub reconcile`: what the sources hold now against what the hub holds.

What lives here: the command and its JSON. What does not: the comparison
(`hub.flow.reconcile`), how it looks (`reconcile_page`).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hub.cli.call import Call, HubCommand

if TYPE_CHECKING:
    from hub.flow.reconcile.outcome import Reconciled


@click.command(
    "reconcile",
    cls=HubCommand,
    examples=(
        "hub reconcile platform",
        "hub reconcile qiaokou/handling --rows",
        "hub reconcile platform --since 2026-10-01 --until 2026-10-08 --json",
    ),
)
@click.argument("targets", metavar="[PARTNER[/FEED]]…", nargs=-1)
@click.option(
    "--since",
    metavar="T",
    help="From this instant (with offset) or the start of this local day; else from "
    "the first pull.",
)
@click.option("--until", metavar="T", help="Up to this instant or day, itself outside.")
@click.option("--rows", "with_rows", is_flag=True, help="Name the rows that differ.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="Rows named per feed, those without an explanation first; all are counted.",
)
def reconcile(
    call: Call,
    targets: tuple[str, ...],
    since: str | None,
    until: str | None,
    with_rows: bool,
    limit: int,
) -> int:
    """Compare what the sources hold now with what the hub holds.

    By count, then by key and content, with the reason for every row that differs.
    Nothing is landed and nothing moves. Without targets every active partner is asked.
    Ends with 1 if anything differs without an explanation.
    """
    from hub.cli.progress import watching
    from hub.cli.reconcile_page import show_reconciled
    from hub.cli.run import span_of
    from hub.cli.targets import chosen_feeds
    from hub.flow.reconcile.feed import reconcile_partner
    from hub.flow.run import Window

    house = call.house()
    window = Window(*span_of(house.city, since, until))
    chosen = [pair for one in targets for pair in chosen_feeds(house.city, one)]
    if not targets:
        every = chosen_feeds(house.city, None)
        chosen = [pair for pair in every if pair[0].status == "active"]
    wanted: dict[str, list[str]] = {}
    for partner, feed in chosen:
        wanted.setdefault(partner.id, []).append(feed.name)
    with watching() as note:
        watched = house.watched(note)
        found = [
            result
            for name, feeds in wanted.items()
            for result in reconcile_partner(
                watched, house.city.partners[name], window, feeds, limit=limit
            )
        ]
    call.answer(
        {"feeds": [reconciled_shape(one, with_rows=with_rows) for one in found]},
        lambda page: show_reconciled(page, found, with_rows=with_rows),
    )
    return 0 if all(one.ok for one in found) else 1


def reconciled_shape(one: Reconciled, *, with_rows: bool) -> dict[str, object]:
    """One feed as JSON."""
    from hub.flow.reconcile.outcome import REASONS

    shape: dict[str, object] = {
        "partner": one.partner,
        "feed": one.feed,
        "ok": one.ok,
        "since": one.since,
        "until": one.until,
        "listed": one.listed,
        "counted": one.counted,
        "ledger": {name: getattr(one.ledger, name) for name in LEDGER},
        "datasets": {name: asdict(counts) for name, counts in one.datasets.items()},
        "differences": [
            {
                "dataset": dataset,
                "where": where,
                "reason": reason,
                "count": count,
                "explained": REASONS[reason].is_explained,
                "message": REASONS[reason].meaning,
                "next": REASONS[reason].next_step,
            }
            for (dataset, where, reason), count in sorted(one.reasons.items())
        ],
        "problems": list(one.problems),
    }
    if with_rows:
        names = one.rows.columns
        shape["rows"] = [dict(zip(names, row, strict=True)) for row in one.rows.rows()]
    return shape


LEDGER = ("received", "accepted", "quarantined", "duplicate", "refused")
COMMANDS = (reconcile,)
