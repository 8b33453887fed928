"""A work calendar cut into equal slots, each worked or not as a whole.

What lives here: reading the days of dataset work_calendar and their half-open shifts
into tables by slot. The slot is the longest span that divides every shift, day and
change of the clock, so a place in time is one division away and whatever it asks for
is one look into a table. What does not: counting with them (`work_minutes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import polars as pl

from hub.errors import DeclarationError

MINUTE = 60_000_000  # µs
DAY_MINUTES = 1440
BOUND = r"(\d+):(\d+)"
SHIFT = f"{BOUND}-{BOUND}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Slots:
    """Tables of one calendar; instants and spans in µs, instants since 1970 in UTC.

    Attributes:
        first, last: the calendar holds [first, last]; equal where it has no days.
        size: length of a slot.
        before: by slot, one more than there are: time worked before it begins.
        is_worked: by slot, and once more: whether it lies in a shift.
        unsettled: by slot, one more than there are: slots of days that are not final
            before it.
        workdays: by slot, and once more: working days up to its own day, included.
        begins: by worked slot: when it begins.
        day_ends: by working day: time worked until its last shift has ended.
    """

    first: int
    last: int
    size: int
    before: pl.Series
    is_worked: pl.Series
    unsettled: pl.Series
    workdays: pl.Series
    begins: pl.Series
    day_ends: pl.Series


def cut_calendar(days: pl.DataFrame, *, calendar_code: str, zone: str) -> Slots:
    """The slots of one calendar.

    Args:
        days: rows of dataset work_calendar, in any order, of any calendars.
        calendar_code: the calendar that is read.
        zone: IANA zone of its days and shifts.

    Raises:
        DeclarationError: a day is missing between two others or there twice, or
            shifts overlap or end before they begin.
    """
    own = days.filter(pl.col("calendar_code") == calendar_code).sort("day_on")
    _require_every_day(own, calendar_code)
    starts = own.select(
        start=_instant(pl.lit(0), zone),
        end=_instant(pl.lit(DAY_MINUTES), zone),
        is_workday="is_workday",
        is_final="is_final",
    )
    shifts = _shifts(own, zone)
    if (shifts["end"] <= shifts["start"]).any():
        raise _refusal(calendar_code, "a shift ends before it begins")
    if not len(starts):
        return _cut(0, 0, MINUTE, starts, shifts)
    first, last = int(starts["start"][0]), int(starts["end"][-1])
    bounds = pl.concat([starts["start"], starts["end"], shifts["start"], shifts["end"]])
    minutes = ((bounds - first) // MINUTE % DAY_MINUTES).unique().to_list()
    size = gcd(DAY_MINUTES, *minutes) * MINUTE
    made = _cut(first, last, size, starts, shifts)
    if made.before[-1] != (shifts["end"] - shifts["start"]).sum():
        raise _refusal(calendar_code, "shifts of a day overlap")
    return made


def _refusal(calendar_code: str, seen: str) -> DeclarationError:
    return DeclarationError(
        f"read work calendar {calendar_code}",
        seen=seen,
        next_step="Correct the calendar; every day stands there once.",
    )


def _require_every_day(own: pl.DataFrame, calendar_code: str) -> None:
    steps = own["day_on"].diff().dt.total_days().drop_nulls()
    if (steps != 1).any():
        raise _refusal(calendar_code, "a day is missing or there twice")


def _instant(minute: pl.Expr, zone: str) -> pl.Expr:
    """µs since 1970 of a minute of the local day.

    A clock time that comes twice is the earlier one; one that never comes, in the
    hour that summer time skips, is the same after the change.
    """
    local = pl.col("day_on").cast(pl.Datetime("us")) + pl.duration(minutes=minute)
    later = local + pl.duration(hours=1)
    both = [
        one.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        for one in (local, later)
    ]
    return pl.coalesce(both).dt.timestamp("us")


def _shifts(own: pl.DataFrame, zone: str) -> pl.DataFrame:
    """start, end of every shift of a worked day, in µs."""
    told = (
        own.filter(pl.col("is_workday") & pl.col("shifts").is_not_null())
        .select("day_on", shift=pl.col("shifts").str.split(","))
        .explode("shift")
    )
    parts = [
        pl.col("shift").str.extract(SHIFT, nth).cast(pl.Int64) for nth in range(1, 5)
    ]
    return told.select(
        "day_on", opens=parts[0] * 60 + parts[1], ends=parts[2] * 60 + parts[3]
    ).select(
        "day_on",
        start=_instant(pl.col("opens"), zone),
        end=_instant(pl.col("ends"), zone),
    )


def _cut(
    first: int, last: int, size: int, days: pl.DataFrame, shifts: pl.DataFrame
) -> Slots:
    """The tables, from half-open spans in µs."""
    count = (last - first) // size
    slots = pl.DataFrame({"slot": pl.int_range(count + 1, eager=True)})
    open_days = days.filter(~pl.col("is_final"))
    worked_days = days.filter("is_workday")

    def nth(instants: pl.Series) -> pl.Series:
        return (instants.cast(pl.Int64) - first) // size

    table = slots.select(
        "slot",
        is_worked=_inside(slots, nth(shifts["start"]), nth(shifts["end"])),
        is_open=_inside(slots, nth(open_days["start"]), nth(open_days["end"])),
        workdays=_marks(slots, nth(worked_days["start"])).cum_sum(),
    ).with_columns(
        before=pl.col("is_worked").cast(pl.Int64).cum_sum().shift(1, fill_value=0)
        * size,
        unsettled=pl.col("is_open").cast(pl.Int64).cum_sum().shift(1, fill_value=0),
    )
    ends = (
        shifts.group_by("day_on").agg(pl.col("end").max()).sort("day_on")["end"]
        if len(shifts)
        else shifts["end"]
    )
    return Slots(
        first=first,
        last=last,
        size=size,
        before=table["before"],
        is_worked=table["is_worked"],
        unsettled=table["unsettled"],
        workdays=table["workdays"],
        begins=table.filter("is_worked")["slot"] * size + first,
        day_ends=table["before"].gather(nth(ends)),
    )


def _marks(slots: pl.DataFrame, at: pl.Series) -> pl.Series:
    """How many of `at` each slot is."""
    counted = at.alias("slot").value_counts(name="marks")
    found = slots.join(counted, on="slot", how="left", maintain_order="left")
    return found["marks"].fill_null(0).cast(pl.Int64)


def _inside(slots: pl.DataFrame, starts: pl.Series, ends: pl.Series) -> pl.Series:
    """Whether each slot lies in one of the half-open spans of slots."""
    return (_marks(slots, starts) - _marks(slots, ends)).cum_sum() > 0
