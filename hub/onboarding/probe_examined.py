"""What the rows of one page, file or landed delivery are like, found out in memory.

What lives here: reading parts, judging their rows with the hub's own steps (mapping,
rules, reference data, bounds), and putting the answers together. References to other
rows are not judged: they need what other feeds have sent. What does not: asking a
source (`probe`), single questions (`probe_fields`, `probe_codes`, `probe_times`,
`probe_places`), any writing.

Of a large delivery the first `MOST` rows are looked at; `is_whole` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

import polars as pl

from hub.connectors.base import Delivery, PartMeta
from hub.connectors.decode import Rows, Wanted, decode
from hub.flow.chunks import Judged, Seen, judge
from hub.flow.context import crosswalks, named_divisions
from hub.flow.guard import Broken, missing_fields, quarantine_bound, size_bounds
from hub.flow.outcome import FOUND, Split
from hub.flow.remarks import assumed_days, unmapped_fields
from hub.flow.split import PART, together
from hub.onboarding.probe_codes import UnknownCode, unknown_codes
from hub.onboarding.probe_fields import (
    FieldSeen,
    RequiredColumn,
    idle_fields,
    required_columns,
    unmapped_seen,
    with_fields,
)
from hub.onboarding.probe_keys import RepeatedKeys, repeated_keys
from hub.onboarding.probe_places import PlaceGuess, guess_places
from hub.onboarding.probe_rules import RuleSeen, rules_seen
from hub.onboarding.probe_times import Clock, TimeShape, read_clock, unreadable_times
from hub.partners.city import City
from hub.partners.spec import Feed, Partner
from hub.pipeline.columns import Context
from hub.pipeline.normalise import ROW

MOST = 50_000


@dataclass(frozen=True)
class Sent:
    """A part that can be opened again and again."""

    meta: PartMeta
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Asked:
    """How the parts were come by.

    Attributes:
        delivery: what was asked for; None for a delivery that had landed before.
        at: when, by the hub's clock.
        total: rows that the source declares.
        answered_at: when, by the partner's own clock.
        ahead: how far that clock is ahead of ours.
        is_whole: the parts are the whole delivery, so its bounds hold for them.
        as_of: the day that the delivery itself names.
    """

    delivery: Delivery | None
    at: datetime
    total: int | None = None
    answered_at: datetime | None = None
    ahead: timedelta | None = None
    is_whole: bool = False
    as_of: datetime | None = None


@dataclass(frozen=True)
class Examined:
    """What rows are like; no value of a row but codes that no table knows.

    `rows = accepted + quarantined + duplicates`; `unread` of the quarantined ones
    have no layout or are no data.
    """

    rows: int
    accepted: int
    quarantined: int
    duplicates: int
    unread: int
    is_whole: bool
    fields: int
    unmapped: tuple[FieldSeen, ...]
    absent: tuple[str, ...]
    empty: tuple[str, ...]
    codes: tuple[UnknownCode, ...]
    required: tuple[RequiredColumn, ...]
    rules: tuple[RuleSeen, ...]
    times: tuple[TimeShape, ...]
    clock: Clock
    places: tuple[PlaceGuess, ...]
    keys: tuple[RepeatedKeys, ...]
    bounds: tuple[Broken, ...]


def examine(
    city: City,
    partner: Partner,
    feed: Feed,
    parts: Sequence[Sent],
    asked: Asked,
    *,
    more: pl.DataFrame | None = None,
) -> Examined:
    """Judge the rows of some parts in memory.

    Args:
        city: formats, reference data, bounding box.
        partner: whose rows they are.
        feed: their declaration.
        parts: what was sent.
        asked: how they were come by.
        more: findings (`FOUND`) that stand in place of those made here, where a
            delivery was judged before, with all that it refers to.

    Raises:
        BatchRefused: a part cannot be read as what it claims to be.
    """
    wanted = Wanted.of(feed)
    fields = _fields_of(parts, wanted)
    astray = unmapped_fields(feed, fields)["column"].to_list()
    rows, is_whole = _rows(parts, with_fields(wanted, astray))
    ctx = _context(city, partner, feed, asked)
    judged = judge(city, _only_wanted(rows, wanted), ctx, Seen())
    fresh = rows.frame.filter(~pl.col(ROW).is_in(judged.duplicates.implode()))
    done = _as_split(judged, feed, rows)
    findings = done.found if more is None else more
    told = rules_seen(findings, judged.facts, feed, [one.meta for one in parts])
    is_whole = is_whole and asked.is_whole
    bounds = missing_fields(feed, done, {one.meta.media for one in parts})
    bounds += quarantine_bound(feed, done)
    bounds += size_bounds(feed, done.received) if is_whole else []
    quarantined = len(done.rejected)
    absent, empty = idle_fields(fresh, wanted, fields)
    return Examined(
        rows=done.received,
        accepted=done.received - quarantined - done.duplicate,
        quarantined=quarantined,
        duplicates=done.duplicate,
        unread=len(rows.broken),
        is_whole=is_whole,
        fields=len(fields),
        unmapped=unmapped_seen(fresh, astray),
        absent=absent,
        empty=empty,
        codes=unknown_codes(fresh, feed, ctx),
        required=required_columns(judged.facts, feed),
        rules=told,
        times=unreadable_times(fresh, feed, ctx),
        clock=read_clock(
            judged.facts, partner, asked.answered_at or asked.at, asked.ahead
        ),
        places=guess_places(fresh, feed, ctx),
        keys=repeated_keys(judged.facts),
        bounds=tuple(bounds),
    )


def _fields_of(parts: Iterable[Sent], wanted: Wanted) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for rows in _chunks(parts, wanted):
        found |= rows.fields
    return found


def _chunks(parts: Iterable[Sent], wanted: Wanted) -> Iterator[Rows]:
    """Chunks until there are enough rows, numbered as a batch numbers them."""
    left = MOST
    for part in parts:
        base = part.meta.sequence * PART
        with part.open() as body:
            for rows in decode(body, part.meta, wanted):
                yield Rows(
                    rows.frame.with_columns(pl.col(ROW) + base),
                    rows.broken.with_columns(pl.col(ROW) + base),
                    rows.fields,
                    rows.told.with_columns(pl.col(ROW) + base),
                )
                left -= len(rows.frame)
                if left <= 0:
                    return


def _rows(parts: Sequence[Sent], wanted: Wanted) -> tuple[Rows, bool]:
    """At most `MOST` rows, and whether they are all there are."""
    rows = together(list(_chunks(parts, wanted)))
    if len(rows.frame) < MOST:
        return rows, True
    last = rows.frame[ROW][MOST - 1]
    few = pl.col(ROW) <= last
    return (
        Rows(
            rows.frame.filter(few),
            rows.broken.filter(few),
            rows.fields,
            rows.told.filter(few),
        ),
        False,
    )


def _only_wanted(rows: Rows, wanted: Wanted) -> Rows:
    """The rows as the flow lays them out: what nobody maps is not judged."""
    kept = [name for name in rows.frame.columns if name in {ROW, *wanted.scalars}]
    lists = [
        pl.col(path).list.eval(pl.struct(pl.element().struct.field(*sorted(inner))))
        for path, inner in wanted.lists.items()
    ]
    return rows._replace(frame=rows.frame.select(*kept, *lists))


def _context(city: City, partner: Partner, feed: Feed, asked: Asked) -> Context:
    """The context of rows that belong to no batch."""
    delivery = asked.delivery
    return Context(
        partner=partner,
        feed=feed,
        batch_id="",
        landed_at=asked.at,
        as_of=asked.as_of or (delivery.as_of if delivery else None),
        city_zone=city.timezone,
        bbox=city.bbox,
        lead={name: lead.default for name, lead in city.lead.items()},
        crosswalks=crosswalks(city, feed, partner),
        divisions=named_divisions(city, feed),
        succession=city.succession,
    )


def _as_split(judged: Judged, feed: Feed, rows: Rows) -> Split:
    """What the flow would know of these rows, less what needs other rows."""
    done = Split(
        files={name: [] for name in judged.facts},
        received=len(judged.rows),
        duplicate=len(judged.duplicates),
        fields=set(rows.fields),
    )
    done.findings.append(_less_references(judged.findings, feed))
    done.findings.append(unmapped_fields(feed, rows.fields))
    if done.received:
        done.findings.append(assumed_days(feed, done))
    return done


def _less_references(findings: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """Findings without those about columns whose rows elsewhere are not asked for."""
    elsewhere = pl.DataFrame(
        [
            (emit.dataset, name, "F24")
            for emit in feed.emits
            for name, given in emit.columns.items()
            if given.ref and given.by and given.by != "source_id"
        ],
        schema={name: FOUND[name] for name in ("dataset", "column", "rule")},
        orient="row",
    )
    return findings.join(elsewhere, on=["dataset", "column", "rule"], how="anti")
