"""Rows that add amounts instead of one each."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from support.metric_frames import AS_OF, counts, places_of

from hub.metrics.figures import Terms, compute_figures
from hub.metrics.metric import Reason
from hub.metrics.registry import metric


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (None, None, (2, 3)),
        (None, pl.col("metres"), (30, 60)),  # what counts adds what it is long
        (pl.col("metres"), None, (30, 3)),  # a sum over things, as of averages
        (pl.lit(1), pl.col("metres"), (2, 60)),
    ],
)
def test_rows_add_amounts(
    part: pl.Expr | None, whole: pl.Expr | None, expected: tuple[int, int]
) -> None:
    rows = pl.DataFrame(
        {
            "period": "2026-04",
            **dict.fromkeys(("subject", "area_id"), "area"),
            "subject_id": ["a", "b", "c", "d"],
            "street_code": "s1",
            "district_code": "d1",
            "chief_person_id": None,
            "is_good": [True, False, True, True],
            "is_out": [False, False, False, True],
            "metres": [10, 30, 20, 99],
        },
        schema_overrides={"chief_person_id": pl.String},
    )
    one = replace(
        metric("area_coverage_rate"),
        numerator=pl.col("is_good"),
        left_out=(Reason("AREA_NOT_REQUIRED", pl.col("is_out")),),
        missed=(),
        beside=(),
        numerator_amount=part,
        denominator_amount=whole,
    )

    found = compute_figures(
        {"area": rows},
        places_of(),
        metrics=[one],
        periods=["2026-04"],
        terms=Terms(zone="Asia/Shanghai", as_of=AS_OF),
    )

    assert counts(found) == expected
    assert found.evidence["denominator_amount"].sum() == expected[1]
