"""Days of duty and what counts as an act, worked out by hand.

April 2026 has 21 working days in China: 22 weekdays less Monday 6 April, which is
given for 清明 on a Sunday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from support.metric_frames import WUHAN, april, beside, counts, missed, verdict
from support.roster_frames import action, area, patrol, person, post

from hub.metrics.evidence import evidence_of, with_reason

WORKED = 21
DAY = "p1:2026-04-08"


def test_a_patrol_makes_its_day_at_every_level() -> None:
    found = action([post()], patrols=[patrol()])

    assert counts(found) == (1, WORKED)
    assert counts(found, "unit", "AU-1") == (1, WORKED)
    assert counts(found, "district", "d1") == (1, WORKED)
    assert counts(found, "street", "s1") == (1, WORKED)
    assert counts(found, "chief", "p1") == (1, WORKED)
    assert verdict(found, DAY) is True


def test_without_posts_there_is_nothing_and_no_chief_is_listed() -> None:
    found = action([])

    assert counts(found) == (0, 0)
    assert found.figures["value_share"].null_count() == len(found.figures)
    assert found.figures.filter(pl.col("level") == "chief").is_empty()
    assert counts(found, "street", "s2") == (0, 0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"duration_minutes": 30}, True),
        ({"duration_minutes": 29}, "PATROL_TOO_SHORT"),
        ({"duration_minutes": 29, "checkpoint_done_count": 3}, True),
        ({"duration_minutes": None, "checkpoint_done_count": 2}, "PATROL_TOO_SHORT"),
        ({"duration_minutes": None, "ended_at": april(8, 10)}, True),  # an hour
        ({"is_inside_area": None}, True),
        ({"is_inside_area": False}, "PATROL_OUTSIDE_AREA"),
        ({"status_code": "PLANNED", "planned_on": date(2026, 4, 8)}, "NO_ACT"),
        ({"status_code": "MISSED", "planned_on": date(2026, 4, 8)}, "NO_ACT"),
        ({"person_id": "p2"}, "NO_ACT"),
    ],
)
def test_which_patrol_is_a_valid_act(values: dict[str, Any], expected: Any) -> None:
    found = action([post()], patrols=[patrol(**values)])

    row = found.evidence.filter(subject_id="p1:2026-04-08").row(0, named=True)
    assert (row["missed_reason"] or row["is_numerator"]) == expected


def test_patrols_not_known_to_lie_inside_are_shown() -> None:
    found = action([post()], patrols=[patrol(is_inside_area=None)])

    assert beside(found, "INSIDE_NOT_KNOWN") == 1
    assert beside(action([post()], patrols=[patrol()]), "INSIDE_NOT_KNOWN") == 0


@pytest.mark.parametrize(
    "case",
    [
        {"reported": [{"reporter_person_id": "p1", "reported_at": april(8)}]},
        {"handled": [{"handler_person_id": "p1", "finished_at": april(8)}]},
        {"reviewed": [{"reviewer_person_id": "p1", "done_at": april(8)}]},
    ],
)
def test_a_case_reported_handled_or_reviewed_is_an_act(case: dict[str, Any]) -> None:
    found = action([post()], **case)

    assert counts(found) == (1, WORKED)
    assert verdict(found, DAY) is True


def test_an_act_falls_on_its_local_day() -> None:
    # 23:30 of the 8th and 00:30 of the 9th in Wuhan, both the 8th in UTC.
    late = patrol(started_at=datetime(2026, 4, 8, 15, 30, tzinfo=UTC))
    early = patrol(started_at=datetime(2026, 4, 8, 16, 30, tzinfo=UTC))

    found = action([post()], patrols=[late, early])

    assert verdict(found, DAY) is True
    assert verdict(found, "p1:2026-04-09") is True


def test_many_acts_of_a_day_count_once_and_a_bad_one_spoils_nothing() -> None:
    found = action([post()], patrols=[patrol(), patrol(duration_minutes=1), patrol()])

    assert counts(found) == (1, WORKED)


def test_an_act_on_a_day_off_makes_no_day_of_duty() -> None:
    # Sunday 5 April, and Monday 6 April, which is given for it.
    days = [datetime(2026, 4, day, 9, tzinfo=WUHAN) for day in (5, 6)]

    found = action([post()], patrols=[patrol(started_at=day) for day in days])

    assert counts(found) == (0, WORKED)


def test_working_weekends_are_days_of_duty() -> None:
    # 10 October 2026 is a Saturday that is worked; 1 to 7 October are free.
    found = action(
        [post()], periods=["2026-10"], as_of=datetime(2026, 11, 1, tzinfo=UTC)
    )

    days = [int(one[-2:]) for one in found.evidence["subject_id"]]
    assert days[:3] == [8, 9, 10]
    assert counts(found) == (0, 18)


def test_excused_days_leave_the_denominator_with_their_reason() -> None:
    excused = patrol(
        status_code="EXCUSED", planned_on=date(2026, 4, 9), started_at=None
    )

    found = action([post()], patrols=[patrol(), excused])

    assert counts(found) == (1, WORKED - 1)
    assert verdict(found, "p1:2026-04-09") == "EXCUSED"
    assert beside(found, "EXCUSED") == 1
    out = with_reason(evidence_of(found.evidence, "chief", "p1"), "left_out_reason")
    assert out.rows(named=True) == [
        {"subject": "duty_day", "subject_id": "p1:2026-04-09", "reason": "EXCUSED"}
    ]


def test_a_month_half_excused_away_is_null_not_zero() -> None:
    days = pl.date_range(date(2026, 4, 1), date(2026, 4, 30), eager=True)
    excused = [
        patrol(status_code="EXCUSED", planned_on=day, started_at=None) for day in days
    ]

    found = action([post()], patrols=excused)

    assert counts(found) == (0, 0)
    assert found.figures["value_share"].null_count() == len(found.figures)


def test_a_chief_replaced_in_mid_month_and_his_successor_owe_their_own_days() -> None:
    posts = [
        post(end_on=date(2026, 4, 15)),
        post(person_id="p2", start_on=date(2026, 4, 15)),
    ]

    found = action(
        posts,
        persons=[person(), person(person_id="p2")],
        patrols=[patrol(), patrol(person_id="p2")],
    )

    # 1 to 14 April: 9 working days; 15 to 30 April: 12. The successor's patrol on
    # the 8th is before his time.
    assert counts(found, "chief", "p1") == (1, 9)
    assert counts(found, "chief", "p2") == (0, 12)
    assert counts(found) == (1, WORKED)


def test_a_vacant_area_owes_nothing() -> None:
    found = action([post()], areas=[area(), area(area_id="a2", street_code="s2")])

    assert counts(found, "street", "s2") == (0, 0)
    assert counts(found) == (0, WORKED)


def test_a_person_with_two_posts_owes_a_day_once_where_the_primary_lies() -> None:
    posts = [
        post(target_id="a2", is_primary=False, start_on=date(2020, 1, 1)),
        post(target_id="a1"),
    ]

    found = action(posts, areas=[area(), area(area_id="a2", street_code="s2")])

    assert counts(found) == (0, WORKED)
    assert counts(found, "street", "s1") == (0, WORKED)


def test_days_on_which_the_person_is_not_active_are_left_out() -> None:
    left = [
        person(valid_to_on=date(2026, 4, 10)),
        person(is_active=False, valid_from_on=date(2026, 4, 10)),
    ]

    found = action([post()], persons=left)

    assert counts(found) == (0, 6)  # 1, 2, 3, 7, 8 and 9 April
    assert verdict(found, "p1:2026-04-10") == "CHIEF_INACTIVE"


def test_a_running_month_is_counted_up_to_today() -> None:
    found = action([post()], as_of=datetime(2026, 4, 8, 1, tzinfo=UTC))

    assert counts(found) == (0, 5)
    assert missed(found, DAY) == "NO_ACT"


def test_days_of_a_year_without_a_notice_are_shown() -> None:
    found = action(
        [post()], periods=["2027-03"], as_of=datetime(2027, 6, 1, tzinfo=UTC)
    )

    assert counts(found) == (0, 23)
    assert beside(found, "CALENDAR_NOT_FINAL") == 23


def test_days_of_posts_over_unknown_areas_are_the_citys_alone() -> None:
    found = action([post(), post(person_id="p2", target_id="gone")])

    assert counts(found) == (0, 2 * WORKED)
    assert counts(found, "street", "s1") == (0, WORKED)
    assert beside(found, "UNATTRIBUTED", "street") == WORKED
    assert beside(found, "UNATTRIBUTED", "chief") == 0
