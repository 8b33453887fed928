"""Cases of the reference derivation as the frames that the hub derives from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
from support.stage_reference import NO, TIMES, Case, Event

from hub.pipeline.stage import Stages, derive_stages

INSTANT = pl.Datetime("us", "UTC")
START = datetime(2026, 4, 1, tzinfo=UTC)
STAGES = pl.DataFrame(
    [(no, code, "MAIN") for code, no in NO.items()]
    + [(None, code, "END") for code in ("NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED")]
    + [(None, code, "OVERLAY") for code in ("SUSPENDED", "EXTENDED", "ESCALATED")],
    schema={"stage_no": pl.Int64, "code": pl.String, "kind": pl.String},
    orient="row",
)
ISSUE_SCHEMA = {
    "issue_id": pl.String,
    **dict.fromkeys(TIMES, INSTANT),
    "rework_count": pl.Int64,
    "is_suspended": pl.Boolean,
    "has_been_suspended": pl.Boolean,
    "is_supervised": pl.Boolean,
    "handling_mode_code": pl.String,
    "close_type_code": pl.String,
    "state_main": pl.List(pl.String),
    "state_end": pl.List(pl.String),
    "state_suspended": pl.Boolean,
    "state_supervised": pl.Boolean,
    "events_complete": pl.Boolean,
}
EVENT_SCHEMA = {
    "event_id": pl.String,
    "issue_id": pl.String,
    "action_code": pl.String,
    "happened_at": INSTANT,
    "stage_code": pl.String,
    "is_inferred": pl.Boolean,
}
REVIEW_SCHEMA = {
    "review_id": pl.String,
    "issue_id": pl.String,
    "review_kind_code": pl.String,
    "result_code": pl.String,
    "done_at": INSTANT,
    "attempt_seq": pl.Int64,
}


def instant(minutes: int | None) -> datetime | None:
    """Minutes since the start of the story as an instant."""
    return None if minutes is None else START + timedelta(minutes=minutes)


def frames(
    cases: dict[str, Case], **delivered: object
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Issues, events and reviews; `delivered` sets columns of every issue."""
    issues = [
        {
            "issue_id": name,
            **{column: instant(case.times.get(column)) for column in TIMES},
            "rework_count": case.rework_count,
            "state_main": case.main,
            "state_end": case.end,
            "state_suspended": case.suspended,
            "state_supervised": case.supervised,
            "events_complete": case.complete,
            **delivered,
        }
        for name, case in cases.items()
    ]
    events = [
        {
            "event_id": event.event_id,
            "issue_id": name,
            "action_code": event.action,
            "happened_at": instant(event.at),
            "stage_code": event.stage,
            "is_inferred": event.inferred,
        }
        for name, case in cases.items()
        for event in case.events
    ]
    reviews = [
        {
            "review_id": f"{name}-{number}",
            "issue_id": name,
            "review_kind_code": review.kind,
            "result_code": review.result,
            "done_at": instant(review.done),
            "attempt_seq": 1,
        }
        for name, case in cases.items()
        for number, review in enumerate(case.reviews)
    ]
    return (
        pl.DataFrame(issues, schema=ISSUE_SCHEMA),
        pl.DataFrame(events, schema=EVENT_SCHEMA),
        pl.DataFrame(reviews, schema=REVIEW_SCHEMA),
    )


def event(action: str, when: int, stage: str | None = None) -> Event:
    """One step with a key of its own."""
    return Event(event_id=f"{when:02}-{action}", action=action, at=when, stage=stage)


def derive_one(case: Case, **delivered: object) -> Stages:
    """What the hub derives from a single case."""
    return derive_stages(*frames({"one": case}, **delivered), stages=STAGES)


def stage_of(case: Case) -> str:
    """The stage that the hub derives for a single case."""
    return str(derive_one(case).issues["stage_code"].item())
