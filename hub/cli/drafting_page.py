"""The summary of a draft: for programs, and as a table beside the draft.

What lives here: one line per drafted column, on standard error, because standard
output holds the draft itself. No value of the sample is in it. What does not: the
draft's text (`hub.onboarding.writing`).
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.onboarding.draft import Draft


def summary(draft: Draft, partner: str) -> dict[str, object]:
    """The draft for programs: dataset, key, columns, what is left."""
    return {
        "partner": partner,
        "dataset": draft.choice.dataset,
        "rows": len(draft.sample.rows),
        "key": draft.key.field if draft.key else None,
        "changed": draft.changed.field if draft.changed else None,
        "never_land": [one.field for one in draft.never],
        "category_system": draft.category_system and draft.category_system.field,
        "coordinates": draft.system.name if draft.system else None,
        "columns": [
            {"column": column, "field": field, "confidence": sure, "reason": why}
            for column, field, sure, why in lines_of(draft)
        ],
        "left": list(draft.left),
        "missing": list(draft.missing),
    }


def lines_of(draft: Draft) -> list[tuple[str, str, str, str]]:
    """(column, field, confidence, reason) in the order of the draft."""
    return [
        (line.match.column, line.match.field, line.confidence, line.match.why)
        for line in draft.choice.lines
    ]


def show_draft(draft: Draft) -> None:
    """Print the summary on standard error."""
    from rich.console import Console
    from rich.table import Table

    console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
    table = Table(box=None, pad_edge=False)
    for head in ("column", "field", "how sure", "why"):
        table.add_column(head, overflow="fold")
    for line in lines_of(draft):
        table.add_row(*line)
    console.print(table)
    counts = Counter(sure for _, _, sure, _ in lines_of(draft))
    told = ", ".join(f"{counts[one]} {one}" for one in ("certain", "likely", "guess"))
    console.print(
        f"\n{draft.choice.dataset}: {told}; {len(draft.left)} fields to be confirmed "
        f"as ignored; {len(draft.missing)} required columns without a field."
    )
