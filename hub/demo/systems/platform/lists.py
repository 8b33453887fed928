"""A case as the platform's listings write it, and what must come of it.

What lives here: eGova's spelling (dialect 1): ids as text, naive local times, surrogate
ids beside codes, empty texts for nothing, points in GCJ-02. What does not: which
cases there are and what is wrong with them (`known`), asking for them (`interface`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.paths import TIME_FIELDS
from hub.demo.systems.base import Line, local, pick, words
from hub.demo.systems.platform.known import has, is_on
from hub.demo.systems.platform.vocabulary import (
    CHANNELS,
    FAR,
    IMPOSSIBLE,
    KINDS,
    LIMIT_HOURS,
    PHRASES,
    STATES,
    SURNAMES,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.told.issues import derived

TIMES = {
    "operateTime": "accepted_at",
    "verifyTime": "verified_at",
    "instTime": "registered_at",
    "dispatchTime": "dispatched_at",
    "disposeBeginTime": "received_at",
    "disposeEndTime": "handled_at",
    "cancelTime": "cancelled_at",
    "feedbackTime": "fed_back_at",
}
NOTHING = pl.lit("")
TAIL = (pl.col("pick") % 100_000_000).cast(pl.String).str.zfill(8)
IS_PUBLIC = pl.col("channel").is_in(["HL19", "HL45", "SSP"])
HAS_DEADLINE = pl.col("pick") % 17 != 3  # T60
HOURS = pick(LIMIT_HOURS, 3).cast(pl.Int64) + 24 * pl.col("postpone")
DUE = pl.when(HAS_DEADLINE).then(pl.col("dispatchTime") + pl.duration(hours=HOURS))
IS_EXEMPT = pl.col("pick") % 41 == 5
BY_HAND = pl.col("pick") % 5 == 0  # archived by a person: the other field stays empty
CLOSED = local("archiveTime").fill_null("")
COMMUNITY = pl.when("community_told").then("community_code")
GRID = pl.when("community_told").then(pl.format("{}001", "community_code"))
STATE = pl.when(has("state", "state_once")).then(pl.lit("2")).otherwise("state")
ACCEPTED = (
    pl.when(has("backwards") & pl.col("operateTime").is_not_null())
    .then(pl.col("created_at") - pl.duration(minutes=50))
    .otherwise("operateTime")
)
SWAPPED = has("swapped")
EAST, NORTH = pl.col("lng"), pl.col("north_lat")
COARSE_EAST, COARSE_NORTH = EAST.str.head(6), NORTH.str.head(5)  # two decimals
UNIT, BUREAU = pl.format("S{}", "street_code"), pl.format("D{}", "district_code")
WHAT = pl.format("{}{}，{}", "street_name", "category_name", pick(PHRASES, 7))
ADDRESS = pl.format(
    "{}{}{}号附近", "district_name", "street_name", pl.col("pick") % 400 + 1
)
NAME = pl.when(IS_PUBLIC).then(pl.format("{}先生", pick(SURNAMES, 11)))
PHONE = pl.when(IS_PUBLIC).then(pl.format("199{}", TAIL))
# After a re-check that failed the case is being handled again, whatever is said here,
# unless it is closed later still; then nobody knows how.
SAYS_CLOSED = pl.col("stage").is_in(["CLOSED", "FED_BACK"])
FAILED = pl.col("failed_at").is_not_null()
FELL = FAILED & (~SAYS_CLOSED | (pl.col("archiveTime") < pl.col("failed_at")))
STAGE = pl.when(FELL).then(pl.lit("HANDLING")).otherwise("stage")
IS_CLOSED = ~FELL & SAYS_CLOSED
CLOSE_TYPE = pl.when(IS_CLOSED).then(
    pl.when(is_on("forced"))
    .then(pl.lit("FORCED"))
    .when(is_on("held_closed"))
    .then(pl.lit("FROM_SUSPENDED"))
    .when(~is_on("unchecked") & ~FAILED)
    .then(pl.lit("NORMAL"))
)


def _time(name: str, column: str) -> Line:
    at = ACCEPTED if column == "accepted_at" else pl.col(name)
    wrong = {"instTime": ("date", IMPOSSIBLE), "operateTime": ("future", FAR)}
    sent = local(at).fill_null("")
    if name in wrong:
        kind, text = wrong[name]
        sent = pl.when(has(kind)).then(pl.lit(text)).otherwise(sent)
    return Line(name, sent, column, at)


WHAT_LINES = (
    Line("id", pl.col("case_id")),
    Line("recId", pl.col("case_id")),
    Line("taskNum", pl.col("case_no"), "case_no", pl.col("case_no")),
    Line("recTypeId", pl.lit("1")),
    Line("recTypeName", pl.lit("城市管理"), "record_type_name", pl.lit("城市管理")),
    Line(
        "eventSrcId",
        words(pl.col("channel"), {code: one for code, (one, _) in CHANNELS.items()}),
        "source_channel_code",
        pl.col("channel"),
    ),
    Line(
        "eventSrcName",
        words(pl.col("channel"), {code: name for code, (_, name) in CHANNELS.items()}),
        "source_channel_name",
        words(pl.col("channel"), {code: name for code, (_, name) in CHANNELS.items()}),
    ),
    Line(
        "eventTypeId",
        words(
            pl.col("kind_code_right"), {code: one for code, (one, _) in KINDS.items()}
        ),
    ),
    Line(
        "eventTypeName",
        words(
            pl.col("kind_code_right"), {code: name for code, (_, name) in KINDS.items()}
        ),
    ),
    Line("eventTypeCode", pl.col("category_code")),
    Line("mainTypeId", pl.format("801{}", "major_code")),
    Line("mainTypeName", pl.col("major_name")),
    Line("subTypeId", pl.format("8015{}", "category_code")),
    Line("subTypeName", pl.col("category_name")),
    Line("eventDesc", WHAT, "description", WHAT),
    Line("eventStateId", STATE, "source_stage_id", pl.col("state")),
    Line(
        "eventStateName",
        words(STATE, STATES),
        "source_stage_name",
        words(pl.col("state"), STATES),
    ),
)
WHERE_LINES = (
    Line("address", ADDRESS, "address", ADDRESS),
    Line(
        "longitude",
        pl.when(SWAPPED)
        .then(NORTH)  # T34
        .when(has("coarse"))
        .then(COARSE_EAST)  # T35
        .when(has("zero"))
        .then(pl.lit("0"))
        .otherwise(EAST),
        "lon",
        pl.when(has("coarse"))
        .then(COARSE_EAST.cast(pl.Float64))
        .when(~has("zero"))
        .then("lon"),
    ),
    Line(
        "latitude",
        pl.when(SWAPPED)
        .then(EAST)
        .when(has("coarse"))
        .then(COARSE_NORTH)
        .when(has("zero"))
        .then(pl.lit("0"))
        .otherwise(NORTH),
        "lat",
        pl.when(has("coarse"))
        .then(COARSE_NORTH.cast(pl.Float64))
        .when(~has("zero"))
        .then("lat"),
    ),
    Line(
        None,
        None,
        "coord_sys_code",
        pl.when(~has("zero")).then(pl.lit("GCJ02")),
    ),
    Line(
        None,
        None,
        "coord_quality_code",
        pl.when(SWAPPED)
        .then(pl.lit("SWAPPED_FIXED"))
        .when(has("coarse"))
        .then(pl.lit("UNSURE"))
        .when(has("zero"))
        .then(pl.lit("MISSING"))
        .otherwise(pl.lit("CONVERTED")),
    ),
    Line("districtId", pl.format("31{}", pl.col("street") // 5)),
    Line("districtName", pl.col("district_name")),
    Line(
        "districtCode",
        pl.col("district_code"),
        "district_code",
        pl.col("district_code"),
    ),
    Line("streetId", pl.format("32{}", "street")),
    Line("streetName", pl.col("street_name")),
    Line(
        "streetCode",
        pl.when(has("street"))
        .then(pl.format("{}999", "district_code"))
        .otherwise("street_code"),
        "street_code",
        pl.col("street_code"),
    ),
    Line("communityCode", COMMUNITY.fill_null(""), "community_code", COMMUNITY),
    Line("cellCode", GRID.fill_null(""), "unit_grid_code", GRID),
    Line("dutyGridCode", pl.when("area_told").then("area_no").fill_null("")),
)
WHO_LINES = (
    Line("reporterName", NAME.fill_null(""), "reporter_name", NAME),
    Line("contact", PHONE.fill_null(""), "reporter_phone", PHONE),
    # No such number is ever given out: it names the month 00. It is cut (T50).
    Line(
        "idCardNo",
        pl.when(IS_PUBLIC)
        .then(pl.format("42010019000000{}", TAIL.str.tail(4)))
        .otherwise(NOTHING),
    ),
    Line("disposeUnitId", UNIT, "handling_org_id", ref("org", UNIT)),
    Line("firstUnitId", BUREAU, "first_org_id", ref("org", BUREAU)),
    Line("secondUnitId", UNIT, "second_org_id", ref("org", UNIT)),
)
TIME_LINES = (
    Line(
        "createTime",
        pl.when(has("created")).then(NOTHING).otherwise(local("created_at")),
        "reported_at",
        pl.col("created_at"),
    ),
    *(_time(name, column) for name, column in TIMES.items()),
    Line("secondDispatchTime", local("secondDispatchTime").fill_null("")),
    Line(
        "checkTime",
        local("checkTime").fill_null(""),
        "checked_at",
        pl.coalesce("checkTime", "looked_at"),
    ),
    Line(
        "archiveTime",
        pl.when(BY_HAND).then(NOTHING).otherwise(CLOSED),
        "closed_at",
        pl.when(IS_CLOSED).then("archiveTime"),
    ),
    Line("humanArchiveTime", pl.when(BY_HAND).then(CLOSED).otherwise(NOTHING)),
    Line("disposeDeadline", local(DUE).fill_null(""), "source_deadline_at", DUE),
    Line(None, None, "deadline_at", DUE),
    Line(
        None,
        None,
        "deadline_source_code",
        pl.when(DUE.is_not_null()).then(pl.lit("SOURCE")).otherwise(pl.lit("NONE")),
    ),
)
COUNT_LINES = (
    *(
        line
        for name, counter, column in (
            ("Rework", "rework", "rework_count"),
            ("Back", "back", "return_count"),
            ("Postpone", "postpone", "extension_count"),
        )
        for line in (
            Line(f"{name.lower()}Num", pl.col(counter).clip(0, 1)),
            Line(f"multi{name}Num", pl.col(counter), column, pl.col(counter)),
        )
    ),
    Line(
        "hangNum",
        (pl.col("state") == "8").cast(pl.Int8),
        "is_suspended",
        pl.col("state") == "8",
    ),
    Line(
        "hisHangNum",
        pl.col("hang").clip(0, 1),
        "has_been_suspended",
        pl.col("hang") > 0,
    ),
    Line("mediaNum", pl.col("pick") % 4, "media_count", pl.col("pick") % 4),
    Line("appealFlag", IS_EXEMPT.cast(pl.Int8), "has_appeal_exemption", IS_EXEMPT),
    Line(
        None,
        None,
        "is_supervised",
        pl.when(pl.col("is_seen_to").fill_null(value=False)).then(pl.lit(value=True)),
    ),
    Line(None, None, "close_type_code", CLOSE_TYPE),
)
LINES = (
    *WHAT_LINES,
    *WHERE_LINES,
    *WHO_LINES,
    *TIME_LINES,
    *COUNT_LINES,
    *(
        Line(None, None, name, STAGE if name == "stage_code" else told)
        for name, told in derived(method=pl.col("method")).items()
    ),
)
assert set(TIME_FIELDS) <= {line.field for line in LINES}
