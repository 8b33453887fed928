"""Months as the surfaces show them: their JSON shapes, and tables for a person.

What lives here: the shape of a revision, of a month and of a verdict, and the pages
of `hub assessment`. What does not: the commands (`assessment`), a month on a terminal
(`assessment_month`), differences (`assessment_diff`). 'No data' is null or 无数据,
never zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.assessment.draft import Draft
    from hub.flow.assessment.verify import TableVerdict
    from hub.flow.house import House
    from hub.storage.assessments import Revision

USUAL = ("city", "unit", "street_unit")
NO_DATA = "无数据"
REMARKS = {
    "NO_ROSTER": (
        "没有路长名册,覆盖率、作为率无数据",
        "there is no roster: coverage and action have no data",
    ),
    "MONTH_RUNS": ("当月未完", "the month is not over"),
    "NO_POLICY": ("没有指定考核办法,不计分", "no policy was named: nothing is scored"),
}
FIGURE = (
    "metric", "calibers", "basis", "level", "unit_code", "numerator", "denominator",
    "value_share", "value_number",
)  # fmt: skip


def revision_shape(one: Revision) -> dict[str, Any]:
    """A revision with what it pins."""
    return {
        "period": one.period,
        "revision": one.number,
        "is_current": one.is_current,
        "release": one.release_id,
        "as_of": one.as_of,
        "made_at": one.made_at,
        "author": one.author,
        "approver": one.approver,
        "reason": one.reason,
        "policies": [
            {
                "level": each.level,
                "policy": each.policy,
                "version": each.version,
                "digest": each.digest,
            }
            for each in one.policies
        ],
        "tables": [
            {"table": each.name, "rows": each.rows, "digest": each.digest}
            for each in one.tables
        ],
    }


def month_shape(house: House, one: Revision, unit: str | None) -> dict[str, Any]:
    """A frozen month, of one unit or of all."""
    from hub.flow.assessment.frozen_rows import read_rows

    frames = {
        name: read_rows(house, one, name)
        for name in ("figure", "score", "score_item", "input", "chief")
    }
    return revision_shape(one) | _content(frames, unit)


def draft_shape(draft: Draft, unit: str | None) -> dict[str, Any]:
    """A drafted month, of one unit or of all."""
    return {
        "period": draft.period,
        "revision": None,
        "release": draft.release.id,
        "as_of": draft.as_of,
        "remarks": [
            {"code": code, "zh": REMARKS[code][0], "en": REMARKS[code][1]}
            for code in draft.remarks
        ],
    } | _content(draft.tables, unit)


def _content(frames: Mapping[str, pl.DataFrame], unit: str | None) -> dict[str, Any]:
    from hub.cli.assessment_units import of_unit, usual_figures

    figures = of_unit(usual_figures(frames["figure"]), unit)
    if unit is None:
        figures = figures.filter(pl.col("level").is_in(USUAL))
    shown = [name for name in FIGURE if name in figures.columns]
    return {
        "scores": of_unit(frames["score"], unit).drop("period").to_dicts(),
        "items": of_unit(frames["score_item"], unit).drop("period").to_dicts(),
        "inputs": of_unit(frames["input"], unit).drop("period").to_dicts(),
        "chiefs": [] if unit else frames["chief"].drop("period").to_dicts(),
        "figures": figures.select(shown).to_dicts(),
    }


def verdict_shape(one: TableVerdict) -> dict[str, Any]:
    """One table, as frozen and as it comes out."""
    return {
        "table": one.name,
        "ok": one.ok,
        "rows": one.frozen.rows if one.frozen else None,
        "digest": one.frozen.digest if one.frozen else None,
        "found_rows": one.rows,
        "found_digest": one.digest,
        "problem": one.problem,
        "row": one.row,
    }


def show_revision(page: Page, told: Mapping[str, Any]) -> None:
    """What a revision pins."""
    page.line(f"{told['period']} · revision {told['revision']}", style="bold")
    page.facts(
        [
            ("release", told["release"]),
            ("as of", told["as_of"]),
            ("made", told["made_at"]),
            ("author", told["author"]),
            ("approver", told["approver"]),
            ("reason", told["reason"]),
            ("policies", [f"{p['policy']} v{p['version']}" for p in told["policies"]]),
        ]
    )
    page.line()
    page.table(
        ("table", "rows", "digest"),
        ((one["table"], one["rows"], one["digest"][:16]) for one in told["tables"]),
    )


def show_list(page: Page, told: Sequence[Mapping[str, Any]]) -> None:
    """Frozen months, one line per revision."""
    page.table(
        ("period", "revision", "current", "release", "made", "author", "reason"),
        (
            (
                one["period"],
                one["revision"],
                one["is_current"],
                one["release"],
                one["made_at"],
                one["author"],
                one["reason"],
            )
            for one in told
        ),
        empty="No month is frozen: `hub assessment freeze` freezes one.",
    )


def value_shown(one: Mapping[str, Any], prefix: str = "") -> str:
    """A share in percent, a number as it is, or that there is no data."""
    from hub.cli.printing import percent

    share, number = (one.get(f"{prefix}value_{kind}") for kind in ("share", "number"))
    if share is None and number is None:
        return NO_DATA
    return percent(share) if share is not None else format(number, "f")
