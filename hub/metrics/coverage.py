"""Coverage (覆盖率, metrics §6.2), as entries of the registry.

What lives here: the primary definition, COV-AREA: required areas that are in use
and have a road chief in post. What does not: the rows (`area_rows`), computing the
figures (`figures`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason

IS_COMMUNITY = pl.col("subject") == "community"

COVERAGE = (
    Metric(
        id="area_coverage_rate",
        version=1,
        name_zh="覆盖率",
        name_en="coverage of responsibility areas (COV-AREA)",
        formula_zh="有路长在岗的应设责任区数 ÷ 应设责任区数",
        formula_en="required areas with a road chief in post ÷ required areas",
        numerator_zh=(
            "在用,且月末(当月未完的,为已知最后一日)有路长在岗:任期包含该日,人员在岗,"
            "电话有效;一人兼任超过允许数的,按任职日期、责任区标识取前几个"
        ),
        numerator_en=(
            "in use, and on the last day of the month (the last day known while it "
            "runs) with a road chief in post: the post holds on that day, the person "
            "is active, has a valid phone, and holds no more areas than allowed, of "
            "a surplus the first by (start_on, area_id)"
        ),
        denominator_zh=(
            "当日有效、应设路长的拟设或在用责任区;某级某地没有申报应设责任区的,"
            "以其社区(村)代之"
        ),
        denominator_en=(
            "areas valid on that day, required, and planned or in use; where a place "
            "has filed none, its communities stand in, covered if an area in use with "
            "a road chief in post names them"
        ),
        numerator=pl.col("is_in_use") & pl.col("has_chief"),
        outside=(),
        left_out=(
            Reason("AREA_NOT_REQUIRED", ~pl.col("is_required")),
            Reason("AREA_GIVEN_UP", ~pl.col("is_in_plan")),
        ),
        missed=(
            Reason("COMMUNITY_UNCOVERED", IS_COMMUNITY),
            Reason("AREA_ONLY_PLANNED", ~pl.col("is_in_use")),
            Reason("NO_CHIEF", ~pl.col("has_post")),
            Reason("CHIEF_NOT_LISTED", ~pl.col("is_listed")),
            Reason("CHIEF_INACTIVE", ~pl.col("has_active")),
            Reason("CHIEF_WITHOUT_PHONE", ~pl.col("has_phone")),
            Reason("CHIEF_OF_TOO_MANY", pl.lit(value=True)),
        ),
        beside=(Reason("COUNTED_BY_COMMUNITY", IS_COMMUNITY),),
        basis="standing_on_last_day",
        calibers=("COV-AREA", "DAY-LAST"),
        subject="area",
        levels=("city", "unit", "street_unit", "district", "street"),
        source="metrics §6.2, R08, R15",
    ),
)
