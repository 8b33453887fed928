"""Base flags: one row per issue, one Boolean column per thing that can be counted.

What lives here: caliber FLAGS-EG (metrics §2), from issue, review and handling
rows, and `apply_calibers`, which adds the flags that depend on a choice. A stage
is passed when the derived stage is at or beyond it, so a self-handled case without
dispatch breaks no rate. What does not: which flags make a metric (`rates`,
`loop`), periods and units (`figures`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from hub.errors import DeclarationError
from hub.partners.city_spec import Population

CHECKS = ("CHECK", "RECHECK")
OWN_CHANNEL = "LZZ"
KEPT = (
    "issue_id",
    "area_id",
    "district_code",
    "street_code",
    "chief_person_id",
    "reported_at",
    "registered_at",
    "dispatched_at",
    "handled_at",
    "closed_at",
)


@dataclass(frozen=True)
class FlagRules:
    """The city's parameters of the base flags.

    Attributes:
        population: which cases count: those of the road chief system, or all.
        unreviewed_modes: handling modes that need no review (metrics §5).
        review_table: std_category_kind_code, std_category_code,
            is_review_required; a category listed there is judged by it alone.
    """

    population: Population = "LZZ_OR_AREA"
    unreviewed_modes: tuple[str, ...] = ("SELF_HANDLED",)
    review_table: pl.DataFrame | None = None


def build_flags(
    issues: pl.DataFrame,
    reviews: pl.DataFrame,
    handlings: pl.DataFrame,
    *,
    stages: pl.DataFrame,
    channels: pl.DataFrame,
    rules: FlagRules,
    closed_at_source: Collection[str] = (),
) -> pl.DataFrame:
    """Flags of every issue that no caliber touches.

    Args:
        issues: rows of dataset issue (model §3.1).
        reviews: review_id, issue_id, attempt_seq, review_kind_code, done_at,
            result_code.
        handlings: issue_id, attempt_seq.
        stages: the reference list (code, stage_no, kind).
        channels: the reference list (code, is_feedback_required).
        rules: the city's parameters.
        closed_at_source: ids of issues whose source state means closed.

    Returns:
        KEPT, `limit_at` (the deadline that counts) and one Boolean column per
        flag, never null; in the order of `issues`.
    """
    number = {
        code: int(no)
        for code, no, kind in stages.select("code", "stage_no", "kind").rows()
        if kind == "MAIN"
    }
    joined = (
        issues.join(
            review_verdicts(reviews, handlings),
            on="issue_id",
            how="left",
            maintain_order="left",
        )
        .join(
            _answers(issues, channels),
            on="source_channel_code",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            stage_no=pl.col("stage_code").replace_strict(
                number, default=None, return_dtype=pl.Int64
            ),
            limit_at=pl.coalesce("bundle_deadline_at", "deadline_at"),
            review_required=_needs_review(issues, rules),
        )
    )
    stage_no = pl.col("stage_no")
    is_own = pl.col("source_channel_code") == OWN_CHANNEL
    in_loop = {
        "LZZ": is_own,
        "LZZ_OR_AREA": is_own | pl.col("area_id").is_not_null(),
        "ALL": pl.lit(value=True),
    }[rules.population]
    flags = {
        "in_population": in_loop,
        "duplicate": pl.col("duplicate_of_id").is_not_null(),
        "ended": stage_no.is_null(),
        "accept": stage_no >= number["ACCEPTED"],
        "register": stage_no >= number["REGISTERED"],
        "need_dispatch": stage_no >= number["REGISTERED"],
        "dispatch": stage_no >= number["DISPATCHED"],
        "need_dispose": stage_no >= number["DISPATCHED"],
        "dispose": stage_no >= number["HANDLED"],
        "to_dispose": stage_no.is_in([number["DISPATCHED"], number["HANDLING"]]),
        "archive": stage_no >= number["CLOSED"],
        "feed_back": stage_no >= number["FED_BACK"],
        "hang": pl.col("is_suspended"),
        "exempt": pl.col("has_appeal_exemption"),
        "feedback_required": pl.col("feedback_required"),
        "review_required": pl.col("review_required"),
        "reviewed": pl.col("reviewed"),
        "review_passed": pl.col("review_passed"),
        "without_deadline": pl.col("limit_at").is_null(),
        "without_dispose_time": pl.coalesce("handled_at", "closed_at").is_null(),
        "link_missing": _link_missing(closed_at_source),
        "suspension_unknown": pl.col("is_suspended").is_null(),
        "exemption_unknown": pl.col("has_appeal_exemption").is_null(),
        "forced_close": pl.col("close_type_code") == "FORCED",
        "close_from_suspension": pl.col("close_type_code") == "FROM_SUSPENDED",
    }
    return joined.select(
        *KEPT,
        "limit_at",
        *(flag.fill_null(value=False).alias(name) for name, flag in flags.items()),
    )


def review_verdicts(reviews: pl.DataFrame, handlings: pl.DataFrame) -> pl.DataFrame:
    """What the last attempt's review says: issue_id, reviewed, review_passed.

    The last attempt is the greatest attempt_seq of any handling, check or
    re-check; of its reviews done, the latest by (done_at, review_id) speaks.
    """
    checks = reviews.filter(pl.col("review_kind_code").is_in(CHECKS))
    attempts = pl.concat(
        [frame.select("issue_id", "attempt_seq") for frame in (checks, handlings)]
    )
    last = attempts.group_by("issue_id").agg(pl.col("attempt_seq").max())
    return (
        checks.filter(pl.col("done_at").is_not_null())
        .join(last, on=["issue_id", "attempt_seq"], how="semi")
        .sort("done_at", "review_id")
        .group_by("issue_id")
        .agg(
            reviewed=pl.lit(value=True),
            review_passed=pl.col("result_code").last().eq_missing(pl.lit("PASS")),
        )
    )


def _answers(issues: pl.DataFrame, channels: pl.DataFrame) -> pl.DataFrame:
    """Which channels owe the citizen an answer; an unknown channel is an error."""
    known = channels.select(
        source_channel_code="code",
        feedback_required=pl.col("is_feedback_required").cast(pl.String) == "true",
    )
    unknown = issues.join(known, on="source_channel_code", how="anti")
    if not unknown.is_empty():
        raise DeclarationError(
            "tell which cases owe an answer",
            seen=f"{len(unknown)} cases come from a channel that is not in the list",
            next_step="Map the channel in the partner file, then link the cases again.",
        )
    return known


def _needs_review(issues: pl.DataFrame, rules: FlagRules) -> pl.Series:
    """Whether the rule table, else the handling mode, demands a review."""
    mode = pl.col("handling_mode_code")
    by_mode = ~mode.is_in(rules.unreviewed_modes).fill_null(value=False)
    if rules.review_table is None:
        return issues.select(review_required=by_mode).to_series()
    listed = issues.join(
        rules.review_table,
        on=["std_category_kind_code", "std_category_code"],
        how="left",
        maintain_order="left",
    )
    return listed.select(
        review_required=pl.coalesce("is_review_required", by_mode)
    ).to_series()


def _link_missing(closed_at_source: Collection[str]) -> pl.Expr:
    """A later link's time is there and an earlier one's is not (metrics §5)."""
    handled, closed = pl.col("handled_at"), pl.col("closed_at")
    checked = pl.when("review_required").then("checked_at")
    answered = pl.when("feedback_required").then("fed_back_at")
    skips_review = pl.col("review_required") & checked.is_null()
    later = [checked, closed, answered]
    return (
        (handled.is_null() & pl.any_horizontal(time.is_not_null() for time in later))
        | (skips_review & (closed.is_not_null() | answered.is_not_null()))
        | (closed.is_null() & answered.is_not_null())
        | (closed.is_null() & pl.col("issue_id").is_in(list(closed_at_source)))
    )


def apply_calibers(flags: pl.DataFrame, calibers: tuple[str, ...]) -> pl.DataFrame:
    """Flags and basis instants that depend on the calibers in force.

    Adds intime_dispose, overtime_dispose, suspended_out, barred and the four
    basis instants, each named like its basis with `_at` behind it.
    """
    done_at = pl.coalesce("handled_at", "closed_at")
    spares = pl.lit("MD-1" in calibers)
    waives = pl.lit("AP-1" in calibers)
    # In this order: nothing to compare with, waived, nothing to compare, compared.
    in_time = (
        pl.when("without_deadline")
        .then(spares)
        .when(pl.col("exempt") & waives)
        .then(pl.lit(value=True))
        .when("without_dispose_time")
        .then(pl.lit(value=False))
        .otherwise(done_at <= pl.col("limit_at"))
    )
    instead = pl.coalesce("dispatched_at", "handled_at", "registered_at")
    barred = pl.col("without_deadline") & ~spares
    return flags.with_columns(
        intime_dispose=pl.col("dispose") & in_time,
        overtime_dispose=pl.col("dispose") & ~in_time & ~barred,
        suspended_out=pl.col("hang") & pl.lit("SU-1" in calibers),
        barred=barred,
        reported_in_period_at="reported_at",
        registered_in_period_at="registered_at",
        due_in_period_at=pl.coalesce("limit_at", pl.when(spares).then(instead)),
        closed_in_period_at="closed_at",
    )
