"""What `hub demo` tells a person at the end.

What lives here: what came by feed, reasons in both languages, figures of the month,
and where to go from here. What does not: the run.
"""

from __future__ import annotations

import shlex
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from hub.cli.printing import percent
from hub.cli.shapes import BAD, ROWS
from hub.cli.sources import missing_lines
from hub.flow.figures import metric_table
from hub.metrics.counting import FIGURE
from hub.metrics.registry import METRICS, usual
from hub.schemas.rules import RULES

COUNTED = ("batches", *ROWS, "retried")
# One figure of each thing that is assessed; `hub metric compute` tells the others.
SHOWN_METRICS = (
    "closed_loop_rate",
    "on_time_handling_rate",
    "closing_rate",
    "rework_rate",
    "area_coverage_rate",
    "duty_action_rate",
    "institution_score",
)

if TYPE_CHECKING:
    from hub.cli.printing import Page
    from hub.cli.simulation import Simulated
    from hub.demo.told.compare import Check
    from hub.flow.house import House
    from hub.storage.batches import Batch
    from hub.storage.releases import Release


def show_arrivals(page: Page, batches: Sequence[Batch]) -> None:
    """Deliveries by feed with a sum; retries complete them and count no row twice."""
    is_any_bad = any(one.state in BAD for one in batches)
    bad = ["refused", "state"] if is_any_bad else []
    page.title("What came, by partner 到达情况")
    lines = [
        (name, *counts, *([refused, state] if bad else []))
        for name, *counts, refused, state in by_feed(batches)
    ]
    totals = [
        sum(int(str(line[at])) for line in lines)
        for at in range(1, len(COUNTED) + 1 + len(bad[:1]))
    ]
    page.table(
        ("partner/feed", *COUNTED, *bad),
        [*lines, ("all 合计", *totals, *([""] if bad else []))] if lines else [],
        empty="Nothing came.",
    )


def by_feed(batches: Iterable[Batch]) -> list[tuple[object, ...]]:
    """Name, `COUNTED`, rows refused, and the state of its worst batch, per feed."""
    own: dict[str, list[Batch]] = {}
    for batch in batches:
        own.setdefault(f"{batch.partner}/{batch.feed}", []).append(batch)
    lines: list[tuple[object, ...]] = []
    for name, every in sorted(own.items()):
        came = [one for one in every if one.kind == "delivery"]
        merged = [one for one in came if one.state == "merged"]
        refused = [one for one in came if one.state == "refused"]
        retries = [one for one in every if one.kind == "retry"]
        lines.append(
            (
                name,
                len(came),
                sum(one.received or 0 for one in (*merged, *refused)),
                *(sum(getattr(one, head) or 0 for one in merged) for head in ROWS[1:]),
                sum(one.accepted or 0 for one in retries),
                sum(one.received or 0 for one in refused),
                next((one.state for one in every if one.state in BAD), "merged"),
            )
        )
    return lines


def show_reasons(
    page: Page, house: House, batches: Iterable[Batch], release: Release
) -> None:
    """Which rules kept rows out, which batches did not enter, and what is missing."""
    ended = list(batches)
    counted: dict[str, Counter[str]] = {}
    for batch in ended:
        for one in house.ledger.rules(batch.number):
            if one.severity == "reject":
                counted.setdefault(one.rule, Counter())[batch.partner] += one.count
    page.title("What was kept out, and why 隔离及原因")
    if not counted:
        page.line("Nothing.")
    for code, partners in sorted(counted.items()):
        where = ", ".join(f"{name} {count}" for name, count in sorted(partners.items()))
        page.entry(
            f"{code} × {partners.total()}: {where}",
            (RULES[code].meaning_zh, RULES[code].meaning_en),
        )
    for batch in ended:
        if batch.state in BAD and batch.error:
            page.line(f"{batch.id}: {batch.error['message']}", style="red")
    for line in missing_lines(release.sources):
        page.line(line, style="red")


def released_figures(house: House, release: Release) -> pl.DataFrame:
    """The figures of the city and its units that a release pins."""
    versions = {one.dataset: one.version for one in release.datasets}
    table = metric_table(house, "figure")
    shown = pl.col("level").is_in(["city", "unit"])
    kept = [one.filter(shown) for one in table.scan(version=versions["figure"])]
    return usual(pl.concat([pl.DataFrame(schema=FIGURE), *kept]))


def busiest_month(figures: pl.DataFrame) -> str | None:
    """The month with most cases; None without any."""
    of_cases = [name for name, one in METRICS.items() if one.subject == "issue"]
    found = (
        figures.filter(pl.col("metric").is_in(of_cases), level="city")
        .sort("denominator", "period", descending=True)
        .head(1)["period"]
    )
    return str(found.item()) if len(found) else None


def show_figures(page: Page, house: House, figures: pl.DataFrame) -> None:
    """The city's figures of the month with most cases, and who leads and trails."""
    busiest = busiest_month(figures)
    page.title(f"Figures of {busiest or '–'} 指标")
    names = house.city.reference("assessment_unit").select("unit_code", "unit_name")
    month = figures.filter(period=busiest)
    page.table(
        ("metric 指标", "city 全市", "of", "best unit 最高", "last unit 最低"),
        (
            (
                f"{METRICS[name].name_zh}\n{name}",
                *_ends(month.filter(metric=name), names),
            )
            for name in SHOWN_METRICS
            if name in set(month["metric"])
        ),
        empty="No cases, no figures.",
    )


def _ends(figures: pl.DataFrame, names: pl.DataFrame) -> tuple[str, ...]:
    """The city's share and what it is of, the best and the last unit's, as text.

    A unit stands above its share, so that the table needs no folding.
    """
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
    ends = [f"{name}\n{percent(share)}" for name, share in (units[:1] + units[-1:])]
    best, last = ends if ends else ("–", "–")
    return percent(value), f"{count}/{of}", best, last


def show_truth(page: Page, truth: Sequence[Check]) -> None:
    """How the outcome compares with what the city's makers know; failures first."""
    page.title("Against the truth 与真实情况比对")
    wrong = [one for one in truth if not one.ok]
    if wrong:
        page.table(
            ("check", "expected", "found"),
            ((one.check, one.expected, one.found) for one in wrong),
        )
        page.line(f"{len(wrong)} of {len(truth)} checks disagree.", style="red")
        return
    page.line(f"All {len(truth)} checks agree.")


def show_places(page: Page, house: House, release: Release, seconds: float) -> None:
    """Where everything lies."""
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


def show_next_steps(
    page: Page, house: House, done: Simulated, month: str | None, again: str
) -> None:
    """Commands to paste, each with what it shows."""
    home = house.settings.home
    page.title("Try next 接下来")
    is_usual = home.name == ".hub" and not home.is_absolute()
    at = "" if is_usual else f" --home {shlex.quote(str(home))}"
    program = "hub" if shutil.which("hub") else ".venv/bin/hub"
    for command, about in next_steps(done, month, again):
        page.command(command.replace("hub", program, 1) + at, about)


def next_steps(
    done: Simulated, month: str | None, again: str
) -> Iterator[tuple[str, str]]:
    """What to look at, with ids that this run made."""
    yield ("hub batch list", "what came and what became of it")
    most = max(done.batches, key=lambda one: one.quarantined or 0, default=None)
    if most is not None and most.quarantined:
        yield (f"hub batch show {most.id}", "one delivery, from its rows to its rules")
        yield (
            f"hub quarantine show {most.id}",
            "which rows stayed out, and what to do",
        )
    if month is not None:
        metric = "hub metric explain closed_loop_rate"
        yield (f"{metric} --period {month}", "the cases behind a figure")
        draft = f"hub assessment compute --period {month} --policy default-district"
        yield (draft, "ranks and points of the month, as a draft")
    rows = "hub dataset rows issue --columns case_no,stage_code"
    yield (f"{rows} --limit 3", "published rows")
    yield ("hub release show", "what the release holds, and what is missing from it")
    yield (again, "the same days again change nothing")
