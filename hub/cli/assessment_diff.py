"""The difference between two revisions, as JSON and for a person.

What lives here: each changed figure with the rows that moved it, and changed points.
What does not: finding the difference (`hub.flow.assessment.difference`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from hub.cli.assessment_page import USUAL, value_shown
from hub.cli.assessment_units import exceptions_of, of_unit, unit_names, usual_figures

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.assessment.difference import Difference
    from hub.flow.house import House

SHOWN = 5  # ids in a cell


def difference_shape(found: Difference, unit: str | None) -> dict[str, Any]:
    """What differs, each figure with the rows that caused it."""
    from hub.flow.assessment.difference import all_causes

    moved = of_unit(usual_figures(found.figures), unit)
    rows = (
        all_causes(found, moved)
        .group_by("metric", "basis", "level", "unit_code", maintain_order=True)
        .agg(rows=pl.struct("subject", "subject_id", "old_part", "new_part"))
    )
    figures = moved.join(
        rows,
        on=["metric", "basis", "level", "unit_code"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).with_columns(pl.col("rows").fill_null(pl.lit([], dtype=rows.schema["rows"])))
    return {
        "period": found.old.period,
        "old": found.old.number,
        "new": found.new.number,
        "reason": found.new.reason,
        "author": found.new.author,
        "figures": figures.to_dicts(),
        "variants": len(found.figures) - len(figures) if unit is None else None,
        "totals": of_unit(found.totals, unit).to_dicts(),
        "items": of_unit(found.items, unit).to_dicts(),
        "exceptions": exceptions_of(found.exceptions, unit).to_dicts(),
    }


def show_difference(page: Page, house: House, told: Mapping[str, Any]) -> None:
    """Figures, points and ranks that moved."""
    names = unit_names(house)
    page.line(
        f"{told['period']} · revision {told['old']} → {told['new']}", style="bold"
    )
    page.line(f"{told['reason']} · {told['author']}")
    page.title("Figures 指标")
    _show_figures(page, names, told["figures"])
    page.title("Points 得分")
    page.table(
        ("policy", "unit", "名称", "dimension", "old", "new", "rank", "→"),
        (
            (
                one["policy"],
                one["unit_code"],
                names.get(one["unit_code"], ""),
                one["dimension"] or "total 总分",
                one["old_points"],
                one["new_points"],
                one["old_rank"],
                one["new_rank"],
            )
            for one in told["totals"]
        ),
        empty="No points differ.",
    )
    page.title("Exceptions 例外")
    page.table(
        ("kind", "说明", "gone", "new"),
        (
            (kind, note, count[True], count[False])
            for (kind, note), count in _by_list(told["exceptions"]).items()
        ),
        empty="No list differs.",
    )


def _show_figures(
    page: Page, names: Mapping[str | None, str], figures: list[dict[str, Any]]
) -> None:
    """Metric by metric, a line for the city and each unit; how many are left out."""
    by_metric: dict[str, list[str]] = {}
    shown = [one for one in figures if one["level"] in USUAL]
    for one in shown:
        code = one["unit_code"]
        place = "city 全市" if code is None else f"{code} {names.get(code, '')}"
        moved = f"{value_shown(one, 'old_')} → {value_shown(one, 'new_')}"
        rows = f"{len(one['rows'])} rows: {_moves(one['rows'])}"
        by_metric.setdefault(one["metric"], []).append(f"{place}: {moved} · {rows}")
    for metric, lines in by_metric.items():
        page.entry(metric, lines)
    if not figures:
        page.line("No figure differs.")
    elif len(figures) > len(shown):
        page.line(
            f"{len(figures) - len(shown)} more of streets, areas, chiefs and others "
            "differ: --json lists them."
        )


def _by_list(rows: list[dict[str, Any]]) -> dict[tuple[str, str], Counter[bool]]:
    """How many rows each list lost and won; a row with another amount is both."""
    found: dict[tuple[str, str], Counter[bool]] = {}
    for row in rows:
        key = row["kind"], row["note_zh"]
        found.setdefault(key, Counter())[row["was"]] += 1
    return found


def _moves(rows: list[dict[str, Any]]) -> str:
    told = [
        f"{row['subject_id'][:12]}: {row['old_part'] or '–'} → {row['new_part'] or '–'}"
        for row in rows[:SHOWN]
    ]
    return "; ".join([*told, *(["…"] if len(rows) > SHOWN else [])])
