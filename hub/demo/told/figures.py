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
from itertools import chain

import polars as pl

from hub.demo.ground.plan import Plan
from hub.demo.told.expected import Told
from hub.demo.told.statements import chunks, gather, keyed, month_of

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
COUNTS = ("numerator", "denominator")
BY_CASE = ("month", "district_code", "street_code", "chief")
BY = (*BY_CASE, "unit_code")
CASE = (
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
REVIEW = ("issue_id", "attempt_seq", "review_kind_code", "done_at", "result_code")


@dataclass(frozen=True)
class Counted:
    """Things that count in a month.

    Attributes:
        rows: month, district_code, street_code, unit_code, chief (person id, or
            null), numerator, denominator; see `added`.
    """

    metric: str
    rows: pl.DataFrame


def case_figures(told: Sequence[Told], plan: Plan) -> list[Counted]:
    """Closed loop and on-time handling of the cases of the road chief system."""
    reviews, chiefs = _last_reviews(told), chief_persons(told)
    none = gather((), "issue", CASE)
    counted = [
        _judged(some, reviews, chiefs)
        for some in chain([none], chunks(told, "issue", CASE))
    ]
    return [
        Counted(name, _in_units(pl.concat(one[nth] for one in counted), plan))
        for nth, name in enumerate(("closed_loop_rate", "on_time_handling_rate"))
    ]


def _judged(
    some: pl.DataFrame, reviews: pl.DataFrame, chiefs: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What counts of some cases for the closed loop, and for handling in time."""
    judged = (
        keyed(some, "issue")
        .filter(
            (pl.col("source_channel_code") == "LZZ") | pl.col("area_id").is_not_null(),
            pl.col("duplicate_of_id").is_null(),
            pl.col("stage_code").is_in(list(STAGE)),
        )
        .join(reviews, on="issue_id", how="left")
        .join(chiefs, on="chief_assignment_id", how="left")
        .with_columns(
            number=pl.col("stage_code").replace_strict(STAGE, return_dtype=pl.Int64),
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
    return (
        added(
            loop.with_columns(
                is_numerator=(number >= STAGE["CLOSED"])
                & passed
                & ((number >= STAGE["FED_BACK"]) | ~owes)
            ),
            BY_CASE,
        ),
        added(
            handled.with_columns(is_numerator=(number >= STAGE["HANDLED"]) & in_time),
            BY_CASE,
        ),
    )


def _last_reviews(told: Sequence[Told]) -> pl.DataFrame:
    """Whether the latest check of each case's last attempt says PASS."""
    reviews = keyed(
        gather(told, "review", REVIEW),
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
    return rows.join(units, on="street_code", how="left").select(*BY, *COUNTS)


def added(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """How many rows there are of each place, and of how many `is_numerator` is true."""
    return rows.group_by(by).agg(
        numerator=pl.col("is_numerator").sum().cast(pl.Int64),
        denominator=pl.len().cast(pl.Int64),
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
        named = rows.select(*COUNTS, code=keys[level])
        if level != "city":
            named = named.drop_nulls("code")
        made.append(
            named.group_by("code")
            .agg(pl.col(COUNTS).sum())
            .select(
                metric=pl.lit(counted.metric),
                level=pl.lit(level),
                unit_code=pl.col("code"),
                numerator="numerator",
                denominator="denominator",
            )
        )
    return pl.concat(made)
