"""What `hub demo` tells a person at the end.

What lives here: reasons in both languages, figures of the month, and where to go
from here. What does not: the run.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from hub.cli.printing import percent
from hub.cli.shapes import BAD
from hub.flow.figures import metric_table
from hub.metrics.registry import METRICS
from hub.schemas.rules import RULES

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.flow.house import House
    from hub.storage.batches import Batch
    from hub.storage.releases import Release


def show_reasons(page: Page, house: House, batches: Iterable[Batch]) -> None:
    """Which rules kept rows out, and which batches did not enter at all."""
    ended = list(batches)
    counted: Counter[tuple[str, str]] = Counter()
    for batch in ended:
        for one in house.ledger.rules(batch.number):
            if one.severity == "reject":
                counted[batch.partner, one.rule] += one.count
    page.title("What was kept out, and why 隔离及原因")
    page.table(
        ("partner", "rule", "findings", "原因", "reason"),
        (
            (partner, rule, count, RULES[rule].meaning_zh, RULES[rule].meaning_en)
            for (partner, rule), count in sorted(counted.items())
        ),
        empty="Nothing.",
    )
    for batch in ended:
        if batch.state in BAD and batch.error:
            page.line(f"{batch.id}: {batch.error['message']}", style="red")


def show_figures(page: Page, house: House, release: Release) -> None:
    """The city's figures of the month with most cases, and who leads and trails."""
    versions = {one.dataset: one.version for one in release.datasets}
    figures = metric_table(house, "figure").read(version=versions["figure"])
    city = figures.filter(level="city")
    of_cases = [name for name, one in METRICS.items() if one.subject == "issue"]
    busiest = (
        city.filter(pl.col("metric").is_in(of_cases))
        .sort("denominator", "period", descending=True)
        .head(1)["period"]
    )
    page.title(f"Figures of {busiest.item() if len(busiest) else '–'} 指标")
    names = house.city.reference("assessment_unit").select("unit_code", "unit_name")
    month = figures.filter(pl.col("period").is_in(busiest.implode()))
    page.table(
        ("metric", "指标", "city", "best unit", "last unit"),
        (
            (name, METRICS[name].name_zh, *_ends(month.filter(metric=name), names))
            for name in METRICS
            if name in set(month["metric"])
        ),
        empty="No cases, no figures.",
    )


def _ends(figures: pl.DataFrame, names: pl.DataFrame) -> tuple[str, str, str]:
    """The city's share, the best and the last unit's, as text."""
    city = figures.filter(level="city")
    (count, of, value) = city.select("numerator", "denominator", "value_share").row(0)
    units = (
        figures.filter(level="unit")
        .drop_nulls("value_share")
        .join(names.unique("unit_code"), on="unit_code", how="left")
        .sort("value_share", "unit_code", descending=[True, False])
        .select("unit_name", "value_share")
        .rows()
    )
    ends = [f"{name} {percent(share)}" for name, share in (units[:1] + units[-1:])]
    best, last = ends if ends else ("–", "–")
    return f"{percent(value)} ({count}/{of})", best, last


def show_next_steps(page: Page, house: House, release: Release, seconds: float) -> None:
    """Where everything lies and what to try now."""
    home = house.settings.home
    page.title("Where it lies 存放位置")
    page.facts(
        [
            ("raw, as sent", home / "raw"),
            ("tables (Delta)", house.settings.lake_root),
            ("ledger", house.control.engine.url.render_as_string(hide_password=True)),
            ("release", f"{release.id}, {len(release.datasets)} tables"),
            ("took", f"{seconds:.1f} s"),
        ]
    )
    page.title("Try next 接下来")
    at = "" if home.name == ".hub" and not home.is_absolute() else f" --home {home}"
    program = "hub" if shutil.which("hub") else ".venv/bin/hub"
    steps = (
        ("hub batch list", "what came and what became of it"),
        ("hub quarantine list", "what is out today, and by which rule"),
        ("hub metric explain closed_loop_rate --period 2026-10", "behind a figure"),
        (
            "hub dataset rows issue --columns case_no,stage_code,reported_at --limit 5",
            "published rows",
        ),
        ("hub release verify", "compute the digests again"),
        ("hub demo --order 2,1", "the same days in another order change nothing"),
    )
    lines = [
        (command.replace("hub", program, 1) + at, about) for command, about in steps
    ]
    widest = max(len(line) for line, _ in lines)
    for line, about in lines:
        page.line(f"{line:{widest}}   # {about}")
