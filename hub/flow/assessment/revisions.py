"""Which months are frozen, and finding one of their revisions.

What lives here: what other rooms ask about frozen months, in words of the flow; it
rests on no figure, so that computing figures may ask it. What does not: making
revisions (`freeze`), their rows (`frozen_rows`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hub.errors import MisuseError
from hub.flow.house import House
from hub.storage.assessments import Assessments, Revision

MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
FIRST = "2021-08"  # R70: what is older is history, not assessment


def frozen_months(house: House) -> set[str]:
    """Months `YYYY-MM` that are frozen: a run leaves their figures alone."""
    return Assessments(house.control.engine).frozen_months()


def held_versions(house: House) -> dict[str, set[int]]:
    """Versions of lake tables that frozen months rest on; a clean-up keeps them."""
    return Assessments(house.control.engine).held_versions()


def find_revision(house: House, period: str, number: int | None = None) -> Revision:
    """A revision of a month by its number, or the current one.

    Raises:
        MisuseError: no such month, it is not frozen, or has no such revision.
    """
    refuse_no_month(period)
    known = Assessments(house.control.engine).revisions(period)
    found = [
        one
        for one in known
        if (one.is_current if number is None else one.number == number)
    ]
    if found:
        return found[0]
    if not known:
        raise MisuseError(
            f"read the frozen month {period}",
            seen="it is not frozen",
            next_step="`hub assessment compute` drafts it, `hub assessment freeze` "
            "freezes it.",
        )
    told = ", ".join(str(one.number) for one in known)
    raise MisuseError(
        f"read revision {number} of {period}",
        seen="there is no such revision",
        next_step=f"Its revisions are: {told}.",
    )


def refuse_no_month(period: str) -> None:
    """Refuse a text that is no month of the road chief system.

    Raises:
        MisuseError: it is none.
    """
    if not MONTH.fullmatch(period):
        raise MisuseError(
            "take a month",
            seen="the period is not written as a month",
            next_step="Write it like 2026-10.",
        )
    if period < FIRST:
        raise MisuseError(
            f"assess {period}",
            seen="the road chief system was set up on 31 August 2021",
            next_step="Months from 2021-08 are assessed; `hub metric compute` counts "
            "older ones.",
        )


def refuse_future(house: House, period: str) -> None:
    """Refuse a month that has not begun by the hub's clock.

    Raises:
        MisuseError: it has not.
    """
    refuse_no_month(period)
    if house.now() < month_span(period, house.city.timezone)[0]:
        raise MisuseError(
            f"assess {period}",
            seen="that month has not begun",
            next_step="Name a month that has.",
        )


def month_span(period: str, zone: str) -> tuple[datetime, datetime]:
    """First instant of a month and first instant after it, in UTC."""
    first = date.fromisoformat(f"{period}-01")
    months = first.year * 12 + first.month  # of the month after, counted from 0
    after = date(months // 12, months % 12 + 1, 1)
    there = ZoneInfo(zone)
    begin, end = (
        datetime(day.year, day.month, day.day, tzinfo=there).astimezone(UTC)
        for day in (first, after)
    )
    return begin, end
