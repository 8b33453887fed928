"""The columns of `issue_loop`, in order.

What lives here: names and types, for the table that keeps it. What does not: what
they mean; each group's module says.
"""

from __future__ import annotations

import polars as pl

from hub.metrics.issue_loop.cohort import COHORTS
from hub.metrics.issue_loop.counts import COUNTS
from hub.metrics.issue_loop.facts import CLAIM, INSTANT, TEXT, WHOLE
from hub.metrics.issue_loop.spans import SPANS
from hub.metrics.issue_loop.steps import STEPS

KEYS = (
    "period",
    "issue_id",
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
AT = (
    "reported_at",
    "registered_at",
    "dispatched_at",
    "handled_at",
    "closed_at",
    "limit_at",
    "close_limit_at",
    "computed_limit_at",
)
STAGES = (
    "accept",
    "register",
    "need_dispatch",
    "dispatch",
    "need_dispose",
    "dispose",
    "to_dispose",
    "archive",
    "feed_back",
    "received",
    "cancel",
    "not_accept",
    "not_register",
)
FLAGS = (
    "in_population",
    "duplicate",
    "ended",
    *STAGES,
    "hang",
    "his_hang",
    "exempt",
    "suspension_unknown",
    "exemption_unknown",
    "feedback_required",
    "review_required",
    "reviewed",
    "review_passed",
    "need_verify",
    "verified",
    "need_check",
    "checked",
    "check_passed",
    "forced_close",
    "close_from_suspension",
    "patrol_report",
    "public_report",
    "by_public",
    "by_chief_roles",
    "campaign",
    "self_handled",
    "mode_unknown",
    "within_two_minutes",
    "rated",
    "satisfied",
    "without_deadline",
    "without_dispose_time",
    "done_in_limit",
    "overdue_now",
    "closed_in_limit",
    "without_close_limit",
    "close_limit_passed",
    "deadline_differs",
    *(f"{s.name}_{what}" for s in STEPS for what in ("in_limit", "without_limit")),
    *(name for _, above, unknown in COUNTS.values() for name in (above, unknown)),
    "link_missing",
    "similar_earlier",
    "near_duplicate",
)
VALUES = (
    *(f"{name}_{what}" for name in SPANS for what in ("minutes", "shift_minutes")),
    *COUNTS,
    "extension_minutes",
    "supervise_count",
    "suspended_minutes",
    "deadline_difference_minutes",
)
COLUMNS: dict[str, pl.DataType] = {
    **dict.fromkeys(KEYS, TEXT),
    **dict.fromkeys(AT, INSTANT),
    **dict.fromkeys(COHORTS, CLAIM),
    **dict.fromkeys(FLAGS, CLAIM),
    "first_missing_link": TEXT,
    "near_duplicate_of_id": TEXT,
    **dict.fromkeys(VALUES, WHOLE),
}
