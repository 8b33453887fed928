"""Whether one feed says everything that reading it needs, and nothing astray.

What lives here: what each connector needs, pagers and templates, deletions,
sweeps, the same case elsewhere, the category list, fields that are both used and
left out. What does not: columns and value tables (`check_columns`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.partners.city import City
from hub.partners.expressions import expression_fields
from hub.partners.merge import field_in_row
from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.spec import Feed, Partner, Read

PLACEHOLDERS = ("from", "to", "page", "size", "cursor", "keys")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_TRANSPORT = {
    "rest": {
        "method", "path", "paths", "params", "body", "records", "verdict", "page",
        "window", "detail", "sweep",
    },
    "sql": {"table", "query", "keyset", "chunk_rows", "window"},
    "files": {"files", "format", "delimiter", "sheet", "done", "records"},
}  # fmt: skip


def find_feed_problems(
    city: City, partner: Partner, feed: Feed, where: str
) -> Iterator[Problem]:
    """Everything that is wrong with a feed as a whole."""
    yield from _reading(partner, feed.read, path_of(where, "read"))
    yield from _deletes(feed, where)
    yield from _as_of(feed, where)
    yield from _issues_only(city, partner, feed, where)
    yield from _category_system(city, partner, feed, where)
    yield from _used_and_left_out(feed, where)


def _reading(partner: Partner, read: Read, where: str) -> Iterator[Problem]:
    connector = partner.source.connector
    for key in sorted(read.model_fields_set - _TRANSPORT[connector]):
        owners = [name for name, keys in _TRANSPORT.items() if key in keys]
        yield Problem(
            path_of(where, key),
            f'has no meaning for connector "{connector}"',
            f"it belongs to {' and '.join(owners)}",
        )
    if connector == "rest":
        yield from _rest(read, where)
    elif connector == "sql" and (read.table is None) == (read.query is None):
        yield Problem(where, "needs either table or query", "write one of the two")
    elif connector == "files" and read.files is None:
        yield Problem(
            where, "needs files", 'write the pattern of the names, e.g. "cases_*.csv"'
        )


def _rest(read: Read, where: str) -> Iterator[Problem]:
    if (read.path is None) == (not read.paths):
        yield Problem(
            where,
            "needs either path or paths",
            "paths is for several listings of one key space",
        )
    if read.page.kind == "cursor" and read.page.cursor is None:
        yield Problem(
            path_of(where, "page"),
            'kind "cursor" needs cursor',
            "write the path of the next cursor in the answer",
        )
    if read.detail is not None and "{key}" not in read.detail.path:
        yield Problem(
            path_of(where, "detail", "path"), "holds no {key}", "say where the key goes"
        )
    yield from _templates(read, where)


def _templates(read: Read, where: str) -> Iterator[Problem]:
    """Placeholders are known, and what fills them is declared."""
    used: set[str] = set()
    for table in ("params", "body"):
        texts = [text for _, text in leaves(getattr(read, table)) if text]
        names = set(_PLACEHOLDER.findall(" ".join(map(str, texts))))
        used |= names
        yield from (
            not_allowed(
                path_of(where, table),
                kind="placeholder",
                given=f"{{{name}}}",
                allowed=[f"{{{known}}}" for known in PLACEHOLDERS],
            )
            for name in sorted(names - set(PLACEHOLDERS))
        )
    for name, key in (("from", "window"), ("to", "window"), ("keys", "sweep")):
        if name in used and getattr(read, key) is None:
            yield Problem(
                where,
                f"uses {{{name}}} but declares no {key}",
                f"add {key} = {{ … }}",
            )


def leaves(
    value: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every value of nested tables with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


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
