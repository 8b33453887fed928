"""Until when a request is to be answered, and how it stands.

What lives here: deadlines in working days of the city's calendar (State Council
Order 809), all of them computed when asked: a year whose holidays are only
estimated moves them once the notice is out, and says so until then. What does not:
the calendar (`hub.metrics.worktime`), how many days (`[sharing]` in `city.toml`).

The day on which a clock starts is not counted; the whole of the last day is still
in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from hub.metrics.worktime.work_minutes import work_minutes
from hub.partners.city import City
from hub.storage.requests import Request

State = Literal["waiting", "overdue", "answered", "delivered", "closed"]
What = Literal["answer", "delivery", "publication"]


@dataclass(frozen=True)
class Due:
    """The next thing that is due.

    Attributes:
        what: the answer, the delivery after it, or the publication of a change.
        since: instant from which the days are counted.
        days: how many working days.
        on: last local day in time; None beyond the calendar, or where there is none.
        is_final: whether the holidays of every day until then are announced.
    """

    what: What
    since: datetime
    days: int
    on: date | None = None
    is_final: bool = False


@dataclass(frozen=True)
class Standing:
    """How a request stands at an instant."""

    request: Request
    state: State
    due: Due | None


def standings(city: City, given: Sequence[Request], at: datetime) -> list[Standing]:
    """How requests stand, in their order.

    Args:
        city: its calendar and its `[sharing]`.
        given: the requests.
        at: the instant; of its local day overdue is judged.
    """
    dues = _dated(city, [_next(city, one) for one in given], at)
    today = at.astimezone(ZoneInfo(city.timezone)).date()
    return [
        Standing(one, _state(one, due, today), due)
        for one, due in zip(given, dues, strict=True)
    ]


def _next(city: City, one: Request) -> Due | None:
    """What is due next, without its day."""
    rules = city.sharing
    if one.taken("rejected", "closed", "delivered"):
        return None
    accepted = one.taken("accepted")
    if one.kind == "catalogue":
        return Due("publication", one.made_at, rules.catalogue_days)
    if accepted is None:
        is_access = one.kind == "access"
        days = rules.access_answer_days if is_access else rules.correction_answer_days
        return Due("answer", one.made_at, days)
    if one.kind == "access":
        return Due("delivery", accepted.at, rules.delivery_days)
    # When a source has corrected a row is for its next delivery to show.
    return None


def _dated(city: City, dues: Sequence[Due | None], at: datetime) -> list[Due | None]:
    asked = [one for one in dues if one is not None]
    calendar = city.work_calendar(at.year)
    if not asked or calendar.is_empty():
        return list(dues)
    work = work_minutes(calendar, calendar_code=city.calendar, zone=city.timezone)
    frame = pl.DataFrame(
        {"since": [one.since for one in asked], "days": [one.days for one in asked]},
        schema={"since": pl.Datetime("us", "UTC"), "days": pl.Int64},
    ).with_columns(until=work.instant(work.day_end("since", "days")))
    told = frame.select(
        day=pl.col("until").dt.convert_time_zone(city.timezone).dt.date(),
        is_final=work.is_final("since", "until").fill_null(value=False),
    ).rows()
    filled = iter(
        Due(one.what, one.since, one.days, *row)
        for one, row in zip(asked, told, strict=True)
    )
    return [None if one is None else next(filled) for one in dues]


def _state(one: Request, due: Due | None, today: date) -> State:
    if one.taken("closed"):
        return "closed"
    if due is not None and due.on is not None and today > due.on:
        return "overdue"
    if one.taken("delivered"):
        return "delivered"
    return "answered" if one.taken("accepted", "rejected") else "waiting"
