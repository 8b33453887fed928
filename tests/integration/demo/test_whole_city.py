"""The whole simulated city: its truth is met, whatever order its days come in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from itertools import permutations
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal
from support.thorough import large, of
from support.whole_city import Outcome, run_days

from hub.assets.feed_checks import day_verdicts, feed_verdicts
from hub.demo.systems.registry import SYSTEMS
from hub.flow.figures import compute, explain
from hub.flow.kept_rows import TOLD_WHOLE
from hub.flow.quarantine import held_about, held_rows
from hub.metrics.registry import METRICS

DAYS = tuple(range(1, 1 + of(3, 2)))
# The last day first, and days twice.
ORDER = (*DAYS[::-1], *DAYS[: of(3, 1)])
# All orders of a small city are tried in tests/integration/flow/test_order.
OTHER_ORDERS = [*permutations((1, 2, 3))][:0:-1]
MONTH = "2026-07"
FEW = ("roster", "platform", "qiaokou", "hanyang")
LEAST_TRAPS = 40


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run_days(tmp_path_factory.mktemp("order"), DAYS)


@pytest.mark.slow
def test_every_check_agrees(in_order: Outcome) -> None:
    assert in_order.checks
    assert in_order.wrong == []


@pytest.mark.slow
def test_no_feed_looks_odd_that_is_not(in_order: Outcome) -> None:
    house = in_order.house
    odd = {}
    for partner in house.city.partners.values():
        for feed in partner.feeds:
            name = f"{partner.id}/{feed.name}"
            own = [b for b in in_order.batches if f"{b.partner}/{b.feed}" == name]
            judged = [
                *day_verdicts(house, own),
                *feed_verdicts(house, partner, feed, own),
            ]
            # Rows that are out are there on purpose, and so is the one delivery
            # that is refused.
            failed = {one.check for one in judged if not one.passed} - {"valid"}
            refused = {"delivered"} if any(b.state != "merged" for b in own) else set()
            if own and failed != refused:
                odd[name] = failed

    assert odd == {}


@pytest.mark.slow
def test_what_is_kept_explains_a_figure_as_the_facts_do(in_order: Outcome) -> None:
    house, seen = in_order.house, set()
    for name, one in METRICS.items():
        if one.subject not in TOLD_WHOLE:
            continue
        kept = explain(house, name, MONTH)
        counted = compute(house, metrics=[name], periods=[MONTH])
        for table in ("figures", "beside", "evidence"):
            assert_frame_equal(
                getattr(kept, table),
                getattr(counted, table),
                check_row_order=table != "evidence",
            )
        # Nobody has made the rows again that are kept.
        assert kept.base_row.is_empty()
        seen |= {one.subject} if len(kept.evidence) else set()

    assert seen == set(TOLD_WHOLE)


@pytest.mark.slow
def test_rows_that_are_out_are_as_many_as_the_ledger_says(in_order: Outcome) -> None:
    house = in_order.house
    feeds = [(p, feed) for p in house.city.partners.values() for feed in p.feeds]
    looked_at = {
        name: sum(
            len(held_rows(house, partner, feed))
            for partner, feed in feeds
            if name in {emit.dataset for emit in feed.emits}
        )
        for name in ("issue", "review", "patrol")
    }

    assert {name: held_about(house, [name]) for name in looked_at} == looked_at
    assert looked_at["issue"] > 0


# Of a small city in tests/integration/flow/test_order, in every run.
@large
def test_order_and_repetition_change_no_digest(
    in_order: Outcome, tmp_path: Path
) -> None:
    other = run_days(tmp_path, ORDER)

    assert other.wrong == []
    assert other.digests() == in_order.digests()


def run_few(folder: Path, order: tuple[int, ...]) -> Outcome:
    return run_days(folder, order, only=FEW, issues=60, figures=False)


@pytest.fixture(scope="module")
def few_in_order(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run_few(tmp_path_factory.mktemp("few"), (1, 2, 3))


@large
@pytest.mark.parametrize("order", OTHER_ORDERS, ids=str)
def test_every_permutation_of_a_few_systems(
    few_in_order: Outcome, order: tuple[int, ...], tmp_path: Path
) -> None:
    other = run_few(tmp_path, order)

    assert other.digests() == few_in_order.digests()


def test_the_city_sends_most_of_the_traps() -> None:
    sent = {trap for make in SYSTEMS for trap in _traps(make)}

    assert len(sent) >= LEAST_TRAPS, sorted(sent)


def _traps(make: Callable[..., object]) -> set[str]:
    """What the module of a system, or the folder that it lies in, says it sends."""
    module = import_module(make.__module__)
    said = getattr(module, "TRAPS", None)
    return set(said or import_module(str(module.__package__)).TRAPS)
