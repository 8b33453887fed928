"""From what a person writes to what the typed declaration holds.

What lives here: the short forms of a partner file (a bare text for a column, one
code for a list of codes, `dataset` for a single emit, `sweep = "open_issues"`)
spelt out, and the keys that exist in files only. What does not: types of values
(`spec`), merging with a profile (`merge`), judging the result (`check`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.partners.problems import Problem, not_allowed, path_of
from hub.partners.spec import Delivery, Emit, Feed, Partner, Source

Tables = dict[str, Any]

FILE_KEYS = frozenset({"partner", "source", "feed", "delivery"})
PARTNER_KEYS = frozenset(Partner.model_fields) - {"source", "feeds", "deliveries"}
SOURCE_KEYS = frozenset(Source.model_fields) | {"profile"}
# What a site may switch off that its profile has: `detail = false`.
SWITCHES = ("count", "detail", "sweep", "window")
SINGLE_KEYS = frozenset(
    {"dataset", "columns", "codes", "explode", "split", "when", "part"}
)
FEED_KEYS = (frozenset(Feed.model_fields) - {"emits"}) | SINGLE_KEYS | {"emit", "omit"}
EMIT_KEYS = frozenset(Emit.model_fields) | {"omit"}


@dataclass
class Shaped:
    """A file spelt out: tables for `Partner`, and what was wrong on the way.

    `single` holds the positions of feeds that were written with `dataset`, whose
    table paths therefore have no emit in them.
    """

    tables: Tables
    problems: list[Problem] = field(default_factory=list)
    single: set[int] = field(default_factory=set)

    def feed_path(self, position: int) -> str:
        """How a reader finds that feed: by name, else by position."""
        feed = self.tables["feeds"][position]
        name = feed.get("name") if isinstance(feed, dict) else None
        return f'feed "{name}"' if isinstance(name, str) else f"feed {position + 1}"

    def delivery_path(self, position: int) -> str:
        """How a reader finds that delivery: by name, else by position."""
        block = self.tables["deliveries"][position]
        name = block.get("name") if isinstance(block, dict) else None
        is_named = isinstance(name, str)
        return f'delivery "{name}"' if is_named else f"delivery {position + 1}"

    def emit_path(self, position: int, emit: int) -> str:
        """How a reader finds that emit, below its feed."""
        if position in self.single:
            return ""
        dataset = self.tables["feeds"][position]["emits"][emit].get("dataset")
        return f'emit "{dataset}"' if isinstance(dataset, str) else f"emit {emit + 1}"


def spell_out(tables: Mapping[str, Any]) -> Shaped:
    """Spell out a partner file (already merged with its profile)."""
    shaped = Shaped({"feeds": []})
    known = _known(tables, FILE_KEYS, "", shaped.problems)
    partner = _table(known.get("partner"), "partner", shaped.problems)
    source = _table(known.get("source"), "source", shaped.problems)
    source = _known(source, SOURCE_KEYS, "source", shaped.problems)
    profile = source.pop("profile", None)
    if profile is not None:
        partner.setdefault("profile", profile)
    shaped.tables |= _known(partner, PARTNER_KEYS, "partner", shaped.problems)
    shaped.tables["source"] = source
    feeds = known.get("feed", [])
    if not isinstance(feeds, list):
        shaped.problems.append(
            Problem("feed", "is one table", "write [[feed]], in double brackets")
        )
        feeds = [feeds]
    for position, feed in enumerate(feeds):
        shaped.tables["feeds"].append(feed)
        where = shaped.feed_path(position)
        table = _table(feed, where, shaped.problems)
        spelt, single = _feed(table, where, source.get("connector"), shaped.problems)
        if single:
            shaped.single.add(position)
        shaped.tables["feeds"][position] = spelt
    _deliveries(known.get("delivery", []), shaped)
    return shaped


def _deliveries(blocks: object, shaped: Shaped) -> None:
    """The `[[delivery]]` blocks, bare texts as names of columns."""
    if not isinstance(blocks, list):
        shaped.problems.append(
            Problem("delivery", "is one table", "write [[delivery]], in brackets twice")
        )
        blocks = [blocks]
    shaped.tables["deliveries"] = []
    for position, block in enumerate(blocks):
        shaped.tables["deliveries"].append(block)
        where = shaped.delivery_path(position)
        given = _table(block, where, shaped.problems)
        given = _known(given, Delivery.model_fields, where, shaped.problems)
        if isinstance(columns := given.get("columns"), dict):
            given["columns"] = {
                name: {"name": column} if isinstance(column, str) else column
                for name, column in columns.items()
            }
        shaped.tables["deliveries"][position] = given


def _feed(
    feed: Tables, where: str, connector: object, problems: list[Problem]
) -> tuple[Tables, bool]:
    """One feed spelt out, and whether it was written with `dataset`."""
    feed = _known(feed, FEED_KEYS, where, problems)
    _refuse_omit(feed, where, problems)
    given = {key: feed.pop(key) for key in SINGLE_KEYS & feed.keys()}
    single = "emit" not in feed
    if single and "dataset" not in given:
        problems.append(
            Problem(
                where,
                "says neither dataset nor [[feed.emit]]",
                "name the dataset that its rows turn into",
            )
        )
        emits = []
    elif single:
        emits = [given]
    else:
        emits = _emits(feed.pop("emit"), given, where, problems)
    feed["emits"] = [
        _emit(emit, path_of(where, "" if single else _emit_name(emit, i)), problems)
        for i, emit in enumerate(emits)
    ]
    for emit in feed["emits"]:
        _lift_key(emit, feed)
    if "source" in feed:
        at = path_of(where, "source")
        own = _table(feed["source"], at, problems)
        feed["source"] = _known(own, Source.model_fields, at, problems)
        connector = own.get("connector")
    if isinstance(feed.get("read"), dict):
        feed["read"] = _read(feed["read"], connector)
    return feed, single


def _emits(
    blocks: object, given: Tables, where: str, problems: list[Problem]
) -> list[Tables]:
    """The emit blocks of a feed, each with the tables given for the whole feed."""
    extra = sorted(given.keys() - {"codes"})
    if extra:
        problems.append(
            Problem(
                where,
                f"has [[feed.emit]] and {', '.join(extra)} beside it",
                "write them inside the [[feed.emit]] block they belong to",
            )
        )
    if not isinstance(blocks, list):
        problems.append(
            Problem(path_of(where, "emit"), "is one table", "write [[feed.emit]]")
        )
        blocks = [blocks]
    shared = given.get("codes")
    shared = shared if isinstance(shared, dict) else {}
    emits = []
    for position, block in enumerate(blocks):
        at = path_of(where, f"emit {position + 1}")
        emit = _known(_table(block, at, problems), EMIT_KEYS, at, problems)
        _refuse_omit(emit, at, problems)
        own = emit.get("codes", {})
        emits.append(emit | ({"codes": shared | own} if isinstance(own, dict) else {}))
    return emits


def _emit_name(emit: Tables, position: int) -> str:
    dataset = emit.get("dataset")
    return f'emit "{dataset}"' if isinstance(dataset, str) else f"emit {position + 1}"


def _emit(emit: Tables, where: str, problems: list[Problem]) -> Tables:
    """Bare texts as fields, single codes as lists of one."""
    columns = emit.get("columns", {})
    if isinstance(columns, dict):
        columns = {
            name: {"field": given} if isinstance(given, str) else given
            for name, given in columns.items()
        }
    codes = emit.get("codes", {})
    if isinstance(codes, dict):
        codes = {
            name: _code_table(table, path_of(where, "codes", name), problems)
            for name, table in codes.items()
        }
    return emit | {"columns": columns, "codes": codes}


def _code_table(table: object, where: str, problems: list[Problem]) -> Tables:
    """A value table with a tuple of codes per source value."""
    spelt: Tables = {}
    for value, codes in _table(table, where, problems).items():
        if isinstance(codes, dict):
            inner = next(iter(codes), "…")
            problems.append(
                Problem(
                    where,
                    f'"{value}" has tables below it',
                    f'a source value with a dot needs quotes: "{value}.{inner}" = …',
                )
            )
            continue
        several = codes if isinstance(codes, list) else [codes]
        if all(isinstance(code, str) for code in several):
            spelt[value] = tuple(several)
        else:
            problems.append(
                Problem(
                    path_of(where, f'"{value}"'),
                    "is not text",
                    "write codes in quotes, one or a list",
                )
            )
    return spelt


def _lift_key(emit: Tables, feed: Tables) -> None:
    """Give an unfolding emit without a key the enclosing row's key fields."""
    if (
        emit.get("explode")
        and not emit.get("key")
        and isinstance(feed.get("key"), list)
    ):
        emit["key"] = [f"../{name}" for name in feed["key"]]


def _read(read: Tables, connector: object) -> Tables:
    """Short forms inside `[feed.read]`."""
    read = {k: v for k, v in read.items() if k not in SWITCHES or v is not False}
    if isinstance(read.get("sweep"), str):
        read["sweep"] = {"kind": read["sweep"]}
    if connector == "files" and "path" in read and "files" not in read:
        read["files"] = read.pop("path")
    return read


def _refuse_omit(table: Tables, where: str, problems: list[Problem]) -> None:
    """`omit` only means something against a profile, which `merge` takes out."""
    if table.pop("omit", None):
        problems.append(
            Problem(
                path_of(where, "omit"),
                "takes out columns of a profile, and there is none here",
                "leave the column out instead",
            )
        )


def _table(value: object, where: str, problems: list[Problem]) -> Tables:
    """The value as a table; anything else is a problem and counts as empty."""
    if isinstance(value, dict):
        return dict(value)
    what = "is missing" if value is None else "is not a table"
    problems.append(Problem(where, what))
    return {}


def _known(
    table: Mapping[str, Any],
    allowed: Collection[str],
    where: str,
    problems: list[Problem],
) -> Tables:
    """The table without unknown keys, each of which is a problem."""
    problems += [
        not_allowed(where, kind="key", given=key, allowed=allowed)
        for key in table
        if key not in allowed
    ]
    return {key: value for key, value in table.items() if key in allowed}
