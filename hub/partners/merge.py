"""A vendor profile with a partner's own words laid over it.

What lives here: how two files become one. The partner's keys win; feeds meet by
name, emits by dataset; a column, a request template or a list is replaced as a
whole; fields to ignore and never to land are joined. What does not: the meaning
of any key (`shape`, `check`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.partners.expressions import expression_fields
from hub.partners.problems import (
    FaultyDeclaration,
    Problem,
    nearest,
    not_allowed,
    path_of,
)
from hub.partners.toml_text import read_tables

Tables = dict[str, Any]

PROFILES = Path(__file__).parent / "profiles"

# Replaced as a whole: half of one and half of the other would be neither.
_WHOLE = frozenset({"body", "params"})
_JOINED = frozenset({"ignore", "never_land"})
# Keys of a feed that meet their like in ways of their own.
_MET = frozenset({"emit", "dataset", "columns", "codes", "omit"}) | _JOINED
_RIVALS = {
    "path": ("paths",),
    "paths": ("path",),
    "table": ("query",),
    "query": ("table",),
}


def profile_names() -> list[str]:
    """Vendor profiles that exist."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def with_profile(
    tables: Tables,
    path: Path,
    problems: list[Problem],
    *,
    partner: str | None = None,
) -> Tables:
    """The partner's tables over those of the profile it names, if any.

    Args:
        tables: the partner's own.
        path: its file.
        problems: takes no such profile, and overrides that meet nothing; a misspelt
            profile is read as the one that was probably meant.
        partner: its name, for errors.

    Raises:
        FaultyDeclaration: the profile's own file cannot be read.
    """
    name = _profile_of(tables)
    if name is None:
        return tables
    known = profile_names()
    if name not in known:
        given = name if isinstance(name, str) else "?"
        problems.append(
            not_allowed("source → profile", kind="profile", given=given, allowed=known)
        )
        name = nearest(given, known)
        if name is None:
            # Nothing says what the profile would have brought.
            raise FaultyDeclaration(path, problems, partner=partner)
    built_on = PROFILES / f"{name}.toml"
    # A profile may build on another one, as a product with an extension does.
    profile = with_profile(
        read_tables(built_on, partner=partner), built_on, problems, partner=partner
    )
    merged = {
        key: _over(profile.get(key, {}), tables.get(key, {}))
        for key in ("partner", "source")
    }
    merged["feed"] = _feeds(profile.get("feed", []), tables.get("feed", []), problems)
    return {**tables, **merged}


def _profile_of(tables: Mapping[str, Any]) -> object:
    for name in ("source", "partner"):
        table = tables.get(name)
        if isinstance(table, dict) and "profile" in table:
            return table["profile"]
    return None


def _over(base: object, own: object) -> Any:
    """The own value over the base one, table by table."""
    if not (isinstance(base, dict) and isinstance(own, dict)):
        return own
    if "kind" in own and own["kind"] != base.get("kind", own["kind"]):
        return own
    merged = dict(base)
    for key, value in own.items():
        for rival in _RIVALS.get(key, ()):
            merged.pop(rival, None)
        whole = key in _WHOLE or key not in base
        merged[key] = value if whole else _over(base[key], value)
    return merged


def _feeds(base: list[Tables], own: object, problems: list[Problem]) -> Any:
    """Feeds of both, met by name; those of the partner alone come last."""
    if not isinstance(own, list) or not all(isinstance(feed, dict) for feed in own):
        problems.append(Problem("feed", "is not a list of tables", "write [[feed]]"))
        return base
    named = {feed["name"]: feed for feed in base}
    merged = {name: dict(feed) for name, feed in named.items()}
    extra: list[Tables] = []
    met: set[str] = set()
    for feed in own:
        name = feed.get("name")
        # A second feed of one name stays beside the first, to be refused later.
        if not isinstance(name, str) or name not in named or name in met:
            extra.append(feed)
            continue
        met.add(name)
        if _can_be_laid_over(feed, name, problems):
            merged[name] = _feed(named[name], feed, problems)
    return [*merged.values(), *extra]


def _can_be_laid_over(own: Tables, name: str, problems: list[Problem]) -> bool:
    """Whether the parts that meet those of the profile have the right shape."""
    where = f'feed "{name}"'
    found = [
        Problem(path_of(where, key), "is not a table")
        for key in ("columns", "codes", "read")
        if not isinstance(own.get(key, {}), dict)
    ]
    found += [
        Problem(path_of(where, key), "is not a list of text")
        for key in ("omit", *sorted(_JOINED))
        if not _is_list_of(str, own.get(key, []))
    ]
    blocks = own.get("emit", [])
    if not _is_list_of(dict, blocks):
        found.append(
            Problem(path_of(where, "emit"), "is one table", "write [[feed.emit]]")
        )
        blocks = []
    found += [
        Problem(path_of(where, f"emit {position + 1}", key), "is not a table")
        for position, block in enumerate(blocks)
        for key in ("columns", "codes")
        if not isinstance(block.get(key, {}), dict)
    ]
    problems += found
    return not found


def _is_list_of(kind: type, value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _feed(base: Tables, own: Tables, problems: list[Problem]) -> Tables:
    """One feed of the partner over the profile's feed of that name."""
    where = f'feed "{base["name"]}"'
    merged: Tables = _over(
        {key: value for key, value in base.items() if key not in _MET},
        {key: value for key, value in own.items() if key not in _MET},
    )
    blocks = [dict(block) for block in own.get("emit", [])]
    if "columns" in own or "dataset" in own:
        blocks.append({key: own[key] for key in ("dataset", "columns") if key in own})
    emits = _emits(_as_blocks(base), blocks, where, problems)
    if "codes" in own:
        merged["codes"] = own["codes"]
        for emit in emits:
            tables = emit.get("codes", {})
            known = {
                name: own["codes"][name] for name in own["codes"] if name in tables
            }
            emit["codes"] = _over(tables, known)
    # A dataset among the names goes as a whole, whatever its columns are.
    omitted = own.get("omit", [])
    named = [emit.get("dataset") for emit in emits]
    gone = [name for name in omitted if name in named]
    emits = [emit for emit in emits if emit.get("dataset") not in gone]
    _omit(emits, [name for name in omitted if name not in gone], where, problems)
    merged["emit"] = emits
    mapped = _mapped_fields(emits)
    for key in sorted(_JOINED & (base.keys() | own.keys())):
        kept = [name for name in base.get(key, []) if name not in mapped]
        merged[key] = list(dict.fromkeys([*kept, *own.get(key, [])]))
    return merged


def _as_blocks(feed: Tables) -> list[Tables]:
    """The emits of a profile's feed, whichever way it was written."""
    if "emit" in feed:
        return [dict(block) for block in feed["emit"]]
    return [{key: feed[key] for key in ("dataset", "columns", "codes") if key in feed}]


def _emits(
    base: list[Tables], own: list[Tables], where: str, problems: list[Problem]
) -> list[Tables]:
    """Emits of both, met by dataset."""
    merged = list(base)
    for block in own:
        dataset = block.get("dataset")
        meets = [emit for emit in merged if emit.get("dataset") == dataset]
        if dataset is None and len(base) == 1:
            dataset, meets = base[0].get("dataset"), merged[:1]
        if dataset is None or len(meets) > 1:
            named = ", ".join(sorted({str(emit.get("dataset")) for emit in base}))
            problems.append(
                Problem(
                    path_of(where, "columns"),
                    "meets several emits of the profile",
                    f"put them in a [[feed.emit]] block with its dataset ({named})",
                )
            )
        elif meets:
            columns = meets[0].get("columns", {}) | block.get("columns", {})
            omitted = block.pop("omit", [])
            meets[0].update(_over(meets[0], block) | {"columns": columns})
            _omit(meets, omitted, where, problems)
        else:
            merged.append(block)
    return merged


def _omit(
    emits: list[Tables], names: object, where: str, problems: list[Problem]
) -> None:
    """Take columns out that the profile maps and this site does not deliver."""
    names = names if isinstance(names, list) else [names]
    columns = {name for emit in emits for name in emit.get("columns", {})}
    problems += [
        not_allowed(
            path_of(where, "omit"),
            kind="column of the profile",
            given=str(name),
            allowed=columns,
        )
        for name in names
        if name not in columns
    ]
    for emit in emits:
        kept = emit.get("columns", {})
        emit["columns"] = {name: kept[name] for name in kept if name not in names}


def _mapped_fields(emits: list[Tables]) -> set[str]:
    """Source fields that the columns use, those of a list as `<list>.<field>`."""
    fields: set[str] = set()
    for emit in emits:
        explode = emit.get("explode")
        for column in emit.get("columns", {}).values():
            own = {column} if isinstance(column, str) else set()
            if isinstance(column, dict):
                own |= {str(column.get("field"))}
                own |= expression_fields(str(column.get("sql") or ""))
            fields |= {field_in_row(name, explode) for name in own}
    return fields


def field_in_row(name: str, explode: str | None) -> str:
    """A field as the whole row knows it: `<list>.<field>`, `../` resolved."""
    if explode is None:
        return name
    return name.removeprefix("../") if name.startswith("../") else f"{explode}.{name}"
