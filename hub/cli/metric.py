"""`hub metric`: figures with numerator, denominator, caliber and evidence.

What lives here: the commands. What does not: their options (`metric_options`), shapes
and tables (`figure_page`), definitions (`hub.metrics`) and the computation
(`hub.flow.figures`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from hub.cli.call import Call, HubGroup
from hub.cli.metric_options import carried, choice, place
from hub.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hub.cli.printing import Page
    from hub.flow.figures import Computed
    from hub.flow.house import House

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
BREAKDOWNS = ("category", "channel", "mode")


@click.group(cls=HubGroup)
def metric() -> None:
    """Figures that lead back to the rows behind them."""


@metric.command("list", examples=("hub metric list",))
def list_metrics(call: Call) -> None:
    """List the metrics: names, formula in words, basis and calibers."""
    from hub.metrics.registry import METRICS
    from hub.metrics.words import metric_shape

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


@metric.command("calibers", examples=("hub metric calibers", "hub metric calibers SC"))
@click.argument("family", metavar="[FAMILY]", required=False)
def list_calibers(call: Call, family: str | None) -> None:
    """List the calibers: their texts, versions, and the metrics that know them."""
    from hub.cli.caliber_page import caliber_shapes

    shapes = caliber_shapes(family)
    call.answer(
        shapes,
        lambda page: page.table(
            ("caliber", "version", "口径说明", "text", "metrics"),
            (
                (
                    one["id"],
                    one["version"],
                    one["text_zh"],
                    one["text_en"],
                    len(one["metrics"]),
                )
                for one in shapes
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
        "hub metric compute closing_rate --period 2026-10 --caliber SC-C "
        "--basis reported_in_period",
        "hub metric compute case_volume --period 2026-10 --by category",
        "hub metric compute case_volume --level community --carried-to 2026-12-31",
    ),
)
@click.argument("metrics", metavar="[METRIC]…", nargs=-1)
@click.option("--period", metavar="YYYY-MM", help="Only this month.")
@click.option(
    "--by",
    type=click.Choice(BREAKDOWNS),
    help="Broken down by category, channel or mode; of the city and its units.",
)
@click.option("--release", metavar="RELEASE", help="As this release pinned the facts.")
@carried
@choice
@place
def compute_metrics(
    call: Call,
    metrics: tuple[str, ...],
    period: str | None,
    by: str | None,
    release: str | None,
    **terms: Any,
) -> None:
    """Compute figures from the published rows, for the city and every unit.

    Other levels are told where their level or code is named.
    """
    from hub.cli.figure_page import chosen, figure_shapes, show_figures
    from hub.flow.release import find_release

    house = call.house()
    level, unit = terms.pop("level"), terms.pop("unit")
    pinned = None if release is None else find_release(house, release)
    found = computed(house, metrics, period, release=pinned, **terms)
    frame = chosen(found.figures, level, unit, by)
    shapes = figure_shapes(house, frame)
    call.answer(shapes, lambda page: show_figures(page, house, shapes))


@metric.command(
    "explain",
    examples=(
        "hub metric explain closed_loop_rate --period 2026-10",
        "hub metric explain closed_loop_rate --period 2026-10 --unit AU-420104",
        "hub metric explain area_coverage_rate --period 2026-10 --unit 420106",
        "hub metric explain closing_rate --period 2026-10 --issue 0123456789abcdef",
    ),
)
@click.argument("name", metavar="METRIC")
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--issue", metavar="ID", help="One case: how it counts, and as sent.")
@click.option("--raw", is_flag=True, help="With --issue: the row as sent; it may name.")
@choice
@place
def explain_metric(
    call: Call,
    name: str,
    period: str,
    issue: str | None,
    *,
    raw: bool,
    calibers: tuple[str, ...],
    basis: Any,
    level: str | None,
    unit: str | None,
) -> None:
    """Show the rows that count in a figure, and why the others do not.

    Without a place it is the city's figure. With --issue it is one case: what it
    counts as, its flags, and the delivery, file and row that it came with.
    """
    import orjson
    import polars as pl

    from hub.cli.figure_page import chosen, figure_shapes, show_evidence
    from hub.cli.issue_page import issue_shape, show_issue
    from hub.flow.assessment.shown import show_frozen
    from hub.flow.figures import explain
    from hub.metrics.evidence import evidence_of, with_reason

    if unit is None and level not in (None, "city"):
        raise MisuseError(
            f"explain a figure of one {level}",
            seen="no code was named",
            next_step="Name it with --unit; `hub metric compute --level` lists them.",
        )
    house = call.house()
    refuse_no_month(period)
    show_frozen(house, period)
    found = explain(house, name, period, calibers=calibers, basis=basis, issue=issue)
    if issue is not None:
        one = issue_shape(house, found, issue, raw=raw)
        call.answer(one, lambda page: show_issue(page, one))
        return
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


@metric.command(
    "exceptions",
    examples=(
        "hub metric exceptions --period 2026-10",
        "hub metric exceptions --period 2026-10 --kind R62 --unit AU-420104",
    ),
)
@click.option("--period", metavar="YYYY-MM", required=True, help="The month.")
@click.option("--kind", metavar="RULE", help="Only this rule or requirement.")
@click.option("--unit", metavar="CODE", help="Only this unit, district or street.")
def list_exceptions(
    call: Call, period: str, kind: str | None, unit: str | None
) -> None:
    """List what is missing or odd: vacancies, gaps, boards, flags, findings.

    As of the month's last day, or the last day known while it runs.
    """
    import orjson

    from hub.cli.metric_exceptions import found_exceptions, show_exceptions

    rows = found_exceptions(call.house(), period, kind, unit)
    told = orjson.Fragment(rows.write_json())
    call.answer(told, lambda page: show_exceptions(page, rows))


def computed(
    house: House, metrics: Sequence[str], period: str | None, **terms: Any
) -> Computed:
    """Figures of the named metrics and month, or of all.

    Raises:
        MisuseError: no such metric, or the month is not written as a month.
    """
    from hub.flow.figures import compute

    refuse_no_month(period)
    periods = [period] if period else ()
    return compute(house, metrics=metrics, periods=periods, evidence=False, **terms)


def refuse_no_month(period: str | None) -> None:
    """Refuse a period that is not written as a month.

    Raises:
        MisuseError: it is not.
    """
    if period is not None and not MONTH.fullmatch(period):
        raise MisuseError(
            "compute figures",
            seen="the period is no month",
            next_step="Write it like 2026-10.",
        )


COMMANDS = (metric,)
