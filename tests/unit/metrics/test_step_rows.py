"""Steps of dispatch by hand: who answered when, sideways or up (R25, R26, R33, R34)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from support.metric_frames import AS_OF, places_of

from hub.metrics.figures import Figures, Terms, compute_figures
from hub.metrics.registry import metric
from hub.metrics.step_rows import StepFacts, step_rows

INSTANT = pl.Datetime("us", "UTC")
NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
EVENT = {
    "event_id": pl.String,
    "issue_id": pl.String,
    "action_code": pl.String,
    "happened_at": INSTANT,
    "actor_person_id": pl.String,
    "actor_org_id": pl.String,
    "target_org_id": pl.String,
    "target_person_id": pl.String,
    "deadline_at": INSTANT,
    "is_inferred": pl.Boolean,
}
ORGS = pl.DataFrame(
    {
        "org_id": ["desk", "desk2", "office", "dept"],
        "division_code": ["420104001", "420104002", "420104001001", "420104"],
    }
)
POSTS = pl.DataFrame(
    [
        ("chief", "ROAD_CHIEF", date(2026, 1, 1), None),
        ("helper", "CO_GOVERN", date(2026, 1, 1), date(2026, 4, 11)),
    ],
    schema={
        "person_id": pl.String,
        "role_code": pl.String,
        "start_on": pl.Date,
        "end_on": pl.Date,
    },
    orient="row",
)
PLACES = pl.DataFrame(
    {
        "issue_id": ["i1"],
        "area_id": ["a1"],
        "community_code": [None],
        "street_code": ["420104001"],
        "district_code": ["d1"],
    },
    schema_overrides={"community_code": pl.String},
)


def event(key: str, action: str, minutes: int = 0, **values: Any) -> dict[str, Any]:
    at = NOON + timedelta(minutes=minutes)
    return {
        "event_id": key,
        "issue_id": "i1",
        "action_code": action,
        "happened_at": at,
        "is_inferred": False,
        **values,
    }


def rows_of(*events: dict[str, Any]) -> pl.DataFrame:
    facts = StepFacts(pl.DataFrame(list(events), schema=EVENT), PLACES, ORGS, POSTS)
    return step_rows(facts, as_of=AS_OF, zone="Asia/Shanghai")


def figures(name: str, *events: dict[str, Any]) -> Figures:
    return compute_figures(
        {"step": rows_of(*events)},
        places_of(),
        metrics=[metric(name)],
        periods=["2026-04"],
        terms=Terms(zone="Asia/Shanghai", as_of=AS_OF),
    )


def of(found: Figures, level: str, code: str | None) -> tuple[Any, ...]:
    row = found.figures.filter(
        pl.col("unit_code").eq_missing(pl.lit(code)), level=level
    )
    return row.select("numerator", "denominator").row(0)


def test_only_the_receivers_first_answer_after_the_step_counts() -> None:
    row = rows_of(
        event("e0", "ACCEPT", -5, actor_org_id="desk"),
        event("e1", "DISPATCH", target_org_id="desk"),
        event("e2", "ACCEPT", 3, actor_org_id="dept"),
        event("e3", "ACCEPT", 4, actor_org_id="desk", is_inferred=True),
        event("e4", "ACCEPT", 20, actor_org_id="desk"),
        event("e5", "ACCEPT", 30, actor_org_id="desk"),
        event("e6", "HANDLE", 90, actor_org_id="desk"),
    ).row(0, named=True)

    assert (row["accept_minutes"], row["handle_minutes"]) == (20, 90)
    assert (row["subject_id"], row["org_id"], row["period"]) == (
        "e1",
        "desk",
        "2026-04",
    )


def test_times_are_told_per_receiver() -> None:
    events = (
        event("e1", "DISPATCH", target_org_id="desk"),
        event("e2", "HANDLE", 10, actor_org_id="desk"),
        event("e3", "DISPATCH", 20, target_org_id="dept"),
        event("e4", "DISPATCH", 30, target_org_id="dept"),
        event("e5", "HANDLE", 60, actor_org_id="dept"),
    )

    mean = figures("step_handle_mean", *events)
    assert of(mean, "org", "desk") == (10, 1)
    assert of(mean, "org", "dept") == (70, 2)
    assert of(mean, "city", None) == (80, 3)
    assert of(figures("step_handle_p50", *events), "org", "dept") == (30, 2)
    assert of(figures("step_handle_p90", *events), "org", "dept") == (40, 2)


def test_the_road_chief_turns_sideways_and_up() -> None:
    def sent(key: str, to: str | None, by: str = "chief") -> dict[str, Any]:
        return event(key, "DISPATCH", actor_person_id=by, target_org_id=to)

    events = (
        sent("e1", "desk"),  # his own street
        sent("e2", "office"),  # a community of it
        sent("e3", "desk2"),  # another street
        sent("e4", "dept"),  # the district
        sent("e5", None),  # nobody is named
        sent("e6", "desk", by="clerk"),
    )

    assert of(figures("horizontal_step_share", *events), "chief", "chief") == (2, 4)
    assert of(figures("vertical_step_share", *events), "chief", "chief") == (2, 4)
    reasons = figures("vertical_step_share", *events).evidence["left_out_reason"]
    assert reasons.drop_nulls().sort().to_list() == [
        "DIRECTION_UNKNOWN",
        "NOT_BY_CHIEF",
    ]


def test_tasks_to_helpers_are_judged_by_their_limit() -> None:
    def task(key: str, minutes: int, **values: Any) -> dict[str, Any]:
        given = {
            "actor_person_id": "chief",
            "target_person_id": "helper",
            "deadline_at": NOON + timedelta(minutes=60),
        }
        return event(key, "DISPATCH", minutes, issue_id=key, **(given | values))

    def done(key: str, minutes: int) -> dict[str, Any]:
        return event(
            f"{key}-", "HANDLE", minutes, issue_id=key, actor_person_id="helper"
        )

    events = (
        task("t1", 0),
        done("t1", 60),  # to the minute
        task("t2", 0),
        done("t2", 61),
        task("t3", 0),  # never done, and due
        task("t4", 0, deadline_at=None),
        task("t5", 0, deadline_at=AS_OF + timedelta(days=1)),  # not due yet
        task("t6", 24 * 60, deadline_at=None),  # the helper's post has ended
    )

    found = figures("chief_task_on_time_rate", *events)
    assert of(found, "city", None) == (1, 3)
    told = dict(found.evidence.select("subject_id", "left_out_reason").rows())
    assert (told["t4"], told["t5"]) == ("WITHOUT_STEP_LIMIT", "NOT_DUE")
    assert told["t6"] == "NOT_TO_CO_GOVERN"
