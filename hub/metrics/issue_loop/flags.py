"""Base flags: one Boolean per thing that can be counted about a case (FLAGS-EG).

What lives here: flags that no caliber touches (metrics §2, §4, §5), from the derived
stage, the case's own columns and the marks of its reviews. A stage is passed when the
derived stage is at or beyond it, so a self-handled case without dispatch breaks no
rate; a case in an END stage has none of them. What does not: limits of steps
(`steps`), counts (`counts`), the first missing link (`links`).
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from hub.errors import DeclarationError
from hub.metrics.issue_loop.facts import LoopRules

OWN_CHANNEL = "LZZ"
CAMPAIGN = "ZX"
CHIEF_ROLES = ("ROAD_CHIEF", "BUILDING_CHIEF", "SHOP_CHIEF", "CO_GOVERN")
SATISFIED = ("VERY_SATISFIED", "SATISFIED")
SUSPICIOUSLY_FAST = timedelta(minutes=2)
ENDS = {
    "cancel": "CANCELLED",
    "not_accept": "NOT_ACCEPTED",
    "not_register": "NOT_REGISTERED",
}


def stage_numbers(stages: pl.DataFrame) -> dict[str, int]:
    """stage_no of every MAIN stage, from the reference list (code, stage_no, kind)."""
    return {
        code: int(no)
        for code, no, kind in stages.select("code", "stage_no", "kind").rows()
        if kind == "MAIN"
    }


def channel_marks(cases: pl.DataFrame, channels: pl.DataFrame) -> pl.DataFrame:
    """`cases` with channel_class and feedback_required.

    Raises:
        DeclarationError: a case comes from a channel that is not in the list.
    """
    known = channels.select(
        source_channel_code="code",
        channel_class="class_code",
        feedback_required=pl.col("is_feedback_required").cast(pl.String) == "true",
    )
    joined = cases.join(
        known, on="source_channel_code", how="left", maintain_order="left"
    )
    unknown = joined["channel_class"].null_count()
    if unknown:
        raise DeclarationError(
            "tell which cases owe an answer",
            seen=f"{unknown} cases come from a channel that is not in the list",
            next_step="Map the channel in the partner file, then link the cases again.",
        )
    return joined


def review_needs(cases: pl.DataFrame, rules: LoopRules) -> pl.DataFrame:
    """`cases` with review_required: by the rule table, else by the handling mode."""
    mode = pl.col("handling_mode_code")
    by_mode = (
        pl.when(mode.is_in(rules.unreviewed_modes))
        .then(pl.lit(value=False))
        .when(mode.is_in(rules.reviewed_modes))
        .then(pl.lit(value=True))
        .otherwise(pl.lit(value=rules.review_required))
    )
    if rules.review_table is None:
        return cases.with_columns(review_required=by_mode)
    return (
        cases.join(
            rules.review_table,
            on=["std_category_kind_code", "std_category_code"],
            how="left",
            maintain_order="left",
        )
        .with_columns(review_required=pl.coalesce("is_review_required", by_mode))
        .drop("is_review_required")
    )


def base_flags(rules: LoopRules, number: dict[str, int]) -> dict[str, pl.Expr]:
    """Flags by name; where null, they are false.

    Columns they rest on: ISSUE and ADDED of `facts`, stage_no, limit_at, the marks of
    channels and reviews, review_required.
    """
    stage_no = pl.col("stage_no")
    is_own = pl.col("source_channel_code") == OWN_CHANNEL
    in_loop = {
        "LZZ": is_own,
        "LZZ_OR_AREA": is_own | pl.col("area_id").is_not_null(),
        "ALL": pl.lit(value=True),
    }[rules.population]
    ended = stage_no.is_null()
    reporter, mode = pl.col("reporter_type_code"), pl.col("handling_mode_code")
    rating = pl.col("satisfaction_code")
    took = pl.col("handled_at") - pl.col("reported_at")

    def reached(stage: str) -> pl.Expr:
        return stage_no >= number[stage]

    return {
        "in_population": in_loop,
        "duplicate": pl.col("duplicate_of_id").is_not_null(),
        "ended": ended,
        "accept": reached("ACCEPTED"),
        "register": reached("REGISTERED"),
        "need_dispatch": reached("REGISTERED"),
        "dispatch": reached("DISPATCHED"),
        "need_dispose": reached("DISPATCHED"),
        "dispose": reached("HANDLED"),
        "to_dispose": stage_no.is_in([number["DISPATCHED"], number["HANDLING"]]),
        "archive": reached("CLOSED"),
        "feed_back": reached("FED_BACK"),
        # A returned case falls back behind the stage, but was received all the same.
        "received": ~ended
        & (pl.col("received_at").is_not_null() | reached("HANDLING")),
        "hang": pl.col("is_suspended"),
        "his_hang": pl.col("has_been_suspended"),
        "exempt": pl.col("has_appeal_exemption"),
        "suspension_unknown": pl.col("is_suspended").is_null(),
        "exemption_unknown": pl.col("has_appeal_exemption").is_null(),
        "feedback_required": pl.col("feedback_required"),
        "review_required": pl.col("review_required"),
        "reviewed": pl.col("reviewed"),
        "review_passed": pl.col("review_passed"),
        "need_verify": pl.any_horizontal("has_verify", "has_verify_task"),
        "verified": pl.col("verify_done_at").is_not_null()
        | pl.col("verified_at").is_not_null(),
        "need_check": pl.any_horizontal("has_check", "has_check_task"),
        "checked": pl.col("check_done_at").is_not_null(),
        "check_passed": pl.col("check_passed"),
        "forced_close": pl.col("close_type_code") == "FORCED",
        "close_from_suspension": pl.col("close_type_code") == "FROM_SUSPENDED",
        "patrol_report": pl.col("channel_class") == "INTERNAL",
        "public_report": pl.col("channel_class") != "INTERNAL",
        "by_public": pl.col("channel_class") == "PUBLIC",
        "by_chief_roles": pl.when(reporter.is_null())
        .then(is_own)
        .otherwise(reporter.is_in(CHIEF_ROLES)),
        "campaign": pl.col("source_channel_code") == CAMPAIGN,
        "self_handled": mode == "SELF_HANDLED",
        "mode_unknown": mode.is_null(),
        "within_two_minutes": (took >= timedelta()) & (took <= SUSPICIOUSLY_FAST),
        "rated": rating != "NO_ANSWER",
        "satisfied": rating.is_in(SATISFIED),
        **{name: pl.col("stage_code") == code for name, code in ENDS.items()},
    }
