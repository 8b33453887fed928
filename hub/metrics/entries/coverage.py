"""Coverage (覆盖率, metrics §6.2), as entries of the registry.

What lives here: areas, communities and road length under a road chief in post;
COV-AREA is the primary definition. "Such an area" of COV-COMM and COV-ROAD is any area
in use with a road chief in post, as in the stand-in of COV-AREA. What does not: other
posts (`coverage_posts`), boards and objects (`registers`), the rows (`area_rows`,
`roster_rows`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.metric import Metric, Reason

IS_COMMUNITY = pl.col("subject") == "community"

PLACES = ("city", "unit", "street_unit", "district", "street")
NO_ROSTER = Reason("NO_ROSTER", pl.col("is_untold"))

AREA_COVERAGE = Metric(
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
        "以其社区(村)代之;从未报送过名册的考核单位不计,显示为无数据"
    ),
    denominator_en=(
        "areas valid on that day, required, and planned or in use; where a place "
        "has filed none, its communities stand in, covered if an area in use with "
        "a road chief in post names them; a unit of which no roster ever came is left "
        "out, as there is no data"
    ),
    numerator=pl.col("is_in_use") & pl.col("has_chief"),
    outside=(),
    left_out=(
        NO_ROSTER,
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
    levels=PLACES,
    source="metrics §6.2, R08, R15",
)
COMMUNITY_COVERAGE = Metric(
    id="community_coverage_rate",
    version=1,
    name_zh="社区(村)覆盖率",
    name_en="coverage of communities (COV-COMM)",
    formula_zh="有路长在岗责任区的社区(村)数 ÷ 社区(村)数",
    formula_en="communities with an area that has a road chief in post ÷ communities",
    numerator_zh="当日至少有一个在用且有路长在岗的责任区列明该社区(村)",
    numerator_en=(
        "named on that day by at least one area in use with a road chief in post"
    ),
    denominator_zh="当日所辖街道的全部社区(村);从未报送过名册的考核单位不计,显示为无数据",
    denominator_en=(
        "every community of the unit's streets on that day; a unit of which no roster "
        "ever came is left out, as there is no data"
    ),
    numerator=pl.col("is_covered"),
    outside=(),
    left_out=(NO_ROSTER,),
    missed=(Reason("COMMUNITY_UNCOVERED", pl.lit(value=True)),),
    beside=(),
    basis="standing_on_last_day",
    calibers=("COV-COMM", "DAY-LAST"),
    subject="community",
    levels=PLACES,
    source="metrics §6.2 COV-COMM, R08, R14",
)
ROAD_COVERAGE = Metric(
    id="road_coverage_rate",
    version=1,
    name_zh="路段覆盖率",
    name_en="coverage of road length (COV-ROAD)",
    formula_zh="有路长在岗责任区的路段长度 ÷ 全部路段长度(毫米)",
    formula_en=(
        "length of sections in areas with a road chief in post ÷ length of all (mm)"
    ),
    numerator_zh="当日所在责任区在用且有路长在岗的路段长度之和,单位毫米",
    numerator_en=(
        "length in millimetres of the sections whose area is in use with a road chief "
        "in post on that day"
    ),
    denominator_zh="当日全部路段长度之和,单位毫米;未报长度的路段不计,另行列出",
    denominator_en=(
        "length in millimetres of all sections of that day; sections without a length "
        "are left out and counted beside"
    ),
    numerator=pl.col("is_covered"),
    denominator_amount=pl.col("length_mm"),
    outside=(),
    left_out=(Reason("LENGTH_NOT_FILED", pl.col("length_mm").is_null()),),
    missed=(Reason("SECTION_UNCOVERED", pl.lit(value=True)),),
    beside=(),
    basis="standing_on_last_day",
    calibers=("COV-ROAD", "DAY-LAST"),
    subject="road_section",
    levels=PLACES,
    source="metrics §6.2 COV-ROAD, R03, R06",
)
COVERAGE = (AREA_COVERAGE, COMMUNITY_COVERAGE, ROAD_COVERAGE)
