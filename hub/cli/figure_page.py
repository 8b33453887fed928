"""Figures as the surfaces show them: their JSON shape, and tables for a person.

What lives here: choosing figures by level and code, the shape of a
figure, the pages of `hub metric`. What does not: the commands (`metric`). People are
shown by pseudonymous ids and their areas, never by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from hub.errors import MisuseError

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House

FIGURE = (
    "metric", "version", "calibers", "basis", "period", "as_of", "level", "unit_code",
    "by", "by_code", "numerator", "denominator", "value_share", "value_number",
)  # fmt: skip
USUAL = ("city", "unit")
NO_DATA = "无数据 no data"
SHOWN_IDS = 20
SHOWN_CODES = 20
# What a metric counts → what its rows are about, and what one is called.
ABOUT = {
    "step": "steps",
    "issue": "cases",
    "area": "areas and posts",
    "community": "areas and posts",
    "road_section": "road sections and posts",
    "board": "areas and sign boards",
    "service_object": "service objects",
    "named_org": "organisations and posts",
    "duty_day": "posts and acts",
    "chief": "posts and acts",
    "patrol": "patrols",
    "institution_item": "documents",
    "meeting_item": "meeting items",
}
COUNTED = {
    "step": "steps",
    "issue": "cases",
    "area": "areas",
    "community": "communities",
    "road_section": "sections",
    "board": "areas",
    "service_object": "objects",
    "named_org": "organisations",
    "duty_day": "days",
    "chief": "chiefs",
    "patrol": "patrols",
    "institution_item": "items",
    "meeting_item": "items",
}


def chosen(
    every: pl.DataFrame, level: str | None, unit: str | None, by: str | None = None
) -> pl.DataFrame:
    """The figures of a level and code; without either those of city and units.

    Raises:
        MisuseError: there is no figure of that code.
    """
    figures = every.filter(pl.col("by").eq_missing(pl.lit(by)))
    levels = USUAL if level is None and unit is None else (level,)
    at_level = figures
    if level is not None or unit is None:
        at_level = figures.filter(pl.col("level").is_in(levels))
    if unit is None:
        return at_level
    found = at_level.filter(pl.col("unit_code") == unit)
    if not len(found):
        wanted = "unit" if level is None else level
        codes = figures.filter(level=wanted)["unit_code"].drop_nulls().unique().sort()
        more = "" if len(codes) <= SHOWN_CODES else ", …"
        known = ", ".join(codes.head(SHOWN_CODES)) + more
        raise MisuseError(
            f"find figures of {unit}",
            seen=f"no {level or 'place'} of that code has one then",
            next_step=f"Codes of level {wanted}: {known or 'none'}.",
        )
    return found


def figure_shapes(house: House, figures: pl.DataFrame) -> list[dict[str, Any]]:
    """Figures as the surfaces show them, one per metric, period, level and code."""
    from hub.metrics.registry import metric

    subjects = {name: metric(name).subject for name in figures["metric"].unique()}
    beside = {one: _beside(house, one) for one in set(subjects.values())}
    told = figures.select(FIGURE)
    return [
        dict(zip(told.columns, values, strict=True)) | beside[subjects[values[0]]]
        for values in told.rows()
    ]


def _beside(house: House, subject: Any) -> dict[str, Any]:
    """Rows in quarantine that might count, and the release that was counted."""
    from hub.flow.metric_rows import DELIVERED, INPUTS
    from hub.flow.quarantine import held_about
    from hub.flow.verify import is_current
    from hub.storage.releases import Releases

    newest = Releases(house.control.engine).newest()
    is_published = newest is not None and is_current(house, newest, INPUTS[subject])
    return {
        "quarantined": held_about(house, DELIVERED[subject]),
        "release": newest.id if newest and is_published else None,
    }


def show_figures(page: Page, house: House, shapes: Sequence[dict[str, Any]]) -> None:
    """Figures as a table, each place with its name."""
    from hub.cli.place_names import place_names
    from hub.metrics.registry import metric

    names = place_names(house, {(one["level"], one["unit_code"]) for one in shapes})
    page.table(
        ("metric", "period", "unit", "名称", "numerator", "denominator", "value"),
        (
            (
                one["metric"],
                one["period"],
                code_shown(one["level"], one["unit_code"]),
                told_of(one, names),
                one["numerator"],
                one["denominator"],
                value_shown(one),
            )
            for one in shapes
        ),
        empty="No cases, no figures.",
    )
    held = {metric(one["metric"]).subject: one["quarantined"] for one in shapes}
    for subject, count in held.items():
        if count:
            page.line(f"{count} rows about {ABOUT[subject]} are in quarantine.")


def value_shown(one: dict[str, Any]) -> str:
    """A share in percent, a number as it is; nothing over nothing is no data."""
    from hub.cli.printing import percent

    if not one["denominator"]:
        return NO_DATA
    if one["value_share"] is not None:
        return percent(one["value_share"])
    return f"{one['value_number'].normalize():f}"


def told_of(one: dict[str, Any], names: dict[tuple[str, str | None], str]) -> str:
    """The place of a figure, with the part of a breakdown."""
    # Areas, communities and organisations are told by their codes.
    level, code = one["level"], one["unit_code"]
    name = names.get((level, code)) or code_shown(level, code)
    if one["by"] is None:
        return name
    return f"{name} · {one['by_code'] or '不明 not known'}"


def code_shown(level: str, code: str | None) -> str:
    """A code in a table; people by the first signs of their pseudonymous id."""
    if code is None:
        return level
    return code[:12] if level == "chief" else code


def show_evidence(
    page: Page,
    house: House,
    figure: dict[str, Any],
    *,
    counted: pl.Series,
    missed: pl.DataFrame,
    out: pl.DataFrame,
) -> None:
    """One figure, its words, and its rows by reason."""
    from hub.cli.place_names import place_names
    from hub.metrics.calibers import caliber
    from hub.metrics.reasons import REASONS
    from hub.metrics.registry import metric

    about = metric(figure["metric"])
    place = (figure["level"], figure["unit_code"])
    name = place_names(house, {place})[place]
    page.line(f"{about.name_zh} {about.name_en}", style="bold")
    page.line(f"{about.formula_zh} · {about.formula_en}")
    page.facts(
        [
            ("period", figure["period"]),
            ("of", f"{code_shown(*place)} {name}"),
            ("basis", figure["basis"]),
            *(
                (id_, f"{caliber(id_).text_zh} · {caliber(id_).text_en}")
                for id_ in figure["calibers"]
            ),
            ("numerator", f"{figure['numerator']} · {about.numerator_zh}"),
            ("denominator", f"{figure['denominator']} · {about.denominator_zh}"),
            ("value", value_shown(figure)),
            (
                "in quarantine",
                f"{figure['quarantined']} rows about {ABOUT[about.subject]}",
            ),
            ("release", figure["release"]),
        ]
    )
    for heading, rows in (
        ("In the denominator, not in the numerator", missed),
        ("Not in the denominator", out),
    ):
        page.title(heading)
        page.table(
            (COUNTED[about.subject], "reason", "原因", "one of them"),
            (
                (count, REASONS[reason][1], REASONS[reason][0], one)
                for reason, count, one in rows.group_by("reason")
                .agg(pl.len(), pl.col("subject_id").min())
                .sort("len", "reason", descending=[True, False])
                .rows()
            ),
            empty="None.",
        )
    page.title(f"In the numerator: {len(counted)}")
    page.line(" ".join(counted.head(SHOWN_IDS)))
    if len(counted) > SHOWN_IDS:
        page.line(f"… {len(counted) - SHOWN_IDS} more; --json gives them all.")
