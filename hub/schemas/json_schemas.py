"""The JSON Schema of a row of a dataset, draft 2020-12.

What lives here: how the values of a row read in JSON. Numbers that must keep
their digits (decimals, shares) are strings there; a row carries every column it
may have, unknown being null. What does not: serialising rows (`hub.sharing`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TypeAlias

from hub.schemas.code_lists import code_list
from hub.schemas.columns import Column, ColumnType
from hub.schemas.datasets import Dataset

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

INSTANT: Mapping[str, Json] = MappingProxyType(
    {"type": "string", "format": "date-time"}
)
TYPES: Mapping[ColumnType, Mapping[str, Json]] = MappingProxyType(
    {
        "str": {"type": "string"},
        "int": {"type": "integer"},
        "float": {"type": "number"},
        "dec": {"type": "string", "pattern": "^-?[0-9]{1,15}\\.[0-9]{3}$"},
        "share": {"type": "string", "pattern": "^-?[0-9]{1,3}\\.[0-9]{6}$"},
        "bool": {"type": "boolean"},
        "ts": INSTANT,
        "date": {"type": "string", "format": "date"},
        "list": {"type": "array", "items": {"type": "string"}},
        "media": {"type": "array"},
    }
)


def json_schema(
    ds: Dataset, *, columns: Collection[str] | None = None
) -> dict[str, Json]:
    """The schema of one published row as a plain JSON value.

    Args:
        ds: the dataset.
        columns: names to keep, in the dataset's order; all if None.
    """
    chosen = ds.select(columns)
    return {
        "$schema": DIALECT,
        "$id": f"urn:hub:dataset:{ds.name}",
        "title": ds.title,
        "description": ds.description,
        "type": "object",
        "properties": {column.name: _property(column) for column in chosen},
        "required": [column.name for column in chosen],
        "additionalProperties": False,
        "x-key": list(ds.key),
        "x-share": ds.share,
    }


def _property(column: Column) -> dict[str, Json]:
    stated: dict[str, Json] = {"title": column.label}
    if column.rule:
        stated["description"] = column.rule
    stated |= {**TYPES[column.type], **_bounds(column), **_values(column)}
    if column.type == "media":
        stated["items"] = _media_item()
    if column.nullable:
        _allow_null(stated)
    marks = {
        "x-share": column.share,
        "x-mask": column.mask,
        "x-personal": column.personal,
        "x-code-list": column.code_list,
        "x-refers-to": column.ref,
        "x-format": column.form,
    }
    return stated | {name: mark for name, mark in marks.items() if mark}


def _bounds(column: Column) -> dict[str, Json]:
    """Bounds of numbers and lengths; a share's bounds lie in its pattern's digits."""
    bounds: dict[str, Json] = {}
    if column.type in ("int", "float"):
        bounds = {
            "minimum": column.at_least,
            "exclusiveMinimum": column.above,
            "maximum": column.at_most,
        }
    if column.length is not None:
        bounds |= {"minLength": column.length[0], "maxLength": column.length[1]}
    if column.pattern is not None:
        bounds["pattern"] = column.pattern
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _values(column: Column) -> dict[str, Json]:
    if column.code_list is None:
        return {}
    if column.codes is None:
        return {"pattern": code_list(column.code_list).pattern}
    return {"enum": list(column.codes)}


def _allow_null(stated: dict[str, Json]) -> None:
    stated["type"] = [stated["type"], "null"]
    if isinstance(stated.get("enum"), list):
        stated["enum"] = [*stated["enum"], None]  # type: ignore[misc]


def _media_item() -> dict[str, Json]:
    texts: list[Json] = ["string", "null"]
    numbers: list[Json] = ["number", "null"]
    usages: list[Json] = [*code_list("MEDIA_USAGE").ordered, None]
    return {
        "type": "object",
        "properties": {
            "usage_code": {"type": texts, "enum": usages},
            "uri": {"type": texts},
            "sha256": {"type": texts},
            "taken_at": {**INSTANT, "type": texts},
            "lon": {"type": numbers},
            "lat": {"type": numbers},
            "has_face_or_plate": {"type": ["boolean", "null"]},
        },
        "additionalProperties": False,
    }
