"""Cases, patrols and re-checks as the road chiefs' system writes them.

What lives here: one list of lines per feed, every instant a number of milliseconds
(T25), 0 for none. What does not: asking for them (`system`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.ground.patrols import POINTS
from hub.demo.systems.base import Line, words
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import hub_key
from hub.demo.told.issues import derived

# Defects of a day's cases, and the rule that each must meet.
RULES = {
    "status": "P06",  # a state that the value table does not know (T16)
    "seconds": "P03",  # seconds where milliseconds are declared (T25)
}
STATES = {"DISCOVERED": "1", "HANDLED": "2", "CLOSED": "3"}
STATE_NAMES = {"DISCOVERED": "待处置", "HANDLED": "已处置", "CLOSED": "已办结"}
STATUSES = {"PLANNED": "计划", "DONE": "完成", "MISSED": "未巡", "EXCUSED": "请假"}
RESULTS = {"PASS": "合格", "FAIL": "不合格", "UNABLE": "无法判断"}
SEEN = {"PASS": "现场已恢复", "FAIL": "问题仍在", "UNABLE": "现场围挡"}
NOTHING = pl.lit("")
# Some opinions were ruined on the way to the office's database (T42).
OPINION = pl.concat_str(
    words(
        pl.col("result"),
        {"PASS": "现场已恢复", "FAIL": "问题仍在", "UNABLE": "现场围挡"},
    ),
    pl.when(pl.col("pick") % 11 == 4)
    .then(pl.lit("，\ufffd\ufffd"))
    .otherwise(pl.lit("")),
)


def millis(instant: pl.Expr | str) -> pl.Expr:
    """An instant as milliseconds since 1970; 0 for none (T26)."""
    at = pl.col(instant) if isinstance(instant, str) else instant
    return at.dt.epoch("ms").fill_null(0)


HAS_CHIEF = pl.col("person").is_not_null()
# Where the post is vacant, the street's helper does the chief's work.
FINDER = pl.coalesce("person", pl.format("XG{}", "street_code"))
NAMES_AREA = pl.col("pick") % 2 == 0
UNIT = pl.format("S{}", "street_code")
# Signs of place names that many fonts and databases do not know (T40).
WHAT = pl.format(
    "路长巡查：{}{}",
    "category_name",
    pl.when(pl.col("pick") % 13 == 6)
    .then(pl.lit("（㛃𬭳路口）"))
    .otherwise(pl.lit("")),
)
STATE = words(pl.col("stage"), STATES)
IS_CLOSED = pl.col("stage") == "CLOSED"

CASES = (
    Line("caseId", pl.col("case_id")),
    Line("caseNo", pl.col("case_no"), "case_no", pl.col("case_no")),
    Line(None, None, "source_channel_code", pl.lit("LZZ")),
    Line(
        "finderType",
        pl.when(HAS_CHIEF).then(pl.lit("路长")).otherwise(pl.lit("共治力量")),
        "reporter_type_code",
        pl.when(HAS_CHIEF).then(pl.lit("ROAD_CHIEF")).otherwise(pl.lit("CO_GOVERN")),
    ),
    Line("finderNo", FINDER, "reporter_person_id", ref("person", FINDER)),
    Line("content", WHAT, "description", WHAT),
    Line("itemCode", pl.col("category_code")),
    Line("itemName", pl.col("category_name")),
    Line("lng", pl.col("lng"), "lon", pl.col("lon")),
    Line("lat", pl.col("north_lat"), "lat", pl.col("lat")),
    Line(None, None, "coord_sys_code", pl.lit("CGCS2000")),
    Line(None, None, "coord_quality_code", pl.lit("OK")),
    Line("district", pl.col("district_code"), "district_code", pl.col("district_code")),
    Line("street", pl.col("street_code"), "street_code", pl.col("street_code")),
    Line("areaNo", pl.when(NAMES_AREA).then("area_no")),
    Line("unitNo", UNIT, "handling_org_id", ref("org", UNIT)),
    Line(
        "state",
        pl.when((pl.col("defect") == "status").fill_null(value=False))
        .then(pl.lit("8"))
        .otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line(
        "stateName",
        words(pl.col("stage"), STATE_NAMES),
        "source_stage_name",
        words(pl.col("stage"), STATE_NAMES),
    ),
    Line(
        "foundTs",
        pl.when((pl.col("defect") == "seconds").fill_null(value=False))
        .then(millis("created_at") // 1000)
        .otherwise(millis("created_at")),
        "reported_at",
        pl.col("created_at"),
    ),
    Line("handledTs", millis("disposeEndTime"), "handled_at", pl.col("disposeEndTime")),
    Line("closedTs", millis("archiveTime"), "closed_at", pl.col("archiveTime")),
    Line("photos", pl.col("pick") % 3 + 1, "media_count", pl.col("pick") % 3 + 1),
    Line("updateTs", millis("changed_at")),
    Line(None, None, "deadline_source_code", pl.lit("NONE")),
    Line(
        None, None, "close_type_code", pl.when(IS_CLOSED).then(pl.lit("SELF_HANDLED"))
    ),
    *(
        Line(
            None,
            None,
            name,
            pl.lit("SELF_HANDLED") if name == "handling_mode_code" else told,
        )
        for name, told in derived(method=pl.col("method")).items()
    ),
)

IS_DONE = pl.col("status") == "DONE"
ENDED = pl.col("started_at") + pl.duration(minutes=pl.col("minutes"))
METRES = pl.col("minutes") * 37
PLANNED_POINTS = pl.lit(POINTS)
PLANNED_SHOPS = pl.col("place") % 4 + 4
VISITED = pl.min_horizontal("shops", PLANNED_SHOPS)
PATROLS = (
    Line("patrolId", pl.col("patrol")),
    Line("personNo", pl.col("person"), "person_id", ref("person", "person")),
    Line("postNo", pl.col("post"), "assignment_id", ref("assignment", "post")),
    Line("areaNo", pl.col("area_no"), "area_id", ref("area", "area_no")),
    Line("status", words(pl.col("status"), STATUSES), "status_code", pl.col("status")),
    Line("planDate", pl.col("on").dt.strftime("%Y%m%d"), "planned_on", pl.col("on")),
    Line("startTs", millis("started_at"), "started_at", pl.col("started_at")),
    Line("endTs", millis(ENDED), "ended_at", ENDED),
    Line("minutes", pl.col("minutes"), "duration_minutes", pl.col("minutes")),
    Line(
        "km",
        pl.concat_str(
            METRES // 1000, pl.lit("."), (METRES % 1000).cast(pl.String).str.zfill(3)
        ),
        "length_m",
        METRES,
    ),
    Line("pointsPlan", PLANNED_POINTS, "checkpoint_planned_count", PLANNED_POINTS),
    Line(
        "pointsDone",
        pl.col("checkpoints"),
        "checkpoint_done_count",
        pl.col("checkpoints"),
    ),
    Line("shopsPlan", PLANNED_SHOPS, "shop_planned_count", PLANNED_SHOPS),
    Line("shopsDone", VISITED, "shop_visited_count", VISITED),
    Line("inside", pl.col("inside").cast(pl.Int8), "is_inside_area", pl.col("inside")),
    Line("track", pl.col("track"), "track", pl.col("track")),
    Line("updateTs", millis("changed_at")),
)

RECHECKS = (
    Line("recheckId", pl.col("recheck")),
    Line(
        "cityCaseId",
        pl.col("city_id"),
        "issue_id",
        hub_key("issue", "platform", pl.col("city_id")),
    ),
    Line("round", pl.col("attempt"), "attempt_seq", pl.col("attempt")),
    Line(None, None, "review_kind_code", pl.lit("RECHECK")),
    Line("chiefNo", pl.col("person"), "reviewer_person_id", ref("person", "person")),
    Line("doneTs", millis("at"), "done_at", pl.col("at")),
    Line("result", words(pl.col("result"), RESULTS), "result_code", pl.col("result")),
    Line("opinion", OPINION, "opinion", OPINION),
    Line("photos", pl.col("pick") % 2 + 1, "media_count", pl.col("pick") % 2 + 1),
    Line("updateTs", millis("at")),
)
