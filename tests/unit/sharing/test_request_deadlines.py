"""Until when a request is answered: days counted by hand off the official notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.partners.city import City
from hub.partners.duties import Sharing
from hub.partners.loader import load_city
from hub.sharing.request_deadlines import Standing, standings
from hub.storage.requests import Kind, Request, Step, Taken

# A Monday, 17:00 in Wuhan; 1 to 7 October are free, Saturday the 10th is worked (调休).
ASKED = datetime(2026, 9, 28, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def city() -> City:
    return load_city("wuhan")


def request(kind: Kind = "correction", *steps: Step, at: datetime = ASKED) -> Request:
    taken = tuple(
        Taken(step=step, at=at + timedelta(days=1), author="乙") for step in steps
    )
    return Request(
        kind=kind,
        consumer="qiaokou",
        dataset="issue",
        reason="x",
        made_at=at,
        made_by="甲",
        steps=taken,
    )


def standing(city: City, one: Request, at: datetime = ASKED) -> Standing:
    (found,) = standings(city, [one], at)
    return found


def test_ten_working_days_skip_the_holidays_and_take_the_made_up_day(
    city: City,
) -> None:
    found = standing(city, request())

    # 29, 30 September; 8, 9, 10, 12, 13, 14, 15, 16 October.
    assert found.due is not None
    assert (found.due.on, found.due.is_final) == (date(2026, 10, 16), True)


def test_the_whole_last_day_is_in_time(city: City) -> None:
    last = datetime(2026, 10, 16, 15, 59, tzinfo=UTC)  # 23:59 in Wuhan

    assert standing(city, request(), last).state == "waiting"
    assert standing(city, request(), last + timedelta(minutes=1)).state == "overdue"


def test_what_is_asked_on_a_free_day_starts_with_the_next_working_day(
    city: City,
) -> None:
    found = standing(city, request(at=datetime(2026, 10, 3, 4, tzinfo=UTC)))

    # 8, 9, 10, 12, 13, 14, 15, 16, 19, 20 October.
    assert found.due is not None
    assert found.due.on == date(2026, 10, 20)


def test_the_delivery_is_due_twenty_working_days_after_the_answer(city: City) -> None:
    found = standing(city, request("access", "accepted"))

    # Answered on the 29th: 30 September, 8 to 10 (3), 12 to 16 (5), 19 to 23 (5),
    # 26 to 30 October (5), and 2 November.
    assert found.state == "answered"
    assert found.due is not None
    assert (found.due.what, found.due.on) == ("delivery", date(2026, 11, 2))
    late = standing(
        city, request("access", "accepted"), datetime(2026, 11, 3, tzinfo=UTC)
    )
    assert late.state == "overdue"


def test_a_year_without_a_notice_is_only_estimated(city: City) -> None:
    at = datetime(2031, 3, 3, 4, tzinfo=UTC)

    found = standing(city, request(at=at), at)

    assert found.due is not None
    assert not found.due.is_final


@pytest.mark.parametrize(
    ("kind", "steps", "state", "what"),
    [
        ("catalogue", (), "waiting", "publication"),
        ("catalogue", ("accepted",), "answered", "publication"),
        ("correction", ("accepted",), "answered", None),
        ("access", ("rejected",), "answered", None),
        ("access", ("accepted", "delivered"), "delivered", None),
        ("access", ("accepted", "delivered", "closed"), "closed", None),
    ],
)
def test_what_is_due_next(
    city: City, kind: Kind, steps: tuple[Step, ...], state: str, what: str | None
) -> None:
    found = standing(city, request(kind, *steps))

    assert found.state == state
    assert (None if found.due is None else found.due.what) == what


def test_a_city_may_be_quicker_and_one_without_a_calendar_says_so(city: City) -> None:
    quick = replace(city, sharing=Sharing(correction_answer_days=2))
    silent = replace(city, working=None)
    late = ASKED + timedelta(days=300)

    due = standing(quick, request()).due
    assert due is not None
    assert due.on == date(2026, 9, 30)
    found = standing(silent, request(), late)
    assert found.due is not None
    assert (found.state, found.due.on) == ("waiting", None)
