"""Accounts that close many cases of others at once: the span, the number, whose."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from support.exception_rows import listed, table, unit_of
from support.metric_frames import INSTANT, WUHAN
from support.roster_frames import ZONE
from support.street_rows import ORG, frame, terrain

from hub.metrics.exceptions.closers import (
    hurried_closers,
    mass_closers,
    of_others,
    told_closes,
)
from hub.metrics.exceptions.gaming import Thresholds

LIMITS = Thresholds(close_minutes=5, close_cases=3)
MORNING = datetime(2026, 4, 8, 9, tzinfo=WUHAN)
EVENT = {
    "issue_id": pl.String,
    "action_code": pl.String,
    "happened_at": INSTANT,
    "actor_person_id": pl.String,
    "actor_org_id": pl.String,
    "is_inferred": pl.Boolean,
}
CASE = {
    "issue_id": pl.String,
    "reporter_person_id": pl.String,
    "handling_mode_code": pl.String,
}
ACT = {"issue_id": pl.String, "person_id": pl.String}
Row = dict[str, Any]


def close(number: int, seconds: int, **values: Any) -> Row:
    """A close of case i<number> by the clerk p9, so long after nine."""
    return {
        "issue_id": f"i{number}",
        "action_code": "CLOSE",
        "happened_at": MORNING + timedelta(seconds=seconds),
        "actor_person_id": "p9",
        "is_inferred": False,
        **values,
    }


def found(
    closes: list[Row],
    cases: list[Row] | None = None,
    acts: list[Row] | None = None,
    *,
    orgs: tuple[Row, ...] = (),
    persons: tuple[Row, ...] = (),
) -> pl.DataFrame:
    """The list; every case was found and handled by somebody else unless it says."""
    theirs = {"reporter_person_id": "p1", "handling_mode_code": "DISPATCHED"}
    ids = dict.fromkeys(one["issue_id"] for one in closes)
    own = {one["issue_id"]: one for one in cases or ()}
    told = [{"issue_id": id_, **theirs, **own.get(id_, {})} for id_ in ids]
    where = terrain(persons=persons)
    hurried = hurried_closers(
        of_others(
            told_closes(pl.DataFrame(closes, schema=EVENT), ZONE),
            pl.DataFrame(told, schema=CASE),
            pl.DataFrame(acts or [], schema=ACT),
        ),
        LIMITS,
    )
    return table([mass_closers(hurried, frame(orgs, ORG), where)], where)


def amounts(rows: pl.DataFrame) -> dict[str, int | None]:
    return {id_: amount for id_, (_, amount) in listed(rows, "flag_closed").items()}


@pytest.mark.parametrize(
    ("seconds", "amount"),
    [
        ((0, 150, 300), 3),  # the span has both ends
        ((0, 150, 301), None),
        ((0, 150), None),
        ((0, 0, 0), 3),  # one click for all of them
        ((0, 150, 300, 450), 4),  # two spans that overlap
        ((0, 10, 20, 900, 910), 3),  # two by themselves are no hurry
        ((0, 10, 20, 900, 910, 920), 6),
    ],
)
def test_so_many_cases_within_the_span(
    seconds: tuple[int, ...], amount: int | None
) -> None:
    rows = found([close(n, one) for n, one in enumerate(seconds)])

    assert amounts(rows) == ({} if amount is None else {"p9": amount})


def test_the_first_day_of_it_is_told() -> None:
    slow = close(9, -86_400)
    rows = found([slow, *(close(n, n) for n in range(3))])

    assert listed(rows, "flag_closed") == {"p9": (date(2026, 4, 8), 3)}


@pytest.mark.parametrize(
    ("cases", "acts"),
    [
        ([{"issue_id": "i0", "reporter_person_id": "p9"}], []),
        ([], [{"issue_id": "i0", "person_id": "p9"}]),
        ([{"issue_id": "i0", "handling_mode_code": "SELF_HANDLED"}], []),
    ],
    ids=["found", "handled", "on the spot"],
)
def test_ones_own_cases_never_count(cases: list[Row], acts: list[Row]) -> None:
    three = [close(n, n) for n in range(3)]

    assert amounts(found(three)) == {"p9": 3}
    assert amounts(found(three, cases, acts)) == {}
    assert amounts(found([*three, close(3, 3)], cases, acts)) == {"p9": 3}


def test_what_others_found_or_handled_counts_and_a_mode_that_nobody_says() -> None:
    cases = [{"issue_id": "i0", "reporter_person_id": None, "handling_mode_code": None}]
    acts = [{"issue_id": "i0", "person_id": "p1"}]

    assert amounts(found([close(n, n) for n in range(3)], cases, acts)) == {"p9": 3}


@pytest.mark.parametrize(
    "other",
    [
        {"action_code": "CANCEL"},
        {"actor_person_id": None},
        {"actor_person_id": "p8"},
        {"is_inferred": True},
        {"happened_at": datetime(2026, 4, 8, tzinfo=WUHAN)},
        {"issue_id": "i0"},  # the same case twice
    ],
    ids=["voided", "nobody", "somebody else", "inferred", "day only", "twice"],
)
def test_a_close_that_does_not_make_up_the_number(other: Row) -> None:
    rows = found([close(0, 0), close(1, 1), close(2, 2, **other)])

    assert amounts(rows) == {}


def test_closes_whose_time_of_day_nobody_told_are_no_hurry() -> None:
    midnight = datetime(2026, 4, 8, tzinfo=WUHAN)
    days = [close(n, 0, happened_at=midnight) for n in range(50)]

    assert amounts(found(days)) == {}


def test_forced_closes_count_and_a_deleted_case_does_not() -> None:
    three = [close(n, n, action_code="FORCE_CLOSE") for n in range(3)]
    closes = told_closes(pl.DataFrame(three, schema=EVENT), ZONE)
    gone = pl.DataFrame([{"issue_id": "i1"}, {"issue_id": "i2"}], schema=CASE)

    assert amounts(found(three)) == {"p9": 3}
    left = of_others(closes, gone, pl.DataFrame(schema=ACT))
    assert left["issue_id"].to_list() == ["i1", "i2"]


def test_a_closer_counts_where_his_organisation_lies() -> None:
    orgs = (
        {"org_id": "o1", "division_code": "s1"},
        {"org_id": "o2", "division_code": "s2"},
    )
    clerk = {"person_id": "p9", "org_id": "o2", "is_active": True}
    named = [close(n, n, actor_org_id="o1" if n else "o2") for n in range(3)]
    silent = [close(n, n) for n in range(3)]

    by_trail = found(named, orgs=orgs, persons=(clerk,))
    by_roster = found(silent, orgs=orgs, persons=(clerk,))

    assert unit_of(by_trail, "p9") == {"AU-1"}
    assert unit_of(by_roster, "p9") == {"AU-2"}
    of_unit = by_roster.filter(pl.col("subject") == "unit")
    assert of_unit.select("subject_id", "amount").rows() == [("AU-2", 3)]
    assert unit_of(found(silent), "p9") == {None}
