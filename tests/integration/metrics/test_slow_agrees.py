"""Every rate and duration, under every caliber and basis, on 1,000 random towns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest
from support.slow.atoms import Atoms
from support.slow.choices import Choice
from support.slow.counts import all_atoms, judged, tally, values
from support.slow.hub_figures import Counts, differing, figures_of
from support.slow.hub_side import loop_rows
from support.slow.institution import nearest_rank
from support.slow.towns import Batch, batch, seeds

BATCHES, TOWNS = 10, 100
# The hub's metric, and what it is called here.
AGREE = {
    "valid_report_rate": "valid_report",
    "acceptance_rate": "acceptance",
    "on_time_acceptance_rate": "on_time_acceptance",
    "registration_rate": "registration",
    "on_time_registration_rate": "on_time_registration",
    "accurate_dispatch_rate": "accurate_dispatch",
    "on_time_dispatch_rate": "on_time_dispatch",
    "handling_rate": "handling",
    "on_time_handling_rate": "on_time_handling",
    "overdue_handling_rate": "overtime_handling",
    "overdue_pending_rate": "overtime_pending",
    "extension_rate": "postponement",
    "closing_rate": "closing",
    "on_time_closing_rate": "on_time_closing",
    "overdue_closing_rate": "late_closing",
    "unclosed_rate": "unclosed",
    "rework_rate": "rework",
    "on_time_verification_rate": "on_time_verification",
    "on_time_check_rate": "on_time_check",
    "supervision_report_rate": "patrol_report",
    "public_report_rate": "public_report",
    "check_pass_rate": "check_pass",
    "return_rate": "return",
    "repeat_rate": "recurrence",
    "satisfaction_rate": "satisfaction",
    "closed_loop_rate": "closed_loop",
    "on_time_closed_loop_rate": "on_time_closed_loop",
    "first_pass_rate": "first_pass",
    "self_discovery_rate": "self_discovery",
}
# The hub's durations without their ending: span and handling mode.
DURATIONS: dict[str, tuple[str, str | None]] = {
    "dispatched_handle": ("handle", "DISPATCHED"),
    "self_handled_handle": ("handle", "SELF_HANDLED"),
    "unknown_mode_handle": ("handle", "UNKNOWN"),
    "dispatched_first_response": ("first_response", "DISPATCHED"),
    "dispatch": ("dispatch", None),
    "receive": ("receive", None),
    "answer": ("answer", None),
    "self_handled_whole": ("whole", "SELF_HANDLED"),
}
KINDS = ("mean", "p50", "p90")
ASKED = [*AGREE, *(f"{name}_{kind}" for name in DURATIONS for kind in KINDS)]
FIGURE = ("level", "unit_code", "numerator", "denominator")


def by_variant(figures: pl.DataFrame) -> Mapping[Any, Counts]:
    """Counts of each metric, basis and set of calibers; breakdowns left out."""
    told = figures.filter(pl.col("by").is_null() & (pl.col("denominator") > 0))
    keys = ["metric", "basis", "calibers"]
    return {
        (metric, basis, tuple(calibers)): {
            (level, place): (part, whole)
            for level, place, part, whole in rows.select(FIGURE).iter_rows()
        }
        for (metric, basis, calibers), rows in told.group_by(keys)
    }


def duration(cases: Sequence[Atoms], metric: str, basis: str, choice: Choice) -> Counts:
    name, kind = metric.rsplit("_", 1)
    span, mode = DURATIONS[name]
    found = values(cases, span, mode, basis, choice)
    percent = None if kind == "mean" else int(kind[1:])
    return {
        key: (
            sum(minutes) if percent is None else nearest_rank(minutes, percent) or 0,
            len(minutes),
        )
        for key, minutes in found.items()
    }


def disagreements(towns: Batch) -> dict[Any, dict[object, object]]:
    """Variants of which the two say something else, with the first places."""
    figures = figures_of(towns, {"issue": loop_rows(towns)}, ASKED, every=True).figures
    # Towns share the city and nothing else, so all are counted in one go.
    cases = [one for town in towns.towns for one in all_atoms(town, towns.calendar)]
    known: dict[Any, list[tuple[Atoms, bool]]] = {}
    wrong = {}
    for variant, found in by_variant(figures).items():
        metric, basis, calibers = variant
        choice = Choice(calibers)
        if metric in AGREE:
            if (metric, calibers) not in known:
                known[metric, calibers] = judged(cases, AGREE[metric], choice)
            expected = tally(known[metric, calibers], basis, choice)
        else:
            expected = duration(cases, metric, basis, choice)
        levels = {level for level, _ in found}
        asked = {key: pair for key, pair in expected.items() if key[0] in levels}
        if unlike := differing(found, asked):
            wrong[variant] = unlike
    return wrong


@pytest.mark.parametrize("seed", seeds(BATCHES))
def test_every_figure_agrees_under_every_caliber_and_basis(seed: int) -> None:
    assert not disagreements(batch(seed, TOWNS))
