"""`issue_loop`: one row per case and month with everything that figures count by.

What lives here: putting flags, limits, counts, spans and places together. Children
of a case are found by its number in the frame, not by its long id. What does not:
any definition; reading facts (`hub.flow.issue_facts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import polars as pl

from hub.metrics.issue_loop.cohort import LIMITS, belongs, monthly
from hub.metrics.issue_loop.counts import count_flags, counts, suspended_minutes
from hub.metrics.issue_loop.events import event_marks
from hub.metrics.issue_loop.facts import ACTIONS, LoopFacts, LoopRules
from hub.metrics.issue_loop.flags import (
    base_flags,
    channel_marks,
    review_needs,
    stage_numbers,
)
from hub.metrics.issue_loop.links import first_missing_link, link_missing
from hub.metrics.issue_loop.near import category, near_earlier
from hub.metrics.issue_loop.placing import place_cases
from hub.metrics.issue_loop.reviews import NTH, review_marks, started
from hub.metrics.issue_loop.shape import COLUMNS
from hub.metrics.issue_loop.spans import (
    ENDS,
    ShiftMinutes,
    span_minutes,
)
from hub.metrics.issue_loop.steps import rule_limits, step_flags
from hub.metrics.levels import Places
from hub.metrics.roster_rows.responses import chief_case_flags
from hub.schemas.code_lists import source_channels, stages

PIECE = 100_000  # cases


def issue_loop(
    facts: LoopFacts,
    places: Places,
    periods: Sequence[str],
    *,
    as_of: datetime,
    rules: LoopRules,
    work: ShiftMinutes | None = None,
    near: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every case that any basis puts into one of the months, once per month.

    Args:
        facts: the rows; cases that no month claims are left out.
        places: the city's units, members and divisions.
        periods: months `YYYY-MM`.
        as_of: instant of knowledge, against which open cases are overdue.
        rules: the city's parameters.
        work: shift minutes between two columns; None = no work calendar.
        near: what `near_earlier` finds among these cases and all others that were
            reported as close in time to them as DU-1 asks; None = there are no others.

    Returns:
        The columns of `shape.COLUMNS`, sorted by period and issue_id.

    Raises:
        MisuseError: a period is no month.
        DeclarationError: a case comes from a channel that is not in the list.
    """
    months = sorted(set(periods))
    cases = (
        facts.issues.with_columns(**LIMITS)
        .filter(belongs(months, rules.zone))
        .sort("issue_id")
        .with_row_index(NTH)
    )
    marked = review_needs(
        channel_marks(_marked(cases, facts), source_channels()), rules
    )
    earlier = near_earlier(facts.issues) if near is None else near

    def rows(piece: pl.DataFrame) -> pl.DataFrame:
        told = _told(piece, as_of=as_of.astimezone(UTC), rules=rules, work=work)
        joined = told.join(
            earlier, on="issue_id", how="left", maintain_order="left"
        ).with_columns(
            similar_earlier=pl.col("similar_to_id").is_not_null(),
            near_duplicate=pl.col("near_duplicate_of_id").is_not_null(),
        )
        return place_cases(monthly(joined, months, rules.zone), places).select(
            pl.col(name).cast(kind) for name, kind in COLUMNS.items()
        )

    # A case at a time would do, for from here on none looks at another; what the flags
    # of all share on the way would take a multiple of the cases themselves.
    pieces = [*marked.iter_slices(PIECE)] or [marked]
    return by_month((rows(piece) for piece in pieces), months)


def by_month(pieces: Iterable[pl.DataFrame], months: Sequence[str]) -> pl.DataFrame:
    """Rows of `issue_loop` of one set of cases after the other (at least one), as one.

    Sorted if each piece is, and their cases follow one another: month by month out of
    the pieces, which copies less than a sort of the whole.
    """
    found = list(pieces)
    if len(set(months)) > 1:
        found = [one.filter(period=m) for m in sorted(set(months)) for one in found]
    return pl.concat(found)


def _marked(cases: pl.DataFrame, facts: LoopFacts) -> pl.DataFrame:
    """Cases with what their reviews, handlings, events and rules say."""
    ids = cases.select(NTH, "issue_id")

    def numbered(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(ids, on="issue_id").drop("issue_id")

    handlings = numbered(facts.handlings)
    events = numbered(facts.events.filter(pl.col("action_code").is_in(ACTIONS)))
    marked = cases
    for marks in (
        review_marks(numbered(facts.reviews), handlings),
        started(handlings),
        *event_marks(events, cases),
        *rule_limits(facts.limits, ids),
    ):
        marked = marked.join(marks, on=NTH, how="left", maintain_order="left")
    return marked


def _told(
    marked: pl.DataFrame,
    *,
    as_of: datetime,
    rules: LoopRules,
    work: ShiftMinutes | None,
) -> pl.DataFrame:
    """Cases with every column that does not depend on the month."""
    number = stage_numbers(stages())
    ready = marked.with_columns(
        stage_no=pl.col("stage_code").replace_strict(
            number, default=None, return_dtype=pl.Int64
        ),
        computed_limit_at=pl.coalesce("computed_deadline_at", "handling_rule_at"),
        category=category(),
        org_id=pl.coalesce("second_org_id", "handling_org_id"),
        **ENDS,
        **counts(),
    )
    flags = {
        **base_flags(rules, number),
        **step_flags(as_of, rules.deadline_tolerance),
        **count_flags(),
        **chief_case_flags(rules.response_minutes),
        "link_missing": link_missing(),
    }
    lengths = {
        **span_minutes(work),
        "suspended_minutes": suspended_minutes(as_of),
        "deadline_difference_minutes": (
            pl.col("computed_limit_at") - pl.col("source_deadline_at")
        ).dt.total_minutes(),
    }
    own = [name for name in ready.columns if name in COLUMNS or name == NTH]
    # Lazily, so that what several columns share (a position in the work calendar, a
    # comparison of stages) is worked out once.
    return (
        ready.lazy()
        .select(
            *(name for name in own if name not in flags | lengths),
            *(flag.fill_null(value=False).alias(name) for name, flag in flags.items()),
            **lengths,
        )
        .with_columns(first_missing_link=first_missing_link())
        .collect()
    )
