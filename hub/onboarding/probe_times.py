"""Times that cannot be read, and whether those that can are eight hours off.

What lives here: the shapes of unreadable times, and a guess about the partner's clock
from two marks: the newest time against the clock, and the hours at which people work.
What does not: reading times (`hub.pipeline.instants`). A guess changes nothing; the
zone stays what the partner file says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import polars as pl

from hub.onboarding.probe_fields import share
from hub.onboarding.probe_shapes import shape_of
from hub.partners.spec import Feed, Partner
from hub.pipeline.columns import Context, read_column, source_text, text_of
from hub.pipeline.normalise import read_changed, unfold
from hub.schemas import dataset

SHOWN = 5  # shapes of one column
CHANGED = "source_updated_at"
# A machine's clock may be a little ahead; more than this is no clock's fault.
AHEAD = timedelta(minutes=10)
SHIFT = timedelta(hours=8)
SLIP = timedelta(days=1)
NEAR = timedelta(minutes=30)
# People report and handle by day: so many times tell, if few of them fit the day as
# they are and nearly all would.
DAY = (7, 21)
ENOUGH, SELDOM, MOSTLY = 30, Decimal("0.5"), Decimal("0.75")

Guess = Literal[
    "unknown", "plausible", "ahead", "behind", "shift_later", "shift_earlier"
]


@dataclass(frozen=True)
class TimeShape:
    """Texts of one form that no declared or known format reads."""

    dataset: str | None
    column: str
    field: str
    shape: str
    count: int


@dataclass(frozen=True)
class Clock:
    """What the times say about the clock behind them.

    Attributes:
        guess: `ahead`: times lie in the future, as local time marked as UTC does;
            `behind`: the newest is just eight hours old, as UTC taken for local time
            is; `shift_later`, `shift_earlier`: the hours of work would fit eight
            hours later or earlier; `plausible`; `unknown` without times.
        zone: the zone in which times without one are read.
        times: how many times were looked at.
        newest_at: the newest of them.
        minutes_old: its age at the answer; below 0 it lies in the future.
        partner_ahead_seconds: the partner's clock against ours, where it told its own.
        day_share: share of times between 07:00 and 21:00, as read.
        day_share_later: the same if all were eight hours later.
        day_share_earlier: the same if all were eight hours earlier.
    """

    guess: Guess
    zone: str
    times: int = 0
    newest_at: datetime | None = None
    minutes_old: int | None = None
    partner_ahead_seconds: int | None = None
    day_share: Decimal | None = None
    day_share_later: Decimal | None = None
    day_share_earlier: Decimal | None = None


def unreadable_times(
    frame: pl.DataFrame, feed: Feed, ctx: Context
) -> tuple[TimeShape, ...]:
    """The shapes of times and dates that cannot be read, most frequent first."""
    found: list[TimeShape] = []
    if feed.changed is not None and len(frame):
        faults = dict(read_changed(frame, ctx).faults)
        texts = source_text(frame, feed.changed, free=False)
        found += _shapes(texts, faults["P03"], None, CHANGED, feed.changed)
    for emit in feed.emits:
        source = unfold(frame, emit)
        columns = {column.name: column for column in dataset(emit.dataset).columns}
        for name, given in emit.columns.items():
            column = columns[name]
            if column.type not in {"ts", "date"} or given.value is not None:
                continue
            if not len(source):
                continue
            faults = dict(read_column(source, column, given, emit, ctx).faults)
            if "P03" not in faults:
                continue
            texts = text_of(source, column, given)
            field = given.field or given.sql or ""
            found += _shapes(texts, faults["P03"], emit.dataset, name, field)
    return tuple(found)


def _shapes(
    texts: pl.Series, broken: pl.Series, name: str | None, column: str, field: str
) -> Iterator[TimeShape]:
    if not broken.any():
        return
    bad = texts.alias("t").filter(broken).to_frame()
    counts = bad.select(shape=shape_of(pl.col("t"))).to_series()
    told = counts.value_counts(sort=True, name="count").head(SHOWN)
    for shape, count in told.rows():
        yield TimeShape(name, column, field, shape, count)


def read_clock(
    facts: Mapping[str, pl.DataFrame],
    partner: Partner,
    answered_at: datetime,
    ahead: timedelta | None,
) -> Clock:
    """What the times of all facts say about the clock behind them.

    Args:
        facts: dataset → facts.
        partner: whose zone was used.
        answered_at: when the rows were sent, by the partner's clock where it is known.
        ahead: how far the partner's clock is ahead of ours, where it is known.
    """
    zone = partner.timezone
    skew = None if ahead is None else round(ahead.total_seconds())
    # A year 3026 is a slip of one row, and a finding of its own (K14).
    latest = answered_at + SLIP
    times = _times(facts)
    times = times.filter(times <= latest)
    if not len(times):
        return Clock("unknown", zone, partner_ahead_seconds=skew)
    newest = _newest(facts, times, latest)
    age = answered_at - newest
    shares = [_day_share(times, zone, shift) for shift in (timedelta(), SHIFT, -SHIFT)]
    return Clock(
        guess=_guess(age, shares, len(times)),
        zone=zone,
        times=len(times),
        newest_at=newest,
        minutes_old=round(age.total_seconds() / 60),
        partner_ahead_seconds=skew,
        day_share=shares[0],
        day_share_later=shares[1],
        day_share_earlier=shares[2],
    )


def _times(facts: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Every instant that tells of something past."""
    found = [pl.Series("t", [], dtype=pl.Datetime("us", "UTC"))]
    for name, frame in facts.items():
        past = [
            column.name
            for column in dataset(name).columns
            if column.type == "ts" and column.horizon == "past" and not column.derived
        ]
        found += [frame[one].drop_nulls().alias("t") for one in (*past, CHANGED)]
    return pl.concat(found)


def _newest(
    facts: Mapping[str, pl.DataFrame], times: pl.Series, latest: datetime
) -> datetime:
    """The newest change; where nobody keeps changes, the newest time."""
    changes = pl.concat([frame[CHANGED].drop_nulls() for frame in facts.values()])
    changes = changes.filter(changes <= latest)
    newest = (changes if len(changes) else times).max()
    assert isinstance(newest, datetime)
    return newest


def _day_share(times: pl.Series, zone: str, shift: timedelta) -> Decimal:
    local = (times + shift).dt.convert_time_zone(zone)
    hours = local.dt.hour()
    return share(int(hours.is_between(DAY[0], DAY[1] - 1).sum()), len(times))


def _guess(age: timedelta, shares: list[Decimal], count: int) -> Guess:
    if age < -AHEAD:
        return "ahead"
    as_read, later, earlier = shares
    if count >= ENOUGH and as_read < SELDOM <= MOSTLY <= max(later, earlier):
        return "shift_later" if later >= earlier else "shift_earlier"
    # Eight quiet hours prove nothing where the times fit the day as they are.
    if abs(age - SHIFT) <= NEAR and later >= as_read:
        return "behind"
    return "plausible"
