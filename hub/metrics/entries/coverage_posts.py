"""Posts other than the road chief's that must be filled (metrics §6.2).

What lives here: building chiefs, shop chiefs and named contacts, each over what must
have one. Somebody is in post if the post holds on the day, the person is active and
has a valid phone. What does not: road chiefs (`coverage`), vacancies as a list
(`hub.metrics.exceptions`).
"""

from __future__ import annotations

import polars as pl

from hub.metrics.entries.coverage import NO_ROSTER, PLACES
from hub.metrics.metric import Metric, Reason

UNFILLED = (
    Reason("NOBODY_IN_POST", ~pl.col("has_post")),
    Reason("PERSON_NOT_LISTED", ~pl.col("is_listed")),
    Reason("PERSON_INACTIVE", ~pl.col("has_active")),
    Reason("PERSON_WITHOUT_PHONE", pl.lit(value=True)),
)

COVERAGE_POSTS = (
    Metric(
        id="building_chief_rate",
        version=1,
        name_zh="楼长配备率",
        name_en="communities with a building chief (COV-BLD)",
        formula_zh="有楼长在岗的社区(村)数 ÷ 社区(村)数",
        formula_en="communities with a building chief in post ÷ communities",
        numerator_zh="当日有楼长在岗:任期包含该日,人员在岗,电话有效",
        numerator_en=(
            "with a building chief in post on that day: the post holds, the person is "
            "active and has a valid phone"
        ),
        denominator_zh="当日所辖街道的全部社区(村);从未报送过名册的考核单位不计",
        denominator_en=(
            "every community of the unit's streets on that day; a unit of which no "
            "roster ever came is left out"
        ),
        numerator=pl.col("has_phone"),
        outside=(),
        left_out=(NO_ROSTER,),
        missed=UNFILLED,
        beside=(),
        basis="standing_on_last_day",
        calibers=("COV-BLD", "DAY-LAST"),
        subject="community",
        levels=PLACES,
        source="metrics §6.2 COV-BLD, R19",
    ),
    Metric(
        id="shop_chief_rate",
        version=1,
        name_zh="店长配备率",
        name_en="road sections with a shop chief (COV-SHOP)",
        formula_zh="有店长在岗的应设店长路段数 ÷ 应设店长路段数",
        formula_en="sections with a shop chief in post ÷ sections that must have one",
        numerator_zh="当日有店长在岗:任期包含该日,人员在岗,电话有效",
        numerator_en=(
            "with a shop chief in post on that day: the post holds, the person is "
            "active and has a valid phone"
        ),
        denominator_zh="当日有效、应设店长的路段",
        denominator_en="sections of that day with many shops, which must have one",
        numerator=pl.col("has_phone"),
        outside=(),
        left_out=(
            Reason("SHOP_CHIEF_NOT_REQUIRED", ~pl.col("is_shop_chief_required")),
        ),
        missed=UNFILLED,
        beside=(),
        basis="standing_on_last_day",
        calibers=("COV-SHOP", "DAY-LAST"),
        subject="road_section",
        levels=PLACES,
        source="metrics §6.2 COV-SHOP, R21",
    ),
    Metric(
        id="named_contact_rate",
        version=1,
        name_zh="共治单位联络人配备率",
        name_en="organisations with a named contact (COV-NAMED)",
        formula_zh="有联络人在岗的应设联络人单位数 ÷ 应设联络人单位数",
        formula_en="organisations with a contact in post ÷ those that must name one",
        numerator_zh="当日有部门联络人或社会责任单位联络人在岗",
        numerator_en="with a contact of department or responsible unit in post",
        denominator_zh=(
            "当日有效、应设联络人的部门和社会责任单位;是否应设未定的另行列出。"
            "单位填报了所属考核单位的按填报,否则按所在区划(区级部门归其区内街道"
            "最多的考核单位)"
        ),
        denominator_en=(
            "departments and responsible units of that day that must name one; those "
            "not yet decided are left out. They count for the unit that they state, "
            "else for that of their division (of a district, for the unit that holds "
            "most of its streets)"
        ),
        numerator=pl.col("has_phone"),
        outside=(),
        left_out=(Reason("CONTACT_NOT_DECIDED", pl.col("is_undecided")),),
        missed=UNFILLED,
        beside=(),
        basis="standing_on_last_day",
        calibers=("COV-NAMED", "DAY-LAST"),
        subject="named_org",
        levels=PLACES,
        source="metrics §6.2 COV-NAMED, R24",
    ),
)
