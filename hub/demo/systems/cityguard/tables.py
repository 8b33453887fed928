"""The tables of cityguard, column by column, and what must come of them.

What lives here: `case_info` with the verification and the check that lie in its rows,
and `case_adjustment_apply`. What does not: the database (`system`), which life a case
leads there (`lives`).
"""

from __future__ import annotations

import polars as pl

from hub.demo.systems.base import Line, local, pick, words
from hub.demo.systems.own import UNIT, derived_lines
from hub.demo.systems.roster.lists import ref

TRAPS = {
    "T12": "a number of a case that was given to two cases",
    "T14": "pending_assign, a state that no table knows",
    "T15": "accept_time, which is the registration",
    "T19": "forced closes, and closes out of suspension",
    "T34": "longitude and latitude in each other's place",
    "T35": "0, 0 for a place that nobody measured",
    "T58": "checks that could not see anything",
    "T61": "one site that falls silent on the third day",
}
RULES = {"state": "P06"}
AGAIN, SWAPPED, ZERO = "again", "swapped", "zero"
KINDS = (*RULES, AGAIN, SWAPPED, ZERO)
# How a site names the channels; XC is the product's own word.
CHANNELS = {"XC": "collector", "WX": "register", "SP": "video", "LZZ": "road_chief"}
STATES = {
    "DISCOVERED": "reported",
    "REGISTERED": "pending_dispatch",
    "DISPATCHED": "pending_handle",
    "HANDLING": "handling",
    "HANDLED": "pending_check",
    "CHECKED": "pending_close",
    "CLOSED": "closed",
    "NOT_ACCEPTED": "not_accepted",
    "CANCELLED": "cancelled",
}
KIND_WORDS = {"COMPONENT": "part", "MATTER": "event"}
LIMITS = ("2紧急工作时", "1工作日", "4小时")
LIMIT_TYPES = ("work_hour", "natural_day", "urgent_hour")


def has(kind: str) -> pl.Expr:
    """Whether a case has that defect."""
    return pl.col("defect").eq_missing(kind)


STATE = (
    pl.when("is_forced")
    .then(pl.lit("forced_close"))
    .otherwise(words(pl.col("stage"), STATES))
)
PLACED = ~has(ZERO)
RESULT = (
    pl.when(pl.col("pick") % 9 == 0).then(pl.lit("unable")).otherwise(pl.lit("pass"))
)
EXEMPT = (pl.col("pick") % 11 == 0) & (pl.col("stage") == "CLOSED")


def at(field: str, column: str, known: str) -> Line:
    """An instant; what has not happened is an empty cell."""
    return Line(field, local(known), column, pl.col(known))


def _same(field: str, column: str, value: pl.Expr) -> Line:
    return Line(field, value, column, value)


CASE = (
    Line("id", pl.col("key")),
    _same("case_code", "case_no", pl.col("code")),
    Line(
        "case_status",
        pl.when(has("state")).then(pl.lit("pending_assign")).otherwise(STATE),
        "source_stage_id",
        STATE,
    ),
    Line(None, None, "source_stage_name", STATE),
    Line(
        "source_type",
        words(pl.col("channel"), CHANNELS),
        "source_channel_name",
        words(pl.col("channel"), CHANNELS),
    ),
    Line(None, None, "source_channel_code", pl.col("channel")),
    Line("case_type", words(pl.col("kind_code_right"), KIND_WORDS)),
    Line("minor_code", pl.col("category_code")),
    Line("minor_name", pl.col("category_name")),
    _same("case_desc", "description", pl.format("巡查发现{}", "category_name")),
    _same("address", "address", pl.format("{}{}", "street_name", "community_name")),
    Line("longitude", pl.col("sent_lon"), "lon", pl.when(PLACED).then("lon")),
    Line("latitude", pl.col("sent_lat"), "lat", pl.when(PLACED).then("lat")),
    Line(
        None,
        None,
        "coord_sys_code",
        pl.when(PLACED).then("coordinates"),
    ),
    Line(
        None,
        None,
        "coord_quality_code",
        pl.when(~PLACED)
        .then(pl.lit("MISSING"))
        .when(has(SWAPPED))
        .then(pl.lit("SWAPPED_FIXED"))
        .when(pl.col("coordinates") == "WGS84")
        .then(pl.lit("OK"))
        .otherwise(pl.lit("CONVERTED")),
    ),
    Line("district_code", pl.col("district_code")),
    _same("street_code", "street_code", pl.col("street_code")),
    _same("community_code", "community_code", pl.col("community_code")),
    # Sixteen digits, as the product has them; a national code has fifteen.
    _same("grid_code", "unit_grid_code", pl.format("{}0001", "community_code")),
    Line("resp_grid_code", pl.col("area_no")),
    Line("handle_dept_code", UNIT, "handling_org_id", ref("org", UNIT)),
    at("report_time", "reported_at", "created_at"),
    at("accept_time", "registered_at", "instTime"),  # T15
    at("dispatch_time", "dispatched_at", "dispatchTime"),
    at("handle_receive_time", "received_at", "disposeBeginTime"),
    at("handle_finish_time", "handled_at", "disposeEndTime"),
    at("close_time", "closed_at", "archiveTime"),
    at("verify_time", "verified_at", "verified"),
    at("check_time", "checked_at", "checked"),
    at("handle_deadline", "source_deadline_at", "due"),
    Line(None, None, "deadline_at", pl.col("due")),
    Line(
        None,
        None,
        "deadline_source_code",
        pl.when(pl.col("due").is_not_null())
        .then(pl.lit("SOURCE"))
        .otherwise(pl.lit("NONE")),
    ),
    # They contradict each other and stay where they landed.
    Line("handle_time_limit", pick(LIMITS, 3)),
    Line("handle_time_value", pl.lit("2")),
    Line("handle_time_type", pick(LIMIT_TYPES, 5)),
    Line("handle_timeout_exempt", EXEMPT.cast(pl.Int8), "has_appeal_exemption", EXEMPT),
    Line("handle_count", pl.lit(1)),
    _same("extend_count", "extension_count", pl.col("extensions")),
    Line("verify_send_time", local("verify_sent")),
    Line(
        "verify_result", pl.when(pl.col("verified").is_not_null()).then(pl.lit("exist"))
    ),
    Line("check_send_time", local("check_sent")),
    Line("check_result", pl.when(pl.col("checked").is_not_null()).then(RESULT)),
    _same("photo_count", "media_count", pl.col("pick") % 4),
    Line("update_time", local("changed_at")),
    Line(None, None, "close_type_code", pl.col("close_type")),
    Line(None, None, "is_suspended", pl.col("suspended")),
    Line(
        None,
        None,
        "has_been_suspended",
        pl.when(pl.col("suspended").is_not_null()).then(pl.lit(value=True)),
    ),
    *(
        line
        for line in derived_lines("SOURCE", None)
        if "deadline" not in str(line.column)
    ),
)


def _review(
    kind: str, attempt: int, sent: str, done: str, result: pl.Expr
) -> tuple[Line, ...]:
    told = {
        "issue_id": pl.col("issue_id"),
        "attempt_seq": pl.lit(attempt),
        "review_kind_code": pl.lit(kind),
        "assigned_at": pl.col(sent),
        "done_at": pl.col(done),
        "result_code": pl.when(pl.col(done).is_not_null()).then(result),
        "media_count": pl.lit(0),
    }
    return tuple(Line(None, None, name, value) for name, value in told.items())


VERIFY = _review("VERIFY", 0, "verify_sent", "verified", pl.lit("PASS"))
CHECK = _review("CHECK", 1, "check_sent", "checked", RESULT.str.to_uppercase())
APPLY = (
    Line("id", pl.col("application")),
    Line("case_id", pl.col("key"), "issue_id", pl.col("issue_id")),
    Line(
        "apply_type", pl.col("type"), "action_code", pl.col("type").str.to_uppercase()
    ),
    Line("apply_status", pl.col("status")),
    Line("apply_time", local("applied")),
    at("audit_time", "happened_at", "audited"),
    at("old_deadline", "old_deadline_at", "old_due"),
    at("new_deadline", "deadline_at", "new_due"),
    _same("apply_reason", "opinion", pl.lit("施工条件所限")),
    Line("update_time", local(pl.coalesce("audited", "applied"))),
    Line(None, None, "event_seq", pl.col("seq")),
    Line(None, None, "is_inferred", pl.lit(value=False)),
)
NUMBERS = {
    *("id", "case_id", "handle_timeout_exempt", "handle_count", "extend_count"),
    "photo_count",
}


def columns(lines: tuple[Line, ...]) -> list[str]:
    """Names of the columns of a table."""
    return [line.field for line in lines if line.field]


def create(table: str, lines: tuple[Line, ...]) -> str:
    """The statement that makes a table."""
    named = [
        f"{name} {'INTEGER' if name in NUMBERS else 'VARCHAR(200)'}"
        for name in columns(lines)
    ]
    return f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(named)}, PRIMARY KEY (id))"


def put(table: str, lines: tuple[Line, ...]) -> str:
    """The statement that writes a row."""
    names = columns(lines)
    marks = ", ".join("?" * len(names))
    return f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
