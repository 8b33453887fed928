"""A month on a terminal: ranks and points, road chiefs, figures.

What lives here: one line per unit, policy by policy, its dimensions beside each other;
figures of one unit where one is asked for, else the city's. What does not: JSON shapes
(`assessment_page`). 'No data' is 无数据, never zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hub.cli.assessment_page import NO_DATA, value_shown

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House

TOTAL = "total 总分"
NO_WEIGHTS = "WEIGHTS_NOT_CONFIGURED"
NO_DENOMINATOR = "NO_DENOMINATOR"  # the cell says 无数据
SHOWN_ID = 12
Rows = Sequence[Mapping[str, Any]]
Place = tuple[str, str | None, str | None]


def show_month(page: Page, house: House, told: Mapping[str, Any], what: str) -> None:
    """Ranks and points, then figures, each unit with its name."""
    from hub.cli.assessment_units import unit_names, unit_parents

    names, parents = unit_names(house), unit_parents(house)
    page.line(f"{told['period']} · {what} · {told['release']}", style="bold")
    for remark in told.get("remarks", ()):
        page.line(f"{remark['zh']} · {remark['en']}")
    for (policy, parent, group), rows in _groups(told["scores"], parents).items():
        above = names.get(parent, parent)
        page.title(" · ".join(one for one in (policy, above, group) if one))
        _show_group(page, names, rows)
    if told["chiefs"]:
        _show_chiefs(page, told["chiefs"])
    _show_figures(page, names, told["figures"])


def _groups(rows: Rows, parents: Mapping[str, str]) -> dict[Place, Rows]:
    """Units that stand together: policy, unit above, group."""
    found: dict[Place, list[Mapping[str, Any]]] = {}
    for row in rows:
        place = (row["policy"], parents.get(row["unit_code"]), row["group_code"])
        found.setdefault(place, []).append(row)
    return dict(found)


def _show_group(page: Page, names: Mapping[str | None, str], rows: Rows) -> None:
    """One line per unit: total and rank, then each dimension with its own rank."""
    dimensions = list(dict.fromkeys(one["dimension"] for one in rows))
    by_unit: dict[str, dict[str | None, Mapping[str, Any]]] = {}
    for row in rows:
        by_unit.setdefault(row["unit_code"], {})[row["dimension"]] = row
    wholes = [told[None] for told in by_unit.values() if None in told]
    has_totals = any(one["not_ranked_reason"] != NO_WEIGHTS for one in wholes)
    parts = [one for one in dimensions if one is not None]
    shown: list[str | None] = [*([None] if has_totals else []), *parts]
    lines = [
        (
            unit,
            names.get(unit, ""),
            *(_points(told.get(one)) for one in shown),
            "; ".join(_reasons(told)),
        )
        for unit, told in sorted(by_unit.items(), key=_in_order)
    ]
    heads = ["unit", "名称", *(one or TOTAL for one in shown), ""]
    kept = len(heads) if any(line[-1] for line in lines) else -1
    page.table(heads[:kept], [line[:kept] for line in lines])
    if wholes and not has_totals:
        page.line(
            "权重未定,不合计总分 · The dimensions have no weights and are not added up."
        )


def _in_order(
    pair: tuple[str, Mapping[str | None, Mapping[str, Any]]],
) -> tuple[bool, int, str]:
    unit, told = pair
    rank = told[None]["rank"] if None in told else None
    return rank is None, rank or 0, unit


def _points(one: Mapping[str, Any] | None) -> str:
    """Points, with the rank behind them where there is one."""
    if one is None or one["points"] is None:
        return NO_DATA
    rank = "" if one["rank"] is None else f" #{one['rank']}"
    return f"{one['points']}{rank}"


def _reasons(told: Mapping[str | None, Mapping[str, Any]]) -> Iterator[str]:
    """Why a unit is not ranked, each reason once; not what its cells say already."""
    found = (one["not_ranked_reason"] or "" for one in told.values())
    said = ("", NO_WEIGHTS, NO_DENOMINATOR)
    yield from dict.fromkeys(one for one in found if one.split(":")[0] not in said)


def _show_chiefs(page: Page, chiefs: Rows) -> None:
    """Those who are ranked; of the others, how many for which reason."""
    page.title("Road chiefs 路长")
    page.table(
        ("rank", "person", "points", "cases", "named"),
        (
            (
                one["rank"],
                one["person_id"][:SHOWN_ID],
                one["points"],
                one["case_count"],
                one["is_named"],
            )
            for one in chiefs
            if one["rank"] is not None
        ),
        empty="Nobody is ranked 无人参加排名.",
    )
    counts: dict[str, int] = {}
    for one in chiefs:
        if one["rank"] is None:
            reason = one["not_ranked_reason"]
            counts[reason] = counts.get(reason, 0) + 1
    for reason, count in sorted(counts.items()):
        page.line(f"not ranked 不排名: {count} {reason}")


def _show_figures(page: Page, names: Mapping[str | None, str], figures: Rows) -> None:
    """The figures of the unit that was asked for, else those of the city."""
    city = [one for one in figures if one["level"] == "city"]
    shown = city or figures
    unit = None if city or not shown else shown[0]["unit_code"]
    whose = "the city 全市" if unit is None else f"{unit} {names.get(unit, '')}"
    page.title(f"Figures 指标 · {whose}")
    page.table(
        ("metric", "numerator", "denominator", "value"),
        (
            (one["metric"], one["numerator"], one["denominator"], value_shown(one))
            for one in shown
        ),
        empty="No figure.",
    )
    if city:
        page.line("Those of a unit: name it with --unit. 单位指标:用 --unit 指定。")
