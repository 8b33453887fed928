"""The reference page of every option, made from the declaration types.

What lives here: Markdown for `hub docs`. What does not: the sentences; they
stand under each field in `spec`, `source` and `city_spec`, so that code and page
cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hub.partners import alarms, city_spec, spec
from hub.partners.expressions import ALLOWED
from hub.partners.meaning import meaning
from hub.partners.merge import profile_names
from hub.partners.source import Read
from hub.partners.succession import SUCCESSOR
from hub.partners.successors import FILE, MEANINGS, REQUIRED
from hub.partners.wording import choices, describe

# Table as it is written → type; the order is that of a partner file.
PARTNER_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[partner]", spec.Partner),
    ("[source], [feed.source]", spec.Source),
    ("[source] auth", spec.Auth),
    ("[source] auth login", spec.Login),
    ("[source] auth oauth2", spec.OAuth2),
    ("[source] tls", spec.Tls),
    ("[source] limits", spec.Limits),
    ("[[feed]]", spec.Feed),
    ("[feed.read]", Read),
    ("[feed.read] page", spec.Page),
    ("[feed.read] window", spec.Window),
    ("[feed.read] verdict", spec.Verdict),
    ("[feed.read] count", spec.Count),
    ("[feed.read] detail", spec.Detail),
    ("[feed.read] sweep", spec.Sweep),
    ("[[feed.emit]]", spec.Emit),
    ("[feed.columns]", spec.Column),
    ("part", spec.Part),
    ("as_of", spec.AsOf),
    ("deletes", spec.Deletes),
    ("same_as", spec.SameAs),
    ("[feed.expect]", spec.Expect),
    ("[feed.alarm]", alarms.FeedAlarm),
    ("[[delivery]]", spec.Delivery),
    ("[delivery.columns]", spec.OutColumn),
    ("[delivery.write]", spec.Write),
)
CITY_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("[city]", city_spec.About),
    ("[divisions]", city_spec.Divisions),
    ("[categories]", city_spec.Categories),
    ("[assessment]", city_spec.Assessment),
    ("[roster]", city_spec.Roster),
    ("[roster.streets.<code>]", city_spec.StreetRoster),
    ("[calendar]", city_spec.Calendar),
    ("[limits]", city_spec.Limits),
    ("[automation]", city_spec.Automation),
    ("[action]", city_spec.Action),
    ("[action.flags]", city_spec.Flags),
    ("[institution]", city_spec.Institution),
    ("[alarm]", alarms.Alarm),
    ("[[alarm.channel]]", alarms.Channel),
    ("[lead]", city_spec.Lead),
)
# Fields of the types that are tables, blocks or keys elsewhere in a file.
_ELSEWHERE: dict[type[BaseModel], set[str]] = {
    spec.Partner: {"source", "feeds", "profile", "deliveries"},
    spec.Feed: {"emits"},
    alarms.Alarm: {"channels"},
}
_WRITTEN_HERE: dict[type[BaseModel], dict[str, type[BaseModel]]] = {
    spec.Source: {"profile": spec.Partner}
}
# Keys that a file writes in another way than the type calls them.
_WRITTEN: dict[tuple[type[BaseModel], str], str] = {
    (city_spec.Lead, "by_unit"): "<unit code>"
}

_SHORT_FORMS = """
- `column = "field"` is short for `column = { field = "field" }`.
- `value = "CODE"` in a value table is short for a list of one code.
- `sweep = "open_issues"` is short for `sweep = { kind = "open_issues" }`.
- A feed names its `dataset`, with `[feed.columns]` and `[feed.codes.<table>]`, or has
  `[[feed.emit]]` blocks; value tables given for the feed serve all its blocks.
- `profile = "…"` in `[source]` builds on a vendor profile: the partner's keys win,
  feeds meet by name, blocks by dataset; a column, a list, `body` and `params` are
  replaced as a whole; `ignore` and `never_land` are joined; `omit = ["column"]` in a
  feed takes out columns, or whole datasets, that this site does not deliver, and
  `detail = false` (`sweep`, `window`) in `[feed.read]` switches off what the profile
  has.
- Keys that are not bare ASCII, or hold a dot, are quoted: `"4.1"`, `"结案"`.
- A secret is a reference, `"env:NAME"`.
""".strip()


_SUCCESSORS = """
Beside `division.csv` of the city's folder, and optional: which division took over from
one that ended, by merger, split or a new code (社区撤并、拆分、村改居改码). Several
rows of one old code are a split, several old codes of one successor a merger. A code
that has ended on the day of a row becomes that of its one successor, and the row is
told under F27; of a split the code stays, under F09. Days that do not fit
`division.csv`, codes that are not in it and circles are errors of the city.
""".strip()


def reference_page() -> str:
    """Every option of a partner file and of a city's own, as one Markdown page."""
    lines = [
        "# Partner files and city files",
        "",
        "Made by `hub docs` from the declaration types; do not edit.",
        "",
        "## Short forms",
        "",
        _SHORT_FORMS,
        "",
        f"Vendor profiles: {', '.join(f'`{name}`' for name in profile_names())}.",
        "",
        "Functions in expressions: "
        + ", ".join(f"`{name}`" for name in sorted(ALLOWED))
        + ".",
        "",
        "## Partner file",
        "",
    ]
    for title, model in PARTNER_TABLES:
        lines += _table(title, model)
    lines += ["## city.toml", ""]
    for title, model in CITY_TABLES:
        lines += _table(title, model)
    lines += [f"## {FILE}", "", _SUCCESSORS, "", *_successor_table()]
    return "\n".join(lines).rstrip() + "\n"


def _successor_table() -> Iterator[str]:
    yield "| column | type | default | meaning |"
    yield "|---|---|---|---|"
    for name, dtype in SUCCESSOR.items():
        kind = "a date" if dtype == pl.Date else "text"
        default = "required" if name in REQUIRED else ""
        yield f"| `{name}` | {kind} | {default} | {MEANINGS[name]} |"


def _table(title: str, model: type[BaseModel]) -> Iterator[str]:
    return option_table(title, model, _ELSEWHERE.get(model, set()))


def option_table(
    title: str, model: type[BaseModel], elsewhere: Collection[str]
) -> Iterator[str]:
    """Lines of one table of a file: its keys with type, default and meaning.

    Args:
        title: how the table is written.
        model: its type.
        elsewhere: fields that are tables of their own.
    """
    yield f"### `{title}`"
    yield ""
    yield _one_line(model.__doc__)
    yield ""
    yield "| key | type | default | meaning |"
    yield "|---|---|---|---|"
    owners = dict.fromkeys(model.model_fields, model) | _WRITTEN_HERE.get(model, {})
    for name, owner in owners.items():
        if name in elsewhere:
            continue
        field = owner.model_fields[name]
        key = f"`{_WRITTEN.get((model, name), field.alias or name)}`"
        about = _one_line(meaning(owner, name))
        yield f"| {key} | {_type(field)} | {_default(field)} | {about} |"
    yield ""


def _type(field: FieldInfo) -> str:
    words = choices(field)
    if words and all(isinstance(word, str) for word in words):
        return ", ".join(f"`{word}`" for word in words)
    return describe(field.annotation)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ((), {}, ""):
        return ""
    if isinstance(default, BaseModel):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return f"`{default}`"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")
