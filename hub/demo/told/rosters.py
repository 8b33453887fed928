"""Coverage and action, counted from the makers' statements about the roster.

What lives here: required areas with a road chief in post on a month's last known day,
and duty days with a valid act, as the metrics page defines them primarily. What does
not: figures over cases (`figures`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from hub.demo.days import day_of
from hub.demo.ground.plan import CITY, Plan
from hub.demo.told.expected import Told
from hub.demo.told.figures import BY, CASE, REVIEW, Counted, added
from hub.demo.told.statements import OWN, chunks, gather, keyed, local_day

PHONE = r"^1[3-9]\d{9}$"
LONG_MINUTES, LONG_POINTS = 30, 3
# The one holiday on a weekday in the months that the simulated days touch.
HOLIDAYS = (date(2026, 6, 19),)
# Who did what with which case, and when.
ACTS = {
    "issue": ("reporter_person_id", "reported_at"),
    "handling": ("handler_person_id", "finished_at"),
    "review": ("reviewer_person_id", "done_at"),
}
AREA = ("street_code", "status_code", "is_required", "valid_from_on", "valid_to_on")
PERSON = ("mobile", "duty_phone", "is_active", "valid_from_on", "valid_to_on")
PATROL = (
    "person_id",
    "status_code",
    "planned_on",
    "started_at",
    "duration_minutes",
    "checkpoint_done_count",
    "is_inside_area",
)
POST = ("person_id", "role_code", "target_id", "start_on", "end_on", "is_primary")
# What the figures are counted from; whatever else the makers state may be forgotten.
ASKED: Mapping[str, frozenset[str]] = {
    "issue": frozenset({*OWN, *CASE, *ACTS["issue"]}),
    "handling": frozenset({*OWN, "issue_id", "attempt_seq", *ACTS["handling"]}),
    "review": frozenset({*OWN, *REVIEW, *ACTS["review"]}),
    "area": frozenset({*OWN, *AREA}),
    "person": frozenset({*OWN, *PERSON}),
    "assignment": frozenset({*OWN, *POST}),
    "patrol": frozenset({*OWN, *PATROL}),
}


def last_day(month: str, days: int) -> date:
    """The last day of a month that has been lived through."""
    year, number = map(int, month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1)
    return min(following - timedelta(days=1), day_of(days))


def _holds(first: str, until: str, on: pl.Expr) -> pl.Expr:
    ends = pl.col(until)
    return (pl.col(first) <= on) & (ends.is_null() | (on < ends))


def chiefs_on(told: Sequence[Told]) -> pl.DataFrame:
    """Every post of a road chief over an area: `POST`, assignment_id."""
    posts = keyed(gather(told, "assignment", POST), "assignment")
    return posts.filter(pl.col("role_code") == "ROAD_CHIEF")


def coverage(told: Sequence[Told], plan: Plan, month: str, days: int) -> Counted:
    """Required areas, and those with a road chief who can be reached.

    A street that has filed none is counted by its communities, none of which any
    area names.
    """
    on = pl.lit(last_day(month, days))
    areas = keyed(
        gather(told, "area", AREA),
        "area",
    ).filter(_holds("valid_from_on", "valid_to_on", on))
    persons = keyed(
        gather(told, "person", PERSON),
        "person",
    ).filter(
        _holds("valid_from_on", "valid_to_on", on),
        "is_active",
        pl.col("mobile").str.contains(PHONE).fill_null(value=False)
        | pl.col("duty_phone").is_not_null(),
    )
    in_use = areas.filter(pl.col("status_code") == "ACTIVE")["area_id"]
    held = (
        chiefs_on(told)
        .filter(
            _holds("start_on", "end_on", on),
            pl.col("target_id").is_in(in_use.implode()),
        )
        .unique(["target_id", "person_id"])
        .sort("start_on", "target_id")
        .unique("person_id", keep="first", maintain_order=True)
        .join(persons, on="person_id", how="semi")
    )
    required = areas.filter(
        "is_required", pl.col("status_code").is_in(["PLANNED", "ACTIVE"])
    ).with_columns(
        is_numerator=(pl.col("status_code") == "ACTIVE")
        & pl.col("area_id").is_in(held["target_id"].implode())
    )
    return Counted(
        "area_coverage_rate",
        _placed(required.with_columns(month=pl.lit(month)), plan),
    )


def duty(told: Sequence[Told], plan: Plan, month: str, days: int) -> Counted:
    """Duty days of every road chief, and those with a valid act."""
    owed = _owed(told, month, days)
    patrols = gather(told, "patrol", PATROL)
    excused = patrols.filter(pl.col("status_code") == "EXCUSED").select(
        "person_id", day="planned_on"
    )
    is_long = (pl.col("duration_minutes") >= LONG_MINUTES).fill_null(value=False) | (
        pl.col("checkpoint_done_count") >= LONG_POINTS
    ).fill_null(value=False)
    walked = patrols.filter(
        pl.col("status_code") == "DONE",
        is_long,
        pl.col("is_inside_area").ne_missing(pl.lit(value=False)),
    ).select("person_id", local_day("started_at").alias("day"))
    acts = [walked]
    for name, (who, at) in ACTS.items():
        acts += [
            some.drop_nulls([who, at]).select(person_id=who, day=local_day(at)).unique()
            for some in chunks(told, name, (who, at))
        ]
    done = pl.concat(acts).unique()
    due = owed.join(excused, on=["person_id", "day"], how="anti")
    hit = due.join(
        done.with_columns(is_numerator=pl.lit(value=True)),
        on=["person_id", "day"],
        how="left",
    ).with_columns(pl.col("is_numerator").fill_null(value=False))
    return Counted("duty_action_rate", _placed(hit, plan))


def _owed(told: Sequence[Told], month: str, days: int) -> pl.DataFrame:
    """One row per road chief in post and working day: the post that is primary."""
    last = last_day(month, days)
    first = last.replace(day=1)
    worked = [
        day
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
        if day.weekday() < 5 and day not in HOLIDAYS
    ]
    calendar = pl.DataFrame({"day": worked}, schema={"day": pl.Date})
    areas = keyed(
        gather(told, "area", ("street_code", "valid_from_on", "valid_to_on")), "area"
    ).select("area_id", "street_code", "valid_from_on", "valid_to_on")
    owed = (
        chiefs_on(told)
        .join(calendar, how="cross")
        .filter(_holds("start_on", "end_on", pl.col("day")))
        .sort(
            "is_primary", "start_on", "assignment_id", descending=[True, False, False]
        )
        .unique(["person_id", "day"], keep="first", maintain_order=True)
        .select("person_id", "day", area_id="target_id")
    )
    known = owed.join(areas, on="area_id").filter(
        _holds("valid_from_on", "valid_to_on", pl.col("day"))
    )
    return owed.join(
        known.select("person_id", "day", "street_code"),
        on=["person_id", "day"],
        how="left",
    ).with_columns(month=pl.lit(month), chief=pl.col("person_id"))


def _placed(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    streets = plan.streets.select("street_code", "unit_code", "district_code")
    chief = pl.col("chief") if "chief" in rows.columns else pl.lit(None, pl.String)
    named = rows.join(streets, on="street_code", how="left")
    return added(named.with_columns(chief.alias("chief")), BY)


def communities() -> pl.DataFrame:
    """Every community of the city with its street, district and unit."""
    divisions = pl.read_csv(CITY / "division.csv", infer_schema=False)
    members = pl.read_csv(CITY / "assessment_unit_member.csv", infer_schema=False)
    street = pl.col("parent_code")
    rows = (
        divisions.filter(pl.col("division_code").str.len_chars() == 12)
        .join(members, left_on="parent_code", right_on="member_id")
        .select(
            street_code=street,
            district_code=street.str.head(6),
            unit_code="unit_code",
            month=pl.lit(None, dtype=pl.String),
            chief=pl.lit(None, dtype=pl.String),
            is_numerator=pl.lit(value=False),
        )
    )
    return added(rows, BY)
