"""The base flags of one month written by hand in Polars, over the same Parquet files.

What lives here: what somebody would write who wants these columns once and for one
month: the floor that the hub's own flags are measured against. It knows neither
versions nor tombstones, verifies no byte, and refuses nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from benchmarks.bare_parts import near_of, spans

STAGE_NO = {
    "DISCOVERED": 10, "ACCEPTED": 20, "VERIFIED": 25, "REGISTERED": 30,
    "DISPATCHED": 40, "HANDLING": 50, "HANDLED": 60, "CHECKED": 70, "CLOSED": 80,
    "FED_BACK": 90,
}  # fmt: skip
INTERNAL = ("LZZ", "XC", "SP", "DSF", "JC", "ZX")
PUBLIC = ("SSP", "HL19", "HL45", "LYB", "WX", "MT")
CHIEFS = ("ROAD_CHIEF", "BUILDING_CHIEF", "SHOP_CHIEF", "CO_GOVERN")
ENDS = ("NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED")
NEEDED = (
    "issue_id", "month", "partner", "stage_code", "stage_no", "source_channel_code",
    "reporter_type_code", "std_category_kind_code", "std_category_code", "lon", "lat",
    "district_code", "street_code", "community_code", "area_id",
    "chief_assignment_id", "handling_mode_code", "handling_org_id", "second_org_id",
    "close_type_code", "satisfaction_code", "duplicate_of_id", "coord_quality_code",
    "reported_at", "accepted_at", "verified_at", "registered_at", "dispatched_at",
    "received_at", "handled_at", "checked_at", "closed_at", "fed_back_at",
    "first_contact_at", "answered_at", "deadline_at", "limit_at", "close_limit_at",
    "computed_deadline_at", "source_deadline_at",
    "rework_count", "return_count", "extension_count", "extension_minutes",
    "supervise_count", "is_suspended", "has_been_suspended", "has_appeal_exemption",
)  # fmt: skip
COHORTS = (
    "period", "in_reported", "in_registered", "in_due", "in_due_instead", "in_closed",
)  # fmt: skip
STEPS = {"ACCEPT": "accept", "REGISTER": "register", "DISPATCH": "dispatch"}
no = pl.col("stage_no")


def flags(
    core: Path, month: str, bounds: tuple[datetime, datetime], as_of: datetime
) -> pl.DataFrame:
    """Flags, spans and duplicates of the cases that any basis puts into the month."""
    first, after = bounds

    def inside(name: str) -> pl.Expr:
        at = pl.col(name)
        return ((at >= first) & (at < after)).fill_null(value=False)

    limit = pl.coalesce("bundle_deadline_at", "deadline_at")
    issues = (
        pl.scan_parquet(core / "issue/**/*.parquet", hive_partitioning=True)
        .with_columns(
            limit_at=limit,
            close_limit_at=pl.coalesce("close_deadline_at", "deadline_at"),
            instead_at=pl.when(limit.is_null()).then(
                pl.coalesce("dispatched_at", "handled_at", "registered_at")
            ),
        )
        .filter(
            pl.any_horizontal(
                inside("reported_at"),
                inside("registered_at"),
                inside("limit_at"),
                inside("instead_at"),
                inside("closed_at"),
            )
        )
        .with_columns(
            period=pl.lit(month),
            in_reported=inside("reported_at"),
            in_registered=inside("registered_at"),
            in_due=inside("limit_at"),
            in_due_instead=inside("instead_at"),
            in_closed=inside("closed_at"),
            stage_no=pl.col("stage_code").replace_strict(
                STAGE_NO, default=None, return_dtype=pl.Int64
            ),
        )
        .select(*NEEDED, *COHORTS)
        .collect()
    )
    months = issues["month"].unique().to_list()
    ids = issues.lazy().select("issue_id")

    def of(name: str) -> pl.LazyFrame:
        found = pl.scan_parquet(core / name / "**/*.parquet", hive_partitioning=True)
        return found.filter(pl.col("month").is_in(months)).join(
            ids, on="issue_id", how="semi"
        )

    joined = issues.lazy()
    for part in (_steps(of("issue_event")), _reviews(of), _started(of("handling"))):
        joined = joined.join(part, on="issue_id", how="left")
    near = near_of(issues.lazy())
    return (
        joined.join(near, on="issue_id", how="left")
        .with_columns(
            handle_from_at=pl.when(pl.col("handling_mode_code") == "SELF_HANDLED")
            .then("reported_at")
            .otherwise("dispatched_at"),
            answer_at=pl.coalesce("fed_back_at", "answered_at"),
            responded_at=pl.min_horizontal(
                "accepted_at", "received_at", "first_contact_at", "started_at"
            ),
        )
        .with_columns(**_flags(as_of))
        .with_columns(_first_missing(), **spans())
        .collect()
    )


def _steps(events: pl.LazyFrame) -> pl.LazyFrame:
    """Limits of the steps, and what else events say."""
    action, at = pl.col("action_code"), pl.col("happened_at")
    limits = {
        f"{name}_step_limit_at": pl.col("deadline_at").filter(action == code).last()
        for code, name in STEPS.items()
    }
    return (
        events.filter(action.is_in([*STEPS, "SUSPEND", "VERIFY_TASK", "CHECK_TASK"]))
        .select("issue_id", "action_code", "happened_at", "deadline_at")
        .sort("happened_at")
        .group_by("issue_id")
        .agg(
            **limits,
            suspended_at=at.filter(action == "SUSPEND").last(),
            verify_tasks=(action == "VERIFY_TASK").sum(),
            check_tasks=(action == "CHECK_TASK").sum(),
        )
    )


def _reviews(of: object) -> pl.LazyFrame:
    """Verdict of the last attempt, and the checks done."""
    kind = pl.col("review_kind_code")
    reviews = of("review")  # type: ignore[operator]
    last = (
        of("handling")  # type: ignore[operator]
        .group_by("issue_id")
        .agg(handled_attempt=pl.col("attempt_seq").max())
    )
    is_look = kind.is_in(["CHECK", "RECHECK"])
    attempt = pl.max_horizontal(
        pl.col("attempt_seq").filter(is_look).max().over("issue_id"),
        "handled_attempt",
    )
    done = pl.col("done_at").is_not_null()
    look = is_look & done & (pl.col("attempt_seq") == pl.col("attempt"))
    check = (kind == "CHECK") & done
    found: pl.LazyFrame = (
        reviews.join(last, on="issue_id", how="left")
        .with_columns(attempt=attempt)
        .sort("done_at", "review_id")
        .group_by("issue_id")
        .agg(
            verdict=pl.col("result_code").filter(look).last(),
            looks=look.sum(),
            need_check=(kind == "CHECK").any(),
            need_verify=(kind == "VERIFY").any(),
            verified=((kind == "VERIFY") & done).any(),
            checked=check.any(),
            check_passed=(pl.col("result_code").filter(check).last() == "PASS"),
            check_done_at=pl.col("done_at").filter(check).last(),
            check_step_limit_at=pl.col("deadline_at").filter(check).last(),
        )
    )
    return found


def _started(handlings: pl.LazyFrame) -> pl.LazyFrame:
    return handlings.group_by("issue_id").agg(started_at=pl.col("started_at").min())


def _flags(as_of: datetime) -> dict[str, pl.Expr]:
    """The Boolean columns."""
    done = pl.coalesce("handled_at", "closed_at")
    limit, channel = pl.col("limit_at"), pl.col("source_channel_code")
    mode = pl.col("handling_mode_code")
    found = {
        "in_population": (channel == "LZZ") | pl.col("area_id").is_not_null(),
        "duplicate": pl.col("duplicate_of_id").is_not_null(),
        "ended": pl.col("stage_code").is_in(ENDS),
        "patrol_report": channel.is_in(INTERNAL),
        "public_report": ~channel.is_in(INTERNAL),
        "by_public": channel.is_in(PUBLIC),
        "feedback_required": channel.is_in(PUBLIC),
        "campaign": channel == "ZX",
        "accept": no >= 20,
        "register": no >= 30,
        "dispatch": no >= 40,
        "dispose": no >= 60,
        "to_dispose": no.is_in([40, 50]),
        "archive": no >= 80,
        "feed_back": no >= 90,
        "hang": pl.col("is_suspended"),
        "his_hang": pl.col("has_been_suspended"),
        "exempt": pl.col("has_appeal_exemption"),
        "suspension_unknown": pl.col("is_suspended").is_null(),
        "exemption_unknown": pl.col("has_appeal_exemption").is_null(),
        "without_deadline": limit.is_null(),
        "without_dispose_time": done.is_null(),
        "done_in_limit": done <= limit,
        "overdue_now": limit < as_of,
        "closed_in_limit": pl.col("closed_at") <= pl.col("close_limit_at"),
        "without_close_limit": pl.col("close_limit_at").is_null(),
        "close_limit_passed": pl.col("close_limit_at") <= as_of,
        "rework": pl.col("rework_count") > 0,
        "rework_unknown": pl.col("rework_count").is_null(),
        "returned": pl.col("return_count") > 0,
        "return_unknown": pl.col("return_count").is_null(),
        "postponed": pl.col("extension_count") > 0,
        "extension_unknown": pl.col("extension_count").is_null(),
        "received": pl.col("received_at").is_not_null(),
        "rated": pl.col("satisfaction_code") != "NO_ANSWER",
        "satisfied": pl.col("satisfaction_code").is_in(["VERY_SATISFIED", "SATISFIED"]),
        "by_chief_roles": pl.col("reporter_type_code").is_in(CHIEFS)
        | (pl.col("reporter_type_code").is_null() & (channel == "LZZ")),
        "self_handled": mode == "SELF_HANDLED",
        "mode_unknown": mode.is_null(),
        "review_required": (mode != "SELF_HANDLED").fill_null(value=True),
        "reviewed": pl.col("looks") > 0,
        "review_passed": pl.col("verdict") == "PASS",
        "within_two_minutes": pl.col("handled_at") - pl.col("reported_at")
        <= pl.duration(minutes=2),
        "link_missing": pl.col("handled_at").is_null()
        & pl.any_horizontal(pl.col("checked_at", "closed_at").is_not_null()),
        "near_duplicate": pl.col("near_of").is_not_null(),
        "check_in_limit": pl.col("check_done_at") <= pl.col("check_step_limit_at"),
    }
    for name in STEPS.values():
        at = {"accept": "accepted_at", "register": "registered_at"}.get(
            name, "dispatched_at"
        )
        own = pl.col(f"{name}_step_limit_at")
        found[f"{name}_in_limit"] = pl.col(at) <= own
        found[f"{name}_without_limit"] = own.is_null()
    return {name: flag.fill_null(value=False) for name, flag in found.items()}


def _first_missing() -> pl.Expr:
    needed, passed = pl.col("review_required"), pl.col("review_passed")
    return (
        pl.when("link_missing")
        .then(pl.lit("DATA_MISSING"))
        .when(~pl.col("dispose"))
        .then(pl.lit("NOT_HANDLED"))
        .when(needed & ~pl.col("reviewed"))
        .then(pl.lit("NOT_REVIEWED"))
        .when(needed & ~passed)
        .then(pl.lit("REVIEW_FAILED"))
        .when(~pl.col("archive"))
        .then(pl.lit("NOT_CLOSED"))
        .when(pl.col("feedback_required") & ~pl.col("feed_back"))
        .then(pl.lit("NOT_FED_BACK"))
        .alias("first_missing_link")
    )
