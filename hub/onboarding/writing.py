"""The text of a draft: a partner file with its reasons.

What lives here: `write_draft`, from the head of the file to its last table. What does
not: columns and value tables (`column_lines`), an empty file (`skeleton`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hub.onboarding.column_lines import code_tables, column_lines
from hub.onboarding.draft import Draft
from hub.onboarding.facts import Facts
from hub.onboarding.keys import Found
from hub.onboarding.times import Written
from hub.onboarding.toml_words import FILL, blank, noted, table, text, texts
from hub.partners.city import City
from hub.schemas import dataset

_DAY = re.compile(r"(?<!\d)(20\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")
_NOT_NAME = re.compile(r"[^a-z0-9_]+")


def write_draft(draft: Draft, city: City, *, partner: str, feed: str) -> str:
    """The partner file that a draft makes.

    Args:
        draft: what was found out.
        city: gives the zone.
        partner: id of the partner, equal to the file's name.
        feed: name of the feed.
    """
    return "\n".join([
        *_head(draft, city, partner),
        *_source(draft, partner),
        *_feed(draft, feed, partner),
        "",
        "[feed.read]",
        *_read(draft),
        "",
        "[feed.columns]",
        *column_lines(draft),
        *code_tables(draft),
        "",
    ])  # fmt: skip


def name_for(told: str, otherwise: str) -> str:
    """A valid id or feed name from a file, path or table name."""
    stem = re.sub(r"\.\w{2,5}$", "", told.rstrip("/").rpartition("/")[2]).lower()
    plain = _NOT_NAME.sub("_", _DAY.sub("", stem)).strip("_0123456789")
    return plain[:40] if re.match(r"^[a-z][a-z0-9_]+$", plain) else otherwise


def _head(draft: Draft, city: City, partner: str) -> Iterator[str]:
    facts = draft.facts
    yield f"# Drafted by `hub partner infer` from {draft.sample.name}:"
    yield f"# {len(draft.sample.rows)} rows, {len(facts)} fields, city {city.id}."
    yield "# A draft decides nothing: each line says how sure it is (certain, likely,"
    yield f"# guess) and why. {FILL} marks what only you can say; then check it."
    yield ""
    yield "[partner]"
    yield f"id = {text(partner)}"
    yield f"title = {text(FILL)}   # {FILL}: what people call the system"
    yield f"# steward = {text('…')}   # {FILL}: who answers for the data there"
    zone = "the city's zone; no instant of the sample names one"
    if any(one.time and "%z" in (one.time.format or "") for one in facts.values()):
        zone = "the city's zone; some instants carry an offset of their own"
    yield noted(f"timezone = {text(city.timezone)}", "likely", zone)
    if draft.system is not None:
        told = f"coordinates = {text(draft.system.name)}"
        yield noted(told, draft.system.confidence, draft.system.why)


def _source(draft: Draft, partner: str) -> Iterator[str]:
    kind = draft.sample.connector
    key, word = {
        "files": ("folder", "DIR"),
        "rest": ("base_url", "URL"),
        "sql": ("url", "URL"),
    }[kind]
    yield ""
    yield "[source]"
    yield f"connector = {text(kind)}"
    variable = f"HUB_{partner.upper()}_{word}"
    yield f"{key} = {text(f'env:{variable}')}   # {FILL}: set it, or name another"
    if kind == "rest":
        token = f"env:HUB_{partner.upper()}_TOKEN"
        yield f"# auth = {table({'kind': 'bearer', 'token': token})}"
        yield blank("auth, if the interface wants any; limits, as the partner asks")


def _feed(draft: Draft, name: str, partner: str) -> Iterator[str]:
    choice = draft.choice
    yield ""
    yield "[[feed]]"
    yield f"name = {text(name)}"
    sure = "likely" if choice.is_sure else "guess"
    why = f"{len(choice.lines)} columns are filled"
    why += f"; next best is {choice.runner_up}" if choice.runner_up else ""
    yield noted(f"dataset = {text(choice.dataset)}", sure, why)
    yield from _mode(draft)
    yield from _key(draft.key)
    yield from _changed(draft)
    if draft.marker is not None:
        entries = f'{{ kind = "marker", field = {text(draft.marker.field)}, values = '
        marks = [
            one
            for one in draft.facts[draft.marker.field].values
            if one.upper() in {"D", "DELETE"}
        ]
        line = f"deletes = {entries}{texts(marks or ['D'])} }}"
        yield noted(line, draft.marker.confidence, draft.marker.why)
    if draft.sample.encoding is not None and draft.sample.connector == "files":
        yield f"encoding = {text(draft.sample.encoding)}   # certain: all bytes decode"
    if choice.dataset == "issue":
        yield from _category_system(draft, partner)
    yield from _never(draft)
    yield from _ignore(draft)
    for path in draft.sample.lists:
        yield f"# {path} is a nested list: an [[feed.emit]] with explode unfolds it."
    yield blank("schedule, deadline, owner, and [feed.expect] after a healthy week")


def _mode(draft: Draft) -> Iterator[str]:
    history = dataset(draft.choice.dataset).history
    if history == "append":
        yield noted('mode = "events"', "likely", "steps of a trail never change")
    elif history == "scd2" and draft.changed is None:
        why = "a list without change times; is it complete every time? Then deletes too"
        yield noted('mode = "snapshot"', "guess", why)
    else:
        why = "rows have a change time" if draft.changed else "nothing says otherwise"
        yield noted('mode = "changes"', "likely" if draft.changed else "guess", why)


def _key(key: Found | None) -> Iterator[str]:
    if key is None:
        why = "no field is unique; name those that are together"
        yield f"key = {texts([FILL])}   # {FILL}: {why}"
        return
    yield noted(f"key = {texts([key.field])}", key.confidence, key.why)


def _changed(draft: Draft) -> Iterator[str]:
    if draft.changed is not None:
        field = draft.changed.field
        line = f"changed = {text(field)}"
        yield noted(line, draft.changed.confidence, draft.changed.why)
        form = _form(draft.facts[field].time)
        if form is not None:
            yield f"changed_format = {text(form)}   # certain: it reads the values"
        return
    yield "# No field tells when a row changed: a row is as new as its delivery."
    day = _DAY.search(draft.sample.name)
    if day is not None and draft.sample.connector == "files":
        width = len(day[0])
        before = re.escape(draft.sample.name[: day.start()])
        after = re.escape(draft.sample.name[day.end() :])
        pattern = (
            rf"{before}(.{{{width}}}){after}$"
            if day[2]
            else rf"{before}(\d{{8}}){after}$"
        )
        entries = {
            "file": pattern.replace("\\_", "_"),
            "format": day[2].join(("%Y", "%m", "%d")),
        }
        yield noted(f"as_of = {table(entries)}", "likely", "the name holds a day")


def _form(time: Written | None) -> str | None:
    if time is None:
        return None
    return time.kind if time.kind in {"epoch_s", "epoch_ms"} else time.format


def _category_system(draft: Draft, partner: str) -> Iterator[str]:
    found = draft.category_system
    if found is not None:
        line = f"category_system = {text(found.field)}"
        yield noted(line, found.confidence, found.why)
        if found.field.startswith("LOCAL-") and found.field != f"LOCAL-{partner}":
            yield blank(f"the list belongs to partner {found.field[6:]}, not {partner}")
        return
    yield blank("category_system: the sample's codes are in no list of the city")
    yield f"# category_system = {text(f'LOCAL-{partner}')}"


def _never(draft: Draft) -> Iterator[str]:
    if not draft.never:
        return
    why = "; ".join(f"{one.field}: {one.why}" for one in draft.never)
    sure = (
        "certain" if all(n.confidence == "certain" for n in draft.never) else "likely"
    )
    fields = texts([one.field for one in draft.never])
    yield noted(f"never_land = {fields}", sure, why)


def _ignore(draft: Draft) -> Iterator[str]:
    if not draft.left:
        return
    yield "ignore = [   # confirm each: without the # a field is left out on purpose"
    width = max(len(text(name)) for name in draft.left) + 1
    for name in draft.left:
        yield f"    # {text(name) + ',':{width}}  # {shape(draft.facts[name])}"
    yield "]"


def shape(facts: Facts) -> str:
    """A field in shapes and counts, without any value."""
    if not facts.filled:
        return "empty throughout"
    if facts.time is not None:
        kind = facts.time.format or facts.time.kind
    else:
        kinds = [k for k in _TOLD if k in facts.kinds]
        kind = kinds[0] if kinds else "text"
    return f"{kind}, {facts.filled} of {facts.rows} filled, {facts.distinct} different"


_TOLD = (
    "identity", "mobile", "pair", "wkt_area", "wkt_line", "uri", "long", "list", "bool",
    "whole", "number",
)  # fmt: skip


def _read(draft: Draft) -> Iterator[str]:
    sample = draft.sample
    if sample.connector == "files":
        pattern = _DAY.sub("*", sample.name)
        why = "the day in its name varies" if "*" in pattern else "one name was seen"
        sure = "likely" if "*" in pattern else "guess"
        yield noted(f"files = {text(pattern)}", sure, why)
    elif sample.connector == "rest":
        yield f"path = {text(sample.name)}"
        yield blank(
            "page and window: how the listing goes on and what can be asked for"
        )
    else:
        yield f"table = {text(sample.name)}"
        if sample.keyset:
            keyset = texts(sample.keyset)
            yield noted(f"keyset = {keyset}", "likely", "the table's primary key")
    for name, value in sample.read.items():
        yield f"{name} = {text(value)}   # certain: so it was read"
