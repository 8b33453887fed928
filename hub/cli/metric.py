"""`hub metric`: figures with numerator, denominator, caliber and evidence.

What lives here: the commands and the shape of a figure. What does not: definitions
(`hub.metrics`) and the computation (`hub.flow.figures`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.metrics.figures import Figures

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
FIGURE = (
    "metric", "calibers", "basis", "period", "as_of", "level", "unit_code",
    "numerator", "denominator", "value_share",
)  # fmt: skip
INPUTS = ("issue", "review", "handling")
SHOWN_IDS = 20


@click.group(cls=HubGroup)
def metric() -> None:
    """Figures that lead back to the rows behind them."""


@metric.command("list", examples=("hub metric list",))
def list_metrics(call: Call) -> None:
    """List the metrics: names, formula in words, basis and calibers."""
    from hub.metrics.calibers import caliber
    from hub.metrics.registry import METRICS

    told = [
        {
            "id": one.id,
            "version": one.version,
            "name_zh": one.name_zh,
            "name_en": one.name_en,
            "formula_zh": one.formula_zh,
            "formula_en": one.formula_en,
            "numerator_zh": one.numerator_zh,
            "numerator_en": one.numerator_en,
            "denominator_zh": one.denominator_zh,
            "denominator_en": one.denominator_en,
            "basis": one.basis,
            "calibers": list(one.calibers),
            "caliber_texts": {
                name: {"zh": caliber(name).text_zh, "en": caliber(name).text_en}
                for name in one.calibers
            },
            "source": one.source,
        }
        for one in METRICS.values()
    ]

    def show(page: Page) -> None:
        page.table(
            ("metric", "名称", "formula", "calibers"),
            (
                (one.id, one.name_zh, one.formula_en, list(one.calibers))
                for one in METRICS.values()
            ),
        )

    call.answer(told, show)


@metric.command(
    "compute",
    examples=(
        "hub metric compute --period 2026-10",
        "hub metric compute on_time_handling_rate --period 2026-10 --unit AU-420104",
    ),
)
@click.argument("metrics", metavar="[METRIC]…", nargs=-1)
@click.option("--period", metavar="YYYY-MM", help="Only this month.")
@click.option("--unit", metavar="U", help="Only this assessment unit.")
def compute_metrics(
    call: Call, metrics: tuple[str, ...], period: str | None, unit: str | None
) -> None:
    """Compute figures from the published rows, for the city and every unit."""
    house = call.house()
    found = computed(house, metrics, period)
    frame = at_level(house, found.figures, unit) if unit else found.figures
    shapes = figure_shapes(house, frame)

    def show(page: Page) -> None:
        from hub.cli.printing import percent

        page.table(
            ("metric", "period", "unit", "numerator", "denominator", "share"),
            (
                (
                    one["metric"],
                    one["period"],
                    one["unit_code"] or one["level"],
                    one["numerator"],
                    one["denominator"],
                    percent(one["value_share"]),
                )
                for one in shapes
            ),
            empty="No cases, no figures.",
        )
        if shapes and shapes[0]["quarantined"]:
            page.line(f"{shapes[0]['quarantined']} rows about cases are in quarantine.")

    call.answer(shapes, show)


@metric.command(
    "explain",
    examples=(
        "hub metric explain closed_loop_rate --period 2026-10",
        "hub metric explain closed_loop_rate --period 2026-10 --unit AU-420104",
    ),
)
@click.argument("name", metavar="METRIC")
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--unit", metavar="U", help="This assessment unit, else the city.")
def explain_metric(call: Call, name: str, period: str, unit: str | None) -> None:
    """Show the cases that count in a figure, and why the others do not."""
    import orjson
    import polars as pl

    house = call.house()
    found = computed(house, (name,), period)
    (figure,) = figure_shapes(house, at_level(house, found.figures, unit))
    cases = found.evidence
    if unit is not None:
        cases = cases.filter(unit_code=unit)
    counted = cases.filter("is_numerator")["issue_id"]
    out = _with_reason(cases, "left_out_reason")
    missed = _with_reason(
        cases.filter(pl.col("left_out_reason").is_null()), "missed_reason"
    )
    told = figure | {
        "numerator_ids": counted.to_list(),
        "left_out": orjson.Fragment(out.write_json()),
        "missed": orjson.Fragment(missed.write_json()),
    }
    call.answer(told, lambda page: _show_evidence(page, figure, counted, missed, out))


def _with_reason(cases: pl.DataFrame, column: str) -> pl.DataFrame:
    """issue_id and reason of the cases that have one."""
    return cases.drop_nulls(column).select("issue_id", reason=column)


def _show_evidence(
    page: Page,
    figure: dict[str, Any],
    counted: pl.Series,
    missed: pl.DataFrame,
    out: pl.DataFrame,
) -> None:
    from hub.cli.printing import percent
    from hub.metrics.reasons import REASONS
    from hub.metrics.registry import metric as entry

    about = entry(figure["metric"])
    page.line(f"{about.name_zh} {about.name_en}", style="bold")
    page.line(f"{about.formula_zh} · {about.formula_en}")
    page.facts(
        [
            ("period", figure["period"]),
            ("of", figure["unit_code"] or "the city"),
            ("calibers", figure["calibers"]),
            ("numerator", f"{figure['numerator']} · {about.numerator_zh}"),
            ("denominator", f"{figure['denominator']} · {about.denominator_zh}"),
            ("share", percent(figure["value_share"])),
            ("in quarantine", f"{figure['quarantined']} rows about cases"),
            ("release", figure["release"]),
        ]
    )
    for heading, cases in (
        ("In the denominator, not in the numerator", missed),
        ("Not in the denominator", out),
    ):
        page.title(heading)
        page.table(
            ("cases", "reason", "原因"),
            (
                (count, REASONS[reason][1], REASONS[reason][0])
                for reason, count in cases.group_by("reason")
                .len()
                .sort("len", "reason", descending=[True, False])
                .rows()
            ),
            empty="None.",
        )
    page.title(f"In the numerator: {len(counted)}")
    page.line(" ".join(counted.head(SHOWN_IDS)))
    if len(counted) > SHOWN_IDS:
        page.line(f"… {len(counted) - SHOWN_IDS} more; --json gives them all.")


def computed(house: House, metrics: Sequence[str], period: str | None) -> Figures:
    """Figures of the named metrics and month, or of all.

    Raises:
        MisuseError: no such metric, or the month is not written as a month.
    """
    from hub.flow.figures import compute

    if period is not None and not MONTH.fullmatch(period):
        raise MisuseError(
            "compute figures",
            seen="the period is no month",
            next_step="Write it like 2026-10.",
        )
    return compute(house, metrics=metrics, periods=[period] if period else ())


def at_level(house: House, figures: pl.DataFrame, unit: str | None) -> pl.DataFrame:
    """The figures of one unit, or of the city.

    Raises:
        MisuseError: there is no such unit.
    """
    import polars as pl

    if unit is None:
        return figures.filter(pl.col("unit_code").is_null())
    found = figures.filter(pl.col("unit_code") == unit)
    if not len(found):
        units = figures["unit_code"].drop_nulls().unique().sort().to_list()
        raise MisuseError(
            f"find figures of {unit}",
            seen="no unit of that code is assessed then",
            next_step=f"There are {', '.join(units) or 'none'}.",
        )
    return found


def figure_shapes(house: House, figures: pl.DataFrame) -> list[dict[str, Any]]:
    """Figures as the surfaces show them, one per metric, period and unit."""
    from hub.flow.quarantine import held_cases
    from hub.flow.verify import is_current
    from hub.storage.releases import Releases

    newest = Releases(house.control.engine).newest()
    is_published = newest is not None and is_current(house, newest, INPUTS)
    beside = {
        "quarantined": held_cases(house),
        "release": newest.id if newest and is_published else None,
    }
    told = figures.select(FIGURE)
    return [
        dict(zip(told.columns, values, strict=True)) | beside for values in told.rows()
    ]


COMMANDS = (metric,)
