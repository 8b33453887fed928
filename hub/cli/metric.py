"""`hub metric`: figures with numerator, denominator, caliber and evidence.

What lives here: the commands. What does not: shapes and tables (`figure_page`),
definitions (`hub.metrics`) and the computation (`hub.flow.figures`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.metrics.figures import Figures

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
LEVEL_NAMES = ("city", "unit", "district", "street", "chief")


def place(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that choose level and place."""
    level = click.option(
        "--level",
        type=click.Choice(LEVEL_NAMES),
        help="Only this level; a chief is named by his pseudonymous id.",
    )
    unit = click.option(
        "--unit",
        metavar="CODE",
        help="Only this place: an assessment unit, district, street or chief.",
    )
    return level(unit(command))


@click.group(cls=HubGroup)
def metric() -> None:
    """Figures that lead back to the rows behind them."""


@metric.command("list", examples=("hub metric list",))
def list_metrics(call: Call) -> None:
    """List the metrics: names, formula in words, basis and calibers."""
    from hub.cli.figure_page import metric_shape
    from hub.metrics.registry import METRICS

    call.answer(
        [metric_shape(one) for one in METRICS.values()],
        lambda page: page.table(
            ("metric", "名称", "formula", "calibers"),
            (
                (one.id, one.name_zh, one.formula_en, list(one.calibers))
                for one in METRICS.values()
            ),
        ),
    )


@metric.command(
    "compute",
    examples=(
        "hub metric compute --period 2026-10",
        "hub metric compute on_time_handling_rate --period 2026-10 --unit AU-420104",
        "hub metric compute area_coverage_rate --period 2026-10 --level street",
        "hub metric compute duty_action_rate --period 2026-10 --level chief",
    ),
)
@click.argument("metrics", metavar="[METRIC]…", nargs=-1)
@click.option("--period", metavar="YYYY-MM", help="Only this month.")
@place
def compute_metrics(
    call: Call,
    metrics: tuple[str, ...],
    period: str | None,
    level: str | None,
    unit: str | None,
) -> None:
    """Compute figures from the published rows, for the city and every unit.

    Districts, streets and chiefs are told where their level or code is named.
    """
    from hub.cli.figure_page import chosen, figure_shapes, show_figures

    house = call.house()
    found = computed(house, metrics, period)
    frame = chosen(found.figures, level, unit)
    shapes = figure_shapes(house, frame)
    call.answer(shapes, lambda page: show_figures(page, house, shapes))


@metric.command(
    "explain",
    examples=(
        "hub metric explain closed_loop_rate --period 2026-10",
        "hub metric explain closed_loop_rate --period 2026-10 --unit AU-420104",
        "hub metric explain area_coverage_rate --period 2026-10 --unit 420106",
    ),
)
@click.argument("name", metavar="METRIC")
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@place
def explain_metric(
    call: Call, name: str, period: str, level: str | None, unit: str | None
) -> None:
    """Show the rows that count in a figure, and why the others do not.

    Without a place it is the city's figure.
    """
    import orjson
    import polars as pl

    from hub.cli.figure_page import chosen, figure_shapes, show_evidence
    from hub.metrics.evidence import evidence_of, with_reason

    if unit is None and level not in (None, "city"):
        raise MisuseError(
            f"explain a figure of one {level}",
            seen="no code was named",
            next_step="Name it with --unit; `hub metric compute --level` lists them.",
        )
    house = call.house()
    found = computed(house, (name,), period)
    of_place = chosen(found.figures, "city" if unit is None else level, unit)
    (figure,) = figure_shapes(house, of_place)
    rows = evidence_of(found.evidence, figure["level"], figure["unit_code"])
    counted = rows.filter("is_numerator")["subject_id"]
    out = with_reason(rows, "left_out_reason")
    missed = with_reason(
        rows.filter(pl.col("left_out_reason").is_null()), "missed_reason"
    )
    told = figure | {
        "numerator_ids": counted.to_list(),
        "left_out": orjson.Fragment(out.write_json()),
        "missed": orjson.Fragment(missed.write_json()),
    }

    def show(page: Page) -> None:
        show_evidence(page, house, figure, counted=counted, missed=missed, out=out)

    call.answer(told, show)


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


COMMANDS = (metric,)
