"""Cases for `issue_loop`, as dictionaries with sane defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
from support.metric_frames import april, places_of

from hub.metrics.issue_loop import LoopFacts, LoopRules, as_facts, issue_loop
from hub.metrics.issue_loop.facts import (
    ADDED,
    EVENT,
    HANDLING,
    ISSUE,
    LIMIT,
    REVIEW,
)

Row = Mapping[str, Any]
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
RULES = LoopRules(zone="Asia/Shanghai")


def case(**values: Any) -> dict[str, Any]:
    """A road chief's case of April, due on the 20th, whose loop is closed."""
    return {
        "issue_id": "i1",
        "partner": "one",
        "source_channel_code": "LZZ",
        "category_system_code": "LOCAL-one",
        "category_kind_code": "MATTER",
        "category_code": "77",
        "street_code": "s1",
        "stage_code": "CLOSED",
        "handling_mode_code": "DISPATCHED",
        "reported_at": april(10),
        "registered_at": april(11),
        "dispatched_at": april(12),
        "handled_at": april(13),
        "checked_at": april(14),
        "closed_at": april(15),
        "deadline_at": april(20),
        "is_suspended": False,
        "has_appeal_exemption": False,
        **values,
    }


def event(action: str, at: datetime, **values: Any) -> dict[str, Any]:
    """A step of the case i1."""
    return {"issue_id": "i1", "action_code": action, "happened_at": at, **values}


def facts(
    issues: Iterable[Row],
    *,
    reviews: Iterable[Row] = (),
    handlings: Iterable[Row] = (),
    events: Iterable[Row] = (),
    limits: Iterable[Row] = (),
) -> LoopFacts:
    """Facts from dictionaries; what they do not name is null."""
    numbered = [{"event_seq": nth, **row} for nth, row in enumerate(events, 1)]
    return as_facts(
        pl.DataFrame(list(issues), schema=ISSUE | ADDED),
        pl.DataFrame(list(reviews), schema=REVIEW),
        pl.DataFrame(list(handlings), schema=HANDLING),
        pl.DataFrame(numbered, schema=EVENT),
        limits=pl.DataFrame(list(limits), schema=LIMIT),
    )


def loop(
    *issues: Row,
    periods: Sequence[str] = ("2026-04",),
    as_of: datetime = AS_OF,
    rules: LoopRules = RULES,
    work: Any = None,
    places: Any = None,
    **more: Any,
) -> pl.DataFrame:
    """`issue_loop` over rows given as dictionaries."""
    return issue_loop(
        facts(issues, **more),
        places or places_of(),
        periods,
        as_of=as_of,
        rules=rules,
        work=work,
    )


def one(*issues: Row, **more: Any) -> dict[str, Any]:
    """The only row."""
    found = loop(*issues, **more)
    assert len(found) == 1
    return found.row(0, named=True)


def true_among(row: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """Which of the flags are true."""
    return {name for name in names if row[name]}
