"""One case behind a figure: what it counts as, and the row that it came with.

What lives here: its JSON shape and page. The row as sent is told only where it was
asked for: it may name people. What does not: finding it (`hub.flow.sent`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.figures import Computed
    from hub.flow.house import House


def issue_shape(
    house: House, found: Computed, issue_id: str, *, raw: bool
) -> dict[str, Any]:
    """How a case counts in the figure computed, with flags, times and its delivery.

    Raises:
        MisuseError: the case is not in the cohort, or the figure counts no cases.
    """
    from hub.cli.findings import place_of
    from hub.flow.sent import sent_issue

    rows = found.evidence.filter(subject="issue", subject_id=issue_id)
    if rows.is_empty():
        raise MisuseError(
            f"explain case {issue_id}",
            seen="it is not in the cohort of that metric and month",
            next_step="`hub metric explain --json` lists the cases of the cohort.",
        )
    row = rows.row(0, named=True)
    case = found.issue_loop.whole().filter(issue_id=issue_id, period=row["period"])
    told = case.row(0, named=True)
    flags = [name for name, kind in case.schema.items() if kind == pl.Boolean]
    month = told["reported_at"]
    sent = sent_issue(
        house,
        issue_id,
        None if month is None else f"{month:%Y-%m}",
    )
    return {
        "metric": row["metric"],
        "basis": row["basis"],
        "period": row["period"],
        "issue_id": issue_id,
        "is_numerator": row["is_numerator"],
        "is_denominator": row["left_out_reason"] is None,
        "left_out_reason": row["left_out_reason"],
        "missed_reason": row["missed_reason"],
        "flags": [name for name in flags if told[name]],
        "values": {
            name: value
            for name, value in told.items()
            if name not in flags and value is not None
        },
        "sent": {
            "partner": sent.batch.partner,
            "feed": sent.batch.feed,
            "batch": sent.batch.id,
            "part": sent.part,
            "row": sent.row,
            "place": place_of(sent.row),
            **({"text": sent.text} if raw else {}),
        },
    }


def show_issue(page: Page, one: dict[str, Any]) -> None:
    """The case as a person reads it."""
    from hub.metrics.reasons import REASONS

    reason = one["left_out_reason"] or one["missed_reason"]
    words = " · ".join(REASONS[reason]) if reason else ""
    page.facts(
        [
            ("case", one["issue_id"]),
            ("of", f"{one['metric']} {one['period']} {one['basis']}"),
            ("in the denominator", "yes" if one["is_denominator"] else "no"),
            ("in the numerator", "yes" if one["is_numerator"] else "no"),
            ("reason 原因", words or "–"),
            ("flags", ", ".join(one["flags"])),
        ]
    )
    page.title("As it came 来源")
    page.facts(list(one["sent"].items()))
    page.title("Instants and numbers 时间与数值")
    page.facts(list(one["values"].items()))
