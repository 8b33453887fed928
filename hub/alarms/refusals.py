"""A05 and A11: deliveries that were refused whole, and fields that are not as declared.

What lives here: refused deliveries that nobody has mended, and fields of the newest
delivery. A delivery that is refused for want of a field is told of once, as A11. What
does not: refusing (`hub.flow.guard`).

Field names are told only where the partner file declares them: a sheet without its
header has somebody's name and phone where field names should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from hub.alarms.past import Past
from hub.alarms.sight import Sight, last
from hub.connectors.decode import Wanted
from hub.partners.city import as_timedelta
from hub.partners.spec import Feed, Partner
from hub.storage.alarm_history import History
from hub.storage.alarms import Cause
from hub.storage.batches import batch_id

RULE = re.compile(r"\b(?:B0[0-9]|P14)\b")
ASKED = ("number", "name", "since", "as_of", "day", "received")
ABSENT = re.compile(r"P14 field (.+?) did not come(?=;|\. |$)")


class Refused(NamedTuple):
    """A refused delivery; `absent` are needed fields that did not come."""

    number: int
    day: date | None
    rows: int | None
    rules: tuple[str, ...]
    absent: tuple[str, ...]


def refused(sight: Sight) -> Iterator[Cause]:
    """Refused deliveries that are not mended (A05)."""
    for partner, feed, past in sight.feeds("A05"):
        for one in _refused(sight, feed, past):
            if one.absent and "A11" not in feed.alarm.off:
                continue
            yield Cause(
                rule="A05",
                partner=partner.id,
                feed=feed.name,
                subject=batch_id(one.number),
                seen={
                    "batch": batch_id(one.number),
                    "day": one.day.isoformat() if one.day else "–",
                    "rows": "–" if one.rows is None else one.rows,
                    "rules": ", ".join(one.rules) or "–",
                },
            )


def changed_fields(sight: Sight) -> Iterator[Cause]:
    """Feeds whose fields are not those declared (A11), one alarm per feed."""
    for partner, feed, past in sight.feeds("A11"):
        cause = _lacking(sight, partner, feed, past) or _new(sight, partner, feed, past)
        if cause is not None:
            yield cause


def _refused(sight: Sight, feed: Feed, past: Past) -> list[Refused]:
    """Refused deliveries of a feed that nothing has taken the place of."""
    start = sight.now - as_timedelta(sight.declared.refused_reach)
    found = past.batches.filter(
        pl.col("state") == "refused",
        pl.col("kind") == "delivery",
        pl.col("created_at") >= start,
    )
    merged = past.batches.filter(pl.col("state") == "merged")
    replayed = merged.filter(pl.col("kind") == "replay")["parent"]
    later = pl.col("number")
    told = []
    # Refusals are few, and each is looked up for itself.
    for number, name, since, as_of, day, rows in zip(
        *(found[column].to_list() for column in ASKED), strict=True
    ):
        after = merged.filter(later > number, pl.col("kind") == "delivery")
        if feed.mode != "snapshot":
            # Sent again: under its name, for its own day, or with its span in another.
            same = [pl.col("name") == name]
            same += [pl.col("as_of") == as_of] if as_of is not None else []
            same += [pl.col("since") <= since] if since is not None else []
            after = after.filter(pl.any_horizontal(same).fill_null(value=False))
        if len(after) or number in replayed:
            continue
        error = sight.house.ledger.batch(number).error or {}
        said = str(error.get("message") or "")
        names = Wanted.of(feed).names | set(feed.key)
        absent = tuple(name for name in ABSENT.findall(said) if name in names)
        rules = tuple(dict.fromkeys(RULE.findall(said)))
        told.append(Refused(number, day, rows, rules, absent))
    return told


def _lacking(sight: Sight, partner: Partner, feed: Feed, past: Past) -> Cause | None:
    lacking = [one for one in _refused(sight, feed, past) if one.absent]
    if not lacking:
        return None
    newest = lacking[-1]
    new = _unmapped(sight, newest.number)
    return _fields(partner, feed, newest.number, newest.day, newest.absent, len(new))


def _new(sight: Sight, partner: Partner, feed: Feed, past: Past) -> Cause | None:
    """New fields of the newest delivery that has rows.

    Those that came with the very first one were looked at when the partner was taken
    on; who left them unmapped then knows of them.
    """
    full = past.merged.filter(pl.col("kind") == "delivery", pl.col("received") > 0)
    number = last(full, "number")
    if not isinstance(number, int):
        return None
    new = _unmapped(sight, number)
    if not new:
        return None
    first = History(sight.house.control.engine).first_merged(partner.id, feed.name)
    new -= set() if first is None else _unmapped(sight, first)
    day = last(full, "day")
    assert day is None or isinstance(day, date)
    return _fields(partner, feed, number, day, (), len(new)) if new else None


def _unmapped(sight: Sight, number: int) -> set[str]:
    found = History(sight.house.control.engine).fields(number)
    return {one.column for one in found if one.rule == "P13"}


def _fields(
    partner: Partner,
    feed: Feed,
    number: int,
    day: date | None,
    absent: tuple[str, ...],
    new: int,
) -> Cause:
    return Cause(
        rule="A11",
        partner=partner.id,
        feed=feed.name,
        seen={
            "batch": batch_id(number),
            "day": day.isoformat() if day else "–",
            "missing": ", ".join(absent) or "–",
            "new": new,
        },
    )
