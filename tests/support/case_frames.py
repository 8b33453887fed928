"""Rows of `metric/issue_loop`, given by hand or at random."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from support.metric_frames import AS_OF, places_of

from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.metric import Metric

INSTANT = pl.Datetime("us", "UTC")
PLACES = (
    "district_code",
    "street_code",
    "community_code",
    "area_id",
    "chief_person_id",
    "unit_code",
    "street_unit_code",
    "org_id",
    "category",
    "source_channel_code",
    "handling_mode_code",
)
INSTANTS = (
    "reported_at",
    "registered_at",
    "dispatched_at",
    "handled_at",
    "closed_at",
    "limit_at",
)
STEPS = ("accept", "verify", "register", "dispatch", "check")
FLAGS = (
    "in_reported",
    "in_registered",
    "in_due",
    "in_due_instead",
    "in_closed",
    "in_population",
    "duplicate",
    "ended",
    "accept",
    "register",
    "need_dispatch",
    "dispatch",
    "need_dispose",
    "dispose",
    "to_dispose",
    "archive",
    "feed_back",
    "hang",
    "exempt",
    "feedback_required",
    "review_required",
    "reviewed",
    "review_passed",
    "without_deadline",
    "without_dispose_time",
    "link_missing",
    "suspension_unknown",
    "exemption_unknown",
    "forced_close",
    "close_from_suspension",
    "patrol_report",
    "public_report",
    "done_in_limit",
    "overdue_now",
    "closed_in_limit",
    "without_close_limit",
    "close_limit_passed",
    *(f"{step}_in_limit" for step in STEPS),
    *(f"{step}_without_limit" for step in STEPS),
    "need_verify",
    "verified",
    "assigned",
    "responded",
    "response_in_limit",
    "need_check",
    "checked",
    "check_passed",
    "rework",
    "rework_unknown",
    "returned",
    "return_unknown",
    "postponed",
    "extension_unknown",
    "received",
    "rated",
    "satisfied",
    "similar_earlier",
    "near_duplicate",
    "by_chief_roles",
    "by_public",
    "self_handled",
    "mode_unknown",
    "within_two_minutes",
    "campaign",
    "deadline_differs",
)
SPANS = (
    "accept",
    "register",
    "dispatch",
    "receive",
    "handle",
    "check",
    "close",
    "answer",
    "first_response",
    "whole",
)
VALUES = (
    *(f"{span}_{what}" for span in SPANS for what in ("minutes", "shift_minutes")),
    "suspended_minutes",
    "deadline_difference_minutes",
)
SCHEMA: dict[str, Any] = {
    "period": pl.String,
    "issue_id": pl.String,
    **dict.fromkeys(PLACES, pl.String),
    **dict.fromkeys(INSTANTS, INSTANT),
    **dict.fromkeys(FLAGS, pl.Boolean),
    **dict.fromkeys(VALUES, pl.Int64),
}
START = datetime(2026, 4, 1, tzinfo=UTC)


def loop_of(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows given as dictionaries; flags not named are false, the rest null."""
    whole = [
        {"period": "2026-04", **dict.fromkeys(FLAGS, False), **row} for row in rows
    ]
    return pl.DataFrame(whole, schema=SCHEMA)


def random_loop(seed: int, count: int, months: tuple[str, ...]) -> pl.DataFrame:
    """Rows whose flags are thrown one by one, possible or not."""
    throw = random.Random(seed)
    codes = {
        "district_code": (None, "d1", "d2", "gone"),
        "street_code": (None, "s1", "s2", "s9"),
        "unit_code": (None, "AU-1", "AU-2"),
        "handling_mode_code": (None, "DISPATCHED", "SELF_HANDLED"),
    }
    rows = []
    for number in range(count):
        row: dict[str, Any] = {
            "period": throw.choice(months),
            "issue_id": f"i{number}",
            **{
                name: throw.choice(codes.get(name, (None, "x", "y"))) for name in PLACES
            },
            **{
                name: throw.choice((None, START + timedelta(hours=number)))
                for name in INSTANTS
            },
            **{name: throw.random() < 0.5 for name in FLAGS},
            **{name: throw.choice((None, 0, 7, 30, 90)) for name in VALUES},
            # Else hardly a row would reach a denominator.
            "in_population": throw.random() < 0.9,
            "duplicate": throw.random() < 0.1,
            "ended": throw.random() < 0.1,
        }
        rows.append(row)
    return pl.DataFrame(rows, schema=SCHEMA)


def count_loop(
    loop: pl.DataFrame,
    metrics: Iterable[Metric],
    *,
    periods: Iterable[str] = ("2026-04",),
    **terms: Any,
) -> Figures:
    """The engine over such rows."""
    return compute_figures(
        {"issue": loop},
        places_of(),
        metrics=list(metrics),
        periods=periods,
        terms=Terms(zone="Asia/Shanghai", as_of=AS_OF, **terms),
    )
