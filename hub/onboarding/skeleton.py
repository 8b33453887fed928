"""An empty partner file that says what is still to be said.

What lives here: `write_skeleton`, with every required column as a blank and the others
as comments. What does not: anything about a sample (`writing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.onboarding.column_lines import missing_lines, table_name
from hub.onboarding.labels import list_of
from hub.onboarding.toml_words import FILL, blank, text
from hub.onboarding.vocabulary import is_due, mappable
from hub.partners.city import City
from hub.partners.merge import PROFILES, with_profile
from hub.partners.toml_text import read_tables
from hub.schemas import Column, dataset
from hub.schemas.code_lists import code_list

_READ = {
    "files": ('files = "*.csv"', "a pattern below the folder"),
    "rest": ('path = "/"', "the listing below base_url; then records, page, window"),
    "sql": ('table = "table"', "the table or view; then keyset and window"),
    "push": ('# sheet = "…"', "of a workbook, where several have these titles"),
}
_ADDRESS = {
    "files": ("folder", "DIR"),
    "rest": ("base_url", "URL"),
    "sql": ("url", "URL"),
    "push": ("consumer", ""),
}


def write_skeleton(
    partner: str, city: City, *, connector: str, profile: str | None, dataset_name: str
) -> str:
    """The file of a new partner; what only the engineer knows is marked.

    Args:
        partner: its id.
        city: gives the zone.
        connector: files, rest, sql or push.
        profile: vendor profile that it builds on.
        dataset_name: what its first feed turns into, where no profile says so.
    """
    variable = f"HUB_{partner.upper()}"
    key, word = _ADDRESS[connector]
    address = f"env:{variable}_{word}" if word else partner
    hint = "set it, or name another" if word else "who sends, by `hub consumer list`"
    lines = [
        f"# A new partner. {FILL} marks what only you can say; then: hub partner check",
        f"# {partner}. Every key is described on the reference page of partner files.",
        "",
        "[partner]",
        f"id = {text(partner)}",
        f"title = {text(FILL)}   # {FILL}: what people call the system",
        f'# steward = "…"   # {FILL}: who answers for the data there',
        f"timezone = {text(city.timezone)}",
        f'# coordinates = "unknown"   # {FILL}: needed once lon and lat are mapped',
        "",
        "[source]",
        f"profile = {text(profile)}" if profile else f"connector = {text(connector)}",
        f"{key} = {text(address)}   # {FILL}: {hint}",
    ]
    if connector == "rest":
        lines.append(f'# auth = {{ kind = "bearer", token = "env:{variable}_TOKEN" }}')
    body = _profiled(profile, partner) if profile else _plain(connector, dataset_name)
    return "\n".join([*lines, *body, ""])


def connector_of(profile: str) -> str:
    """The connector of a vendor profile."""
    return str(_tables_of(profile)["source"]["connector"])


def _tables_of(profile: str) -> dict[str, Any]:
    """A profile, on top of the one that it builds on."""
    path = PROFILES / f"{profile}.toml"
    return with_profile(read_tables(path), path, [])


def _profiled(profile: str, partner: str) -> Iterator[str]:
    """The feeds of a profile, each with the words on what a site has to say."""
    path = PROFILES / f"{profile}.toml"
    yield ""
    yield "# What the profile leaves to the site, in its own words:"
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        yield f"#   {line.lstrip('# ')}".rstrip()
    for feed in _tables_of(profile)["feed"]:
        yield ""
        yield "[[feed]]"
        yield f"name = {text(feed['name'])}"
        yield f"# category_system = {text(f'LOCAL-{partner}')}   # {FILL}: or a list"
        for name in _open_tables(feed):
            yield ""
            yield f"[feed.codes.{name}]   # {FILL}: the profile leaves it to the site"
            yield '# "their word" = "…"'


def _open_tables(feed: Mapping[str, Any]) -> list[str]:
    """Value tables that a profile's feed names and does not hold."""
    emits = [feed, *feed.get("emit", ())]
    named = {
        given["codes"]: None
        for emit in emits
        for given in emit.get("columns", {}).values()
        if isinstance(given, dict) and "codes" in given
    }
    held = {name for emit in emits for name in emit.get("codes", {})}
    return [name for name in named if name not in held]


def _plain(connector: str, dataset_name: str) -> Iterator[str]:
    ds = dataset(dataset_name)
    line, about = _READ[connector]
    yield ""
    yield "[[feed]]"
    yield f"name = {text(ds.name)}"
    yield f"dataset = {text(ds.name)}   # {ds.title}: {ds.grain}"
    yield f'key = ["{FILL}"]   # {FILL}: the field or fields that name a row'
    yield f'# changed = "…"   # {FILL}: the row\'s own change time, if there is one'
    yield '# never_land = ["…"]   # identity numbers and passwords'
    yield "# ignore = []   # fields that are left out on purpose"
    if ds.name == "issue":
        yield blank("category_system: the list that the codes come from")
        yield '# category_system = "…"'
    yield ""
    yield "[feed.read]"
    yield f"{line}   # {FILL}: {about}"
    yield ""
    yield "[feed.columns]"
    columns = mappable(ds)
    for column in columns:
        if is_due(column):
            yield from missing_lines(column)
    yield "# Others, as far as the partner has them:"
    for column in columns:
        if not is_due(column):
            yield f"# {column.name} = {_way(column)}   # {column.label}"
    yield ""
    yield "# A value table per column of codes; a value that is not in it waits."
    for column in columns:
        name = list_of(column)
        if name is not None and column.required == "yes":
            yield f"# [feed.codes.{table_name(column)}]"
            yield f'# "their word" = "…"   # {", ".join(code_list(name).ordered)}'


def _way(column: Column) -> str:
    if list_of(column):
        return f'{{ field = "…", codes = "{table_name(column)}" }}'
    if column.ref is not None and dataset(column.ref).id_column is not None:
        return f'{{ field = "…", ref = "{column.ref}" }}'
    return '"…"'
