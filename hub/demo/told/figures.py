"""The figures that a month must end in, counted from the makers' statements alone.

What lives here: the primary definitions of the four figures, read from the metrics
page a second time and written without any code of the hub's: closed loop and on-time
handling over cases, coverage over areas, action over duty days; for the city, its
units, districts, streets and road chiefs. What does not: what is counted; that is
what the systems state (`expected`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hub.demo.ground.plan import Plan
from hub.demo.told.expected import Told
from hub.demo.told.statements import gather, keyed, month_of

STAGE = {
    "DISCOVERED": 10,
    "ACCEPTED": 20,
    "VERIFIED": 25,
    "REGISTERED": 30,
    "DISPATCHED": 40,
    "HANDLING": 50,
    "HANDLED": 60,
    "CHECKED": 70,
    "CLOSED": 80,
    "FED_BACK": 90,
}
ANSWERED = ("SSP", "HL19", "HL45", "LYB", "MT", "WX")  # the public channels
LEVELS = ("city", "unit", "district", "street", "chief")


@dataclass(frozen=True)
class Counted:
    """Things that count in a month.

    Attributes:
        rows: month, district_code, street_code, unit_code, chief (person id, or
            null), is_numerator; one row per thing in the denominator.
    """

    metric: str
    rows: pl.DataFrame


def case_figures(told: Sequence[Told], plan: Plan) -> list[Counted]:
    """Closed loop and on-time handling of the cases of the road chief system."""
    columns = (
        "area_id",
        "chief_assignment_id",
        "district_code",
        "street_code",
        "source_channel_code",
        "handling_mode_code",
        "stage_code",
        "duplicate_of_id",
        "reported_at",
        "registered_at",
        "dispatched_at",
        "handled_at",
        "closed_at",
        "deadline_at",
        "bundle_deadline_at",
        "is_suspended",
        "has_appeal_exemption",
    )
    cases = keyed(gather(told, "issue", columns), "issue")
    counted = cases.filter(
        (pl.col("source_channel_code") == "LZZ") | pl.col("area_id").is_not_null(),
        pl.col("duplicate_of_id").is_null(),
        pl.col("stage_code").is_in(list(STAGE)),
    )
    judged = (
        counted.join(_last_reviews(told), on="issue_id", how="left")
        .join(chief_persons(told), on="chief_assignment_id", how="left")
        .with_columns(
            number=pl.col("stage_code").replace_strict(STAGE),
            limit=pl.coalesce("bundle_deadline_at", "deadline_at"),
        )
        .with_columns(
            due=pl.coalesce("limit", "dispatched_at", "handled_at", "registered_at")
        )
        .drop_nulls("due")
        .with_columns(month=month_of("due"))
    )
    number, limit = pl.col("number"), pl.col("limit")
    done = pl.coalesce("handled_at", "closed_at")
    needs_review = pl.col("handling_mode_code").ne_missing("SELF_HANDLED")
    passed = pl.col("passed").fill_null(value=False) | ~needs_review
    owes = pl.col("source_channel_code").is_in(ANSWERED)
    in_time = (
        pl.when(limit.is_null() | pl.col("has_appeal_exemption").fill_null(value=False))
        .then(pl.lit(value=True))
        .otherwise((done <= limit).fill_null(value=False))
    )
    loop = judged.filter(~pl.col("is_suspended").fill_null(value=False))
    handled = judged.filter(number >= STAGE["DISPATCHED"])
    return [
        Counted(
            "closed_loop_rate",
            _in_units(
                loop.with_columns(
                    is_numerator=(number >= STAGE["CLOSED"])
                    & passed
                    & ((number >= STAGE["FED_BACK"]) | ~owes)
                ),
                plan,
            ),
        ),
        Counted(
            "on_time_handling_rate",
            _in_units(
                handled.with_columns(
                    is_numerator=(number >= STAGE["HANDLED"]) & in_time
                ),
                plan,
            ),
        ),
    ]


def _last_reviews(told: Sequence[Told]) -> pl.DataFrame:
    """Whether the latest check of each case's last attempt says PASS."""
    reviews = keyed(
        gather(
            told,
            "review",
            ("issue_id", "attempt_seq", "review_kind_code", "done_at", "result_code"),
        ),
        "review",
    ).filter(pl.col("review_kind_code").is_in(["CHECK", "RECHECK"]))
    handlings = gather(told, "handling", ("issue_id", "attempt_seq"))
    last = (
        pl.concat(
            [one.select("issue_id", "attempt_seq") for one in (reviews, handlings)]
        )
        .group_by("issue_id")
        .agg(pl.col("attempt_seq").max())
    )
    return (
        reviews.drop_nulls("done_at")
        .join(last, on=["issue_id", "attempt_seq"])
        .sort("done_at", "review_id")
        .group_by("issue_id", maintain_order=True)
        .agg(passed=pl.col("result_code").last() == "PASS")
    )


def chief_persons(told: Sequence[Told]) -> pl.DataFrame:
    """chief_assignment_id and chief (the person's hub id) of every road chief."""
    posts = keyed(gather(told, "assignment", ("person_id", "role_code")), "assignment")
    return posts.filter(pl.col("role_code") == "ROAD_CHIEF").select(
        chief_assignment_id="assignment_id", chief="person_id"
    )


def _in_units(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    units = plan.streets.select("street_code", "unit_code")
    return rows.join(units, on="street_code", how="left").select(
        "month", "district_code", "street_code", "unit_code", "chief", "is_numerator"
    )


def totals(counted: Counted, month: str) -> pl.DataFrame:
    """metric, level, unit_code, numerator, denominator of a month, at every level."""
    rows = counted.rows.filter(pl.col("month") == month)
    keys = {
        "city": pl.lit(None, dtype=pl.String),
        "unit": pl.col("unit_code"),
        "district": pl.col("district_code"),
        "street": pl.col("street_code"),
        "chief": pl.col("chief"),
    }
    made = []
    for level in LEVELS:
        named = rows.select(code=keys[level], is_numerator="is_numerator")
        if level != "city":
            named = named.drop_nulls("code")
        made.append(
            named.group_by("code")
            .agg(
                numerator=pl.col("is_numerator").sum().cast(pl.Int64),
                denominator=pl.len().cast(pl.Int64),
            )
            .select(
                metric=pl.lit(counted.metric),
                level=pl.lit(level),
                unit_code=pl.col("code"),
                numerator="numerator",
                denominator="denominator",
            )
        )
    return pl.concat(made)
