"""Shift minutes between instants, and instants some shift minutes later.

What lives here: the arithmetic of working time (trap T32), in one place and in whole
µs: shifts are half-open, nights, lunch and free days count nothing. What does not:
reading the calendar (`slots`), which limit a case has (`limit_rules`).

Beyond the first and last day of the calendar nothing is guessed: the answer is null,
and `covers` says of how many.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hub.metrics.worktime.slots import MINUTE, Slots, cut_calendar

INSTANT = pl.Datetime("us", "UTC")
Column = str | pl.Expr


def work_minutes(days: pl.DataFrame, *, calendar_code: str, zone: str) -> WorkMinutes:
    """The working time of one calendar, made once for however many instants.

    Args:
        days: rows of dataset work_calendar; none of the calendar's own means that
            every answer is null.
        calendar_code: the calendar.
        zone: IANA zone of its days.

    Raises:
        DeclarationError: days are missing between others, or shifts overlap.
    """
    slots = cut_calendar(days, calendar_code=calendar_code, zone=zone)
    return WorkMinutes(slots, zone)


@dataclass(frozen=True, eq=False)
class WorkMinutes:
    """Expressions over columns of UTC instants (µs).

    A *position* is the time worked since the calendar began, in µs: the same for all
    instants of one lunch, and one more µs for every µs inside a shift.

    Attributes:
        slots: the calendar, cut.
        zone: IANA zone of its days.
    """

    slots: Slots
    zone: str

    def covers(self, instant: Column) -> pl.Expr:
        """Whether the calendar knows an instant; null of null."""
        return _micros(instant).is_between(self.slots.first, self._last)

    @property
    def _last(self) -> int:
        """The end of the last day; a calendar without days covers no instant."""
        slots = self.slots
        return slots.last if slots.last > slots.first else slots.first - 1

    def _slot(self, instant: Column) -> pl.Expr:
        """The slot of an instant, null beyond the calendar."""
        since = _micros(instant) - self.slots.first
        return pl.when(self.covers(instant)).then(since // self.slots.size)

    def position(self, instant: Column) -> pl.Expr:
        """Time worked before an instant, in µs."""
        slot = self._slot(instant)
        within = (_micros(instant) - self.slots.first) % self.slots.size
        inside = pl.lit(self.slots.is_worked).gather(slot)
        return pl.lit(self.slots.before).gather(slot) + within * inside.cast(pl.Int64)

    def instant(self, position: Column) -> pl.Expr:
        """The first instant at which a position is reached.

        So much work done exactly when a shift ends is done then, not when the next
        one begins. Null beyond the calendar.
        """
        place = _column(position)
        return self._at(place, (place - 1) // self.slots.size)

    def _at(self, place: pl.Expr, worked_slot: pl.Expr) -> pl.Expr:
        begins = self.slots.begins
        known = pl.when((worked_slot >= 0) & (worked_slot < len(begins)))
        table = begins if len(begins) else pl.Series([0])
        start = pl.lit(table).gather(known.then(worked_slot))
        return (start + place - worked_slot * self.slots.size).cast(INSTANT)

    def between(self, start: Column, end: Column) -> pl.Expr:
        """Whole shift minutes of [start, end), rounded down.

        Null where either is null or lies beyond the calendar, and where the end lies
        before the start: that is no duration but an error (T29).
        """
        spent = (self.position(end) - self.position(start)) // MINUTE
        return pl.when(_micros(end) >= _micros(start)).then(spent)

    def after(self, start: Column, minutes: Column) -> pl.Expr:
        """When so many shift minutes have passed since a start.

        A start outside the shifts waits for the next one to begin; with 0 minutes
        that is the answer. Null of null, of negative minutes, beyond the calendar.
        """
        asked = _column(minutes).cast(pl.Int64)
        place = self.position(start) + asked * MINUTE
        begun = self._at(place, place // self.slots.size)
        done = self.instant(place)
        return pl.when(asked > 0).then(done).when(asked == 0).then(begun)

    def day_end(self, start: Column, days: Column) -> pl.Expr:
        """The position at which the n-th working day after a start has ended.

        The day of the start is not counted, worked or not; n is at least 1.
        """
        ends = self.slots.day_ends
        counted = pl.lit(self.slots.workdays).gather(self._slot(start))
        nth = counted + _column(days).cast(pl.Int64) - 1
        known = pl.when((nth >= counted) & (nth < len(ends)))
        table = ends if len(ends) else pl.Series([0])
        return pl.lit(table).gather(known.then(nth))

    def is_final(self, start: Column, end: Column) -> pl.Expr:
        """Whether all days of [start, end) are final (T30); null beyond the calendar.

        Of an empty span the day of the start is asked.
        """
        unsettled = pl.lit(self.slots.unsettled)
        last = pl.max_horizontal(_micros(start), _micros(end) - 1).cast(INSTANT)
        until = self._slot(last) + 1
        inside = pl.when(until < len(self.slots.unsettled)).then(until)
        return unsettled.gather(inside) == unsettled.gather(self._slot(start))


def _column(given: Column) -> pl.Expr:
    return pl.col(given) if isinstance(given, str) else given


def _micros(instant: Column) -> pl.Expr:
    return _column(instant).dt.timestamp("us")
