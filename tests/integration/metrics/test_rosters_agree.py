"""Coverage, action, rule-building and meetings on 1,000 random towns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

import pytest
from support.slow.action import Parameters, act_day, act_patrol, act_person, act_shop
from support.slow.coverage import COVERAGE, Sums, sums
from support.slow.hub_figures import Counts, counts_of, differing, figures_of
from support.slow.hub_rosters import roster_rows
from support.slow.institution import institution, meetings
from support.slow.town import Town
from support.slow.towns import Batch, batch, seeds

BATCHES, TOWNS = 20, 50
RULES = Parameters()
Slow = Callable[[Batch, Town], Sums]


def coverage(id_: str) -> Slow:
    return lambda batch_, town: sums(COVERAGE[id_](town))


# The hub's metric, and what says the same here.
AGREE: dict[str, Slow] = {
    "area_coverage_rate": coverage("COV-AREA"),
    "community_coverage_rate": coverage("COV-COMM"),
    "road_coverage_rate": coverage("COV-ROAD"),
    "building_chief_rate": coverage("COV-BLD"),
    "shop_chief_rate": coverage("COV-SHOP"),
    "sign_board_rate": coverage("COV-BOARD"),
    "service_object_rate": coverage("COV-OBJ"),
    "named_contact_rate": coverage("COV-NAMED"),
    "duty_action_rate": lambda b, town: sums(act_day(town, b.calendar, RULES)),
    "active_chief_rate": lambda b, town: sums(act_person(town, b.calendar, RULES)),
    "patrol_completion_rate": lambda b, town: sums(act_patrol(town)),
    "shop_visit_rate": lambda b, town: sums(act_shop(town)),
    "institution_score": lambda b, town: institution(town),
    "meeting_settlement_rate": lambda b, town: meetings(town),
}
LEVELS: dict[str, tuple[str, ...]] = {"meeting_settlement_rate": ("city",)}
EVERYWHERE = ("city", "unit", "district", "street", "chief")


def added(parts: Iterable[Sums]) -> Counts:
    """Counts of all towns: they share the city and nothing else."""
    found: Counter[tuple[str, str | None, int]] = Counter()
    for one in parts:
        for (level, place), pair in one.items():
            for number, value in enumerate(pair):
                found[level, place, number] += value
    keys = {(level, place) for level, place, _ in found}
    counts = {(*key,): (found[(*key, 0)], found[(*key, 1)]) for key in keys}
    return {key: pair for key, pair in counts.items() if pair[1]}


def expected_of(towns: Batch, metric: str) -> Counts:
    slow = partial(AGREE[metric], towns)
    counts = added(slow(town) for town in towns.towns)
    if metric == "area_coverage_rate":
        # A place that has filed no required area is counted by its communities.
        counts = added(sums(COVERAGE["COV-COMM"](t)) for t in towns.towns) | counts
    return counts


@pytest.mark.parametrize("seed", seeds(BATCHES))
def test_every_roster_figure_agrees(seed: int) -> None:
    towns = batch(seed, TOWNS)

    figures = figures_of(towns, roster_rows(towns)).figures

    wrong = {}
    for metric in AGREE:
        asked = LEVELS.get(metric, EVERYWHERE)
        found, expected = (
            {key: pair for key, pair in counts.items() if key[0] in asked}
            for counts in (counts_of(figures, metric), expected_of(towns, metric))
        )
        wrong[metric] = differing(found, expected)
    assert not {metric: places for metric, places in wrong.items() if places}
