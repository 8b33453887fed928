"""Cases counted by combinations of flags: the same answers as row by row."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from support.case_frames import count_loop, random_loop
from support.metric_frames import AS_OF, places_of
from support.thorough import of

from hub.metrics import verdicts
from hub.metrics.cases import COUNTED
from hub.metrics.counting import BESIDE, FIGURE, ORDER, count_beside, count_figures
from hub.metrics.judging import case_rows, judge
from hub.metrics.levels import existing_codes, known_places, settle_stand_ins
from hub.metrics.metric import Metric
from hub.metrics.registry import METRICS
from hub.metrics.units import last_days
from hub.metrics.variants import variants

MONTHS = ("2026-04", "2026-05")
CASES = [one for one in METRICS.values() if one.subject == "issue"]
PLAIN = pl.col("by").is_null()


def row_by_row(loop: pl.DataFrame, one: Metric, variant) -> tuple[pl.DataFrame, ...]:
    days = last_days(MONTHS)
    codes = existing_codes(places_of(), days)
    rows = known_places(
        case_rows(loop, calibers=variant.calibers, basis=variant.basis), codes
    )
    judged = settle_stand_ins(judge(rows, one), one.levels)
    figures = count_figures(
        judged,
        codes,
        one,
        calibers=variant.calibers,
        basis=variant.basis,
        as_of=AS_OF,
    )
    return figures, count_beside(judged, codes, one, variant.basis)


@pytest.mark.parametrize("seed", [1, 2][: of(2, 1)])
def test_every_variant_agrees_with_the_judgement_of_each_row(seed: int) -> None:
    loop = random_loop(seed, 120, MONTHS)
    fast = count_loop(loop, CASES, periods=MONTHS, every=True, evidence=False)
    listed = ("city", "unit", "street_unit", "district", "street")

    for one in CASES:
        told = fast.figures.filter(PLAIN, metric=one.id)
        several = variants(one, every=True)
        # Some of the variants a seed; the chosen one always.
        for variant in [several[0], *several[1 + seed :: 12]]:
            figures, beside = row_by_row(loop, one, variant)
            mine = told.filter(
                pl.col("calibers").list.join(" ") == " ".join(variant.calibers),
                basis=variant.basis,
            )
            if not variant.is_chosen:
                figures = figures.filter(pl.col("level").is_in(listed))
            order = ["period", ORDER, "unit_code"]
            assert_frame_equal(
                mine.sort(order), figures.select(FIGURE.keys()).sort(order)
            )
            if variant.is_chosen:
                shown = fast.beside.filter(metric=one.id)
                keys = list(BESIDE)
                assert_frame_equal(shown.sort(keys), beside.sort(keys))


def test_breakdowns_add_up_to_the_level_they_break_down() -> None:
    found = count_loop(random_loop(5, 300, MONTHS), CASES, periods=MONTHS).figures
    counted = found.filter(
        ~pl.col("metric").str.ends_with("_p50"), ~pl.col("metric").str.ends_with("_p90")
    )
    keys = ["metric", "period", "level", "unit_code"]
    whole = counted.filter(PLAIN, pl.col("level").is_in(["city", "unit"])).filter(
        pl.col("denominator") > 0
    )

    for by in ("category", "channel", "mode"):
        parts = (
            counted.filter(by=by)
            .group_by(keys)
            .agg(pl.col("numerator", "denominator").sum())
        )
        columns = [*keys, "numerator", "denominator"]
        assert_frame_equal(
            parts.select(columns).sort(keys, nulls_last=True),
            whole.select(columns).sort(keys, nulls_last=True),
        )


def test_no_order_of_rows_changes_a_digit() -> None:
    loop = random_loop(7, 200, MONTHS)

    one = count_loop(loop, CASES, periods=MONTHS, every=True)
    other = count_loop(
        loop.sample(fraction=1, shuffle=True, seed=3), CASES, periods=MONTHS, every=True
    )

    for mine, theirs in zip(one, other, strict=True):
        assert_frame_equal(mine, theirs)


def test_the_columns_that_are_counted_are_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = random_loop(11, 200, MONTHS)
    terms = {"periods": MONTHS, "every": True, "evidence": False}
    whole = count_loop(loop, CASES, **terms)
    monkeypatch.setattr(verdicts, "PIECE", 30)

    counted = loop.select(name for name in COUNTED if name in loop.columns)
    found = count_loop(counted, CASES, **terms)

    assert counted.width < loop.width

    for mine, theirs in zip(found, whole, strict=True):
        assert_frame_equal(mine, theirs)


def test_a_numerator_is_part_of_its_denominator() -> None:
    found = count_loop(random_loop(9, 300, MONTHS), CASES, every=True).figures
    shares = found.filter(pl.col("value_share").is_not_null())

    assert len(shares) > 1000
    assert (shares["numerator"] <= shares["denominator"]).all()
    assert found.filter(denominator=0)["value_share"].null_count() == len(
        found.filter(denominator=0)
    )
