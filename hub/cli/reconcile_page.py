"""A reconciliation as a person reads it: one block per feed, then the rows.

What lives here: the tables. What does not: the comparison. Rows are named by the
first digits of their hub id, never by a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hub.cli.quarantine_page import ID
from hub.flow.reconcile.outcome import REASONS

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.reconcile.outcome import Reconciled

PLACES = {"both": "differs", "source": "only at source", "hub": "only in hub"}


def show_reconciled(
    page: Page, found: Sequence[Reconciled], *, with_rows: bool
) -> None:
    """Print every feed, and one line that says how it ended."""
    for one in found:
        _show_feed(page, one)
        if with_rows:
            _show_rows(page, one)
    wrong = [f"{one.partner}/{one.feed}" for one in found if not one.ok]
    page.line()
    if wrong:
        page.line(f"Not explained: {', '.join(wrong)}.", style="bold red")
    else:
        page.line("Every difference is explained.", style="green")


def _show_feed(page: Page, one: Reconciled) -> None:
    page.title(f"{one.partner}/{one.feed}")
    for problem in one.problems:
        page.line(f"problem: {problem}", style="bold red")
    if one.listed is None:
        return
    told = one.ledger
    page.facts(
        [
            ("from", one.since or "the beginning"),
            ("up to", one.until or "now"),
            ("the source lists", f"{one.listed} rows"),
            *(
                [("it counts", f"{one.counted} rows")]
                if one.counted is not None
                else []
            ),
            (
                "the hub received",
                f"{told.received} rows = {told.accepted} accepted"
                f" + {told.quarantined} quarantined + {told.duplicate} duplicate"
                f" + {told.refused} refused",
            ),
        ]
    )
    page.line()
    page.table(
        ("dataset", "source", "hub", "equal", "differ", "only source", "only hub"),
        (
            (
                name,
                counts.source,
                counts.hub,
                counts.equal,
                counts.different,
                counts.only_source,
                counts.only_hub,
            )
            for name, counts in one.datasets.items()
        ),
    )
    if not one.reasons:
        return
    page.line()
    page.table(
        ("dataset", "where", "rows", "", "reason"),
        (
            (
                dataset,
                PLACES[where],
                count,
                "ok" if REASONS[reason].is_explained else "problem",
                f"{reason}: {REASONS[reason].meaning}",
            )
            for (dataset, where, reason), count in sorted(one.reasons.items())
        ),
    )
    steps = {REASONS[r].next_step for (_, _, r) in one.reasons}
    alarms = {
        REASONS[r].next_step for (_, _, r) in one.reasons if not REASONS[r].is_explained
    }
    for step in sorted(alarms or steps):
        page.line(f"→ {step}")


def _show_rows(page: Page, one: Reconciled) -> None:
    if not len(one.rows):
        return
    page.line()
    page.table(
        ("key", "where", "reason", "columns", "batch", "rules", "changed"),
        (
            (
                key[:ID],
                where,
                reason,
                columns or None,
                batch,
                rules or None,
                changed,
            )
            for key, where, reason, columns, batch, rules, changed in one.rows.select(
                "key", "where", "reason", "columns", "batch", "rules", "changed_at"
            ).rows()
        ),
    )
    left = sum(one.reasons.values()) - len(one.rows)
    if left > 0:
        page.line(f"{left} more rows; --limit names them.")
