"""Whether one feed says everything that reading it needs, and nothing astray.

What lives here: deletions, the delivery's own day, sweeps, the same case elsewhere,
the category list, fields that are both used and left out. What does not: how it is
read (`check_reading`), columns and value tables (`check_columns`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.partners.check_forms import find_form_problems
from hub.partners.check_push import find_push_feed_problems
from hub.partners.check_queue import find_queue_problems
from hub.partners.check_reading import find_reading_problems
from hub.partners.city import City
from hub.partners.cron import cron_fault
from hub.partners.expressions import expression_fields
from hub.partners.merge import field_in_row
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.spec import Feed, Partner

_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


def find_feed_problems(
    city: City, partner: Partner, feed: Feed, where: str
) -> Iterator[Problem]:
    """Everything that is wrong with a feed as a whole."""
    partner = partner.reading(feed)
    yield from find_reading_problems(partner, feed.read, path_of(where, "read"))
    yield from find_form_problems(partner, feed, path_of(where, "read"))
    yield from find_queue_problems(partner, feed, where)
    yield from find_push_feed_problems(partner, feed, where)
    yield from _deletes(feed, where)
    yield from _as_of(feed, where)
    yield from _issues_only(city, partner, feed, where)
    yield from _category_system(city, partner, feed, where)
    yield from _used_and_left_out(feed, where)
    if feed.deadline is not None and not _CLOCK.fullmatch(feed.deadline):
        at = path_of(where, "deadline")
        yield Problem(at, "is no time of day", 'write it as in "08:00"')
    if feed.schedule is not None and (fault := cron_fault(feed.schedule)):
        at = path_of(where, "schedule")
        yield Problem(at, fault, 'write it as in "30 23 * * *", for 23:30 every day')


def _deletes(feed: Feed, where: str) -> Iterator[Problem]:
    deletes, at = feed.deletes, path_of(where, "deletes")
    if deletes.kind == "marker" and not (deletes.field and deletes.values):
        yield Problem(
            at,
            'kind "marker" needs field and values',
            'e.g. field = "op_type", values = ["D"]',
        )
    if deletes.kind != "marker" and (deletes.field or deletes.values):
        yield Problem(
            at,
            f'field and values have no meaning for kind "{deletes.kind}"',
            'write kind = "marker", or leave them out',
        )
    if deletes.kind == "snapshot" and feed.mode != "snapshot":
        yield Problem(
            at,
            f'kind "snapshot" in a feed of mode "{feed.mode}" would delete what was '
            "merely not delivered",
            'write mode = "snapshot" if every delivery is complete',
        )


def _as_of(feed: Feed, where: str) -> Iterator[Problem]:
    """The day of a delivery stands in one known place."""
    if feed.as_of is None:
        return
    at = path_of(where, "as_of")
    if not (feed.as_of.file or feed.as_of.header or feed.as_of.envelope):
        yield Problem(at, "says no place", "give file, header or envelope")
    if feed.as_of.file is None:
        return
    try:
        groups = re.compile(feed.as_of.file).groups
    except re.error:
        yield Problem(path_of(at, "file"), "is not a regular expression")
        return
    if groups != 1:
        yield Problem(
            path_of(at, "file"),
            f"has {groups} groups",
            r"put the date, and nothing else, in brackets, e.g. _(\d{8})\.csv",
        )


def _issues_only(
    city: City, partner: Partner, feed: Feed, where: str
) -> Iterator[Problem]:
    """Keys that speak about cases need a feed that emits cases."""
    emits_issues = any(emit.dataset == "issue" for emit in feed.emits)
    for key, value in (("same_as", feed.same_as), ("read → sweep", feed.read.sweep)):
        if value is not None and not emits_issues:
            yield Problem(
                path_of(where, key),
                "is about cases, and the feed makes no issue",
                "leave it out",
            )
    twin = feed.same_as
    if twin is None:
        return
    at = path_of(where, "same_as", "partner")
    if twin.partner == partner.id:
        yield Problem(at, "is the partner itself", "name the other system")
    elif twin.partner not in city.partner_ids:
        yield not_allowed(
            at,
            kind="partner",
            given=twin.partner,
            allowed=city.partner_ids - {partner.id},
        )


def _category_system(
    city: City, partner: Partner, feed: Feed, where: str
) -> Iterator[Problem]:
    given = feed.category_system
    allowed = city.category_systems | {f"LOCAL-{partner.id}"}
    if given is not None and given not in allowed:
        yield not_allowed(
            path_of(where, "category_system"),
            kind="category system",
            given=given,
            allowed=allowed,
        )


def _used_and_left_out(feed: Feed, where: str) -> Iterator[Problem]:
    """A field cannot be mapped and ignored, nor mapped and never landed."""
    used = used_fields(feed)
    for key, what in (
        ("ignore", "is mapped, and ignored too"),
        ("never_land", "is used, but cut before landing"),
    ):
        for name in sorted(used & set(getattr(feed, key))):
            yield Problem(
                path_of(where, key), f'"{name}" {what}', "take it out of one of the two"
            )


def used_fields(feed: Feed) -> frozenset[str]:
    """Source fields that a feed's key, dates and columns read, as seen in a row.

    Fields of an unfolded list appear as `<list>.<field>`; `../` is resolved.
    """
    used = set(feed.key)
    used |= {name for name in (feed.changed, feed.deletes.field) if name}
    if feed.same_as is not None:
        used.add(feed.same_as.field)
    for emit in feed.emits:
        own = set(emit.key) | expression_fields(emit.when or "")
        own |= {emit.part.field} if emit.part and emit.part.field else set()
        for column in emit.columns.values():
            own |= {column.field} if column.field else set()
            own |= expression_fields(column.sql or "")
        if emit.explode:
            used.add(emit.explode)
        used |= {field_in_row(name, emit.explode) for name in own}
    return frozenset(used)
