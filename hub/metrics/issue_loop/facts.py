"""What the rows of `issue_loop` are made from, and the city's word on them.

What lives here: the columns that are needed of each dataset, so that a reader can
leave the rest unread, and the city's parameters. What does not: reading them
(`hub.flow.issue_facts`), any definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from hub.partners.city_spec import Population

INSTANT = pl.Datetime("us", "UTC")
TEXT, WHOLE, CLAIM = pl.String(), pl.Int64(), pl.Boolean()
INSTANTS = (
    "reported_at",
    "accepted_at",
    "verified_at",
    "registered_at",
    "dispatched_at",
    "received_at",
    "handled_at",
    "checked_at",
    "closed_at",
    "fed_back_at",
    "source_deadline_at",
    "computed_deadline_at",
    "deadline_at",
    "bundle_deadline_at",
    "close_deadline_at",
    "first_contact_at",
    "answered_at",
)
TEXTS = (
    "issue_id",
    "partner",
    "source_channel_code",
    "reporter_type_code",
    "category_system_code",
    "category_kind_code",
    "category_code",
    "std_category_kind_code",
    "std_category_code",
    "coord_quality_code",
    "district_code",
    "street_code",
    "community_code",
    "area_id",
    "handling_mode_code",
    "handling_org_id",
    "second_org_id",
    "stage_code",
    "close_type_code",
    "satisfaction_code",
    "duplicate_of_id",
)
COUNTS = (
    "rework_count",
    "return_count",
    "extension_count",
    "extension_minutes",
    "supervise_count",
)
CLAIMS = ("is_suspended", "has_been_suspended", "has_appeal_exemption")
# Columns of dataset issue, and three that the reader adds.
ISSUE: dict[str, pl.DataType] = {
    **dict.fromkeys(TEXTS, TEXT),
    **dict.fromkeys(INSTANTS, INSTANT),
    **dict.fromkeys(COUNTS, WHOLE),
    **dict.fromkeys(CLAIMS, CLAIM),
    "lon": pl.Float64(),
    "lat": pl.Float64(),
}
ADDED: dict[str, pl.DataType] = {
    "chief_person_id": TEXT,
    "events_complete": CLAIM,
    "closed_at_source": CLAIM,
}
REVIEW: dict[str, pl.DataType] = {
    "review_id": TEXT,
    "issue_id": TEXT,
    "attempt_seq": WHOLE,
    "review_kind_code": TEXT,
    "deadline_at": INSTANT,
    "done_at": INSTANT,
    "result_code": TEXT,
}
HANDLING: dict[str, pl.DataType] = {
    "issue_id": TEXT,
    "attempt_seq": WHOLE,
    "started_at": INSTANT,
}
EVENT: dict[str, pl.DataType] = {
    "issue_id": TEXT,
    "event_seq": WHOLE,
    "action_code": TEXT,
    "happened_at": INSTANT,
    "deadline_at": INSTANT,
    "is_inferred": CLAIM,
}
LIMIT: dict[str, pl.DataType] = {
    "issue_id": TEXT,
    "step_code": TEXT,
    "computed_limit_at": INSTANT,
}
# Columns by which DU-1 compares cases.
NEIGHBOUR = (
    "issue_id",
    "partner",
    "source_channel_code",
    "category_system_code",
    "category_kind_code",
    "category_code",
    "std_category_kind_code",
    "std_category_code",
    "coord_quality_code",
    "lon",
    "lat",
    "reported_at",
)
# Actions whose events say something that the case's own columns do not.
ACTIONS = (
    "ACCEPT",
    "REGISTER",
    "DISPATCH",
    "VERIFY_TASK",
    "CHECK_TASK",
    "SUSPEND",
    "REWORK",
    "RETURN",
    "EXTEND",
)


@dataclass(frozen=True, kw_only=True)
class LoopFacts:
    """Rows of the datasets, tombstones left out; see the column lists above.

    Attributes:
        issues: ISSUE and ADDED: chief_person_id is the holder of
            chief_assignment_id, events_complete the feed's setting,
            closed_at_source whether the source state means closed (K16).
        reviews, handlings, events: rows of these cases; others are ignored.
        limits: limits by rule of every step (LIMIT_STEP); none = no rule is known.
    """

    issues: pl.DataFrame
    reviews: pl.DataFrame
    handlings: pl.DataFrame
    events: pl.DataFrame
    limits: pl.DataFrame | None = None


@dataclass(frozen=True, kw_only=True)
class LoopRules:
    """The city's parameters.

    Attributes:
        zone: IANA zone in which months begin.
        population: which cases count: those of the road chief system, or all.
        review_required: whether a case needs a review of which neither mode nor
            category says otherwise (metrics §5).
        unreviewed_modes, reviewed_modes: handling modes that need none, or one.
        review_table: std_category_kind_code, std_category_code,
            is_review_required; a category listed there is judged by it alone.
        response_minutes: within which a case must be responded to (metrics §6.3, x).
        deadline_tolerance: how far the hub's deadline and the partner's may lie
            apart before they differ.
    """

    zone: str
    population: Population = "LZZ_OR_AREA"
    review_required: bool = True
    unreviewed_modes: tuple[str, ...] = ("SELF_HANDLED",)
    reviewed_modes: tuple[str, ...] = ()
    review_table: pl.DataFrame | None = None
    response_minutes: int = 30
    deadline_tolerance: timedelta = timedelta()


def as_facts(
    issues: pl.DataFrame,
    reviews: pl.DataFrame | None = None,
    handlings: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    *,
    limits: pl.DataFrame | None = None,
) -> LoopFacts:
    """Facts from frames in which columns may be absent: absent is not known."""
    return LoopFacts(
        issues=_widened(issues, ISSUE | ADDED),
        reviews=_widened(reviews, REVIEW),
        handlings=_widened(handlings, HANDLING),
        events=_widened(events, EVENT),
        limits=limits,
    )


def _widened(
    frame: pl.DataFrame | None, columns: dict[str, pl.DataType]
) -> pl.DataFrame:
    if frame is None:
        return pl.DataFrame(schema=columns)
    return frame.with_columns(
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in columns.items()
        if name not in frame.columns
    ).select(list(columns))
