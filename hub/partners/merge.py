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
from hub.partners.problems import FaultyDeclaration, Problem, not_allowed, path_of
from hub.partners.toml_text import read_tables

Tables = dict[str, Any]

PROFILES = Path(__file__).parent / "profiles"

# Replaced as a whole: half of one and half of the other would be neither.
_WHOLE = frozenset({"body", "params"})
_JOINED = frozenset({"ignore", "never_land"})
_RIVALS = {
    "path": ("paths",),
    "paths": ("path",),
    "table": ("query",),
    "query": ("table",),
}


def profile_names() -> list[str]:
    """Vendor profiles that exist."""
    return sorted(path.stem for path in PROFILES.glob("*.toml"))


def with_profile(tables: Tables, path: Path, *, partner: str | None = None) -> Tables:
    """The partner's tables over those of the profile it names, if any.

    Raises:
        FaultyDeclaration: no such profile, or an override that meets nothing.
    """
    name = _profile_of(tables)
    if name is None:
        return tables
    known = profile_names()
    if name not in known:
        given = name if isinstance(name, str) else "?"
        problem = not_allowed(
            "source → profile", kind="profile", given=given, allowed=known
        )
        raise FaultyDeclaration(path, [problem], partner=partner)
    profile = read_tables(PROFILES / f"{name}.toml", partner=partner)
    problems: list[Problem] = []
    merged = {
        key: _over(profile.get(key, {}), tables.get(key, {}))
        for key in ("partner", "source")
    }
    merged["feed"] = _feeds(profile.get("feed", []), tables.get("feed", []), problems)
    if problems:
        raise FaultyDeclaration(path, problems, partner=partner)
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


def _feeds(base: object, own: object, problems: list[Problem]) -> Any:
    """Feeds of both, met by name; those of the partner alone come last."""
    if not (isinstance(base, list) and isinstance(own, list)):
        return own
    mine = {feed.get("name"): feed for feed in own if isinstance(feed, dict)}
    if len(mine) != len(own):
        return [*base, *own]
    merged = [_feed(feed, mine.pop(feed["name"], {}), problems) for feed in base]
    return merged + list(mine.values())


def _feed(base: Tables, own: Tables, problems: list[Problem]) -> Tables:
    where = f'feed "{base["name"]}"'
    plain = {"emit", "dataset", "columns", "codes", "omit", *_JOINED}
    merged: Tables = _over(
        {key: value for key, value in base.items() if key not in plain},
        {key: value for key, value in own.items() if key not in plain},
    )
    blocks = own.get("emit", [])
    if "columns" in own or "dataset" in own:
        block = {key: own[key] for key in ("dataset", "columns") if key in own}
        blocks = [*blocks, block]
    merged["emit"] = _emits(_as_blocks(base), blocks, where, problems)
    if own.get("codes"):
        merged["codes"] = own["codes"]
        for emit in merged["emit"]:
            emit["codes"] = _over(
                emit.get("codes", {}),
                {
                    name: table
                    for name, table in own["codes"].items()
                    if name in emit.get("codes", {})
                },
            )
    _omit(merged["emit"], own.get("omit", []), where, problems)
    mapped = _mapped_fields(blocks)
    for key in _JOINED & (base.keys() | own.keys()):
        kept = [name for name in base.get(key, []) if name not in mapped]
        merged[key] = list(dict.fromkeys([*kept, *own.get(key, [])]))
    return merged


def _as_blocks(feed: Tables) -> list[Tables]:
    """The emits of a profile's feed, whichever way it was written."""
    if "emit" in feed:
        return [dict(block) for block in feed["emit"]]
    return [{key: feed[key] for key in ("dataset", "columns", "codes") if key in feed}]


def _emits(
    base: list[Tables], own: list[Any], where: str, problems: list[Problem]
) -> list[Tables]:
    """Emits of both, met by dataset."""
    merged = [dict(block) for block in base]
    for block in own:
        if not isinstance(block, dict) or not isinstance(
            block.get("columns", {}), dict
        ):
            merged.append(block)
            continue
        dataset = block.get("dataset")
        meets = [emit for emit in merged if emit.get("dataset") == dataset]
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
            meets[0].update(_over(meets[0], block) | {"columns": columns})
            _omit(meets, meets[0].pop("omit", []), where, problems)
        else:
            merged.append(block)
    return merged


def _omit(
    emits: list[Tables], names: object, where: str, problems: list[Problem]
) -> None:
    """Take columns out that the profile maps and this site does not deliver."""
    names = names if isinstance(names, list) else [names]
    columns: set[str] = set().union(*(emit.get("columns", {}) for emit in emits))
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


def _mapped_fields(blocks: list[Any]) -> set[str]:
    """Source fields that the partner's own columns use."""
    columns = [
        column
        for block in blocks
        if isinstance(block, dict) and isinstance(block.get("columns"), dict)
        for column in block["columns"].values()
    ]
    fields = {column for column in columns if isinstance(column, str)}
    for column in columns:
        if isinstance(column, dict):
            fields |= (
                {column["field"]} if isinstance(column.get("field"), str) else set()
            )
            fields |= expression_fields(str(column.get("sql") or ""))
    return fields
