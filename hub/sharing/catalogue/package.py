"""The datasets as a data package (Frictionless, Table Schema 1) for CSV files.

What lives here: the descriptor `datapackage.json`: a resource per dataset with its
types, constraints, keys and Chinese titles, all from the models. What does not:
writing files. A package that goes to a recipient names the columns of its grant
(`columns`); without that it describes every column and says which are closed, with no
constraint on those, because even a pattern tells something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from hub.schemas import DATASETS, Column, Dataset
from hub.schemas.code_lists import code_list
from hub.sharing.catalogue.entry import Catalogue, Entry, Item

Json = dict[str, Any]
TYPES: Mapping[str, Json] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "dec": {"type": "number"},
    "share": {"type": "number"},
    "bool": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    # Written in UTC with a fraction of a second, which the default format lacks.
    "ts": {"type": "datetime", "format": "any"},
    "date": {"type": "date", "format": "default"},
    # Elements of a list stand in one cell, parted by "; ".
    "list": {"type": "string"},
    "media": {"type": "string"},
}
CELL_LISTS = ("list", "media")
# Keys of lists without an identifier of the hub's own.
CODE_KEYS = {"division": "division_code", "assessment_unit": "unit_code"}


def data_package(
    catalogue: Catalogue, columns: Mapping[str, Collection[str]] | None = None
) -> Json:
    """The descriptor.

    Args:
        catalogue: what it tells.
        columns: dataset → columns that the files have; all of all if None. Datasets
            that are not named are left out.

    Raises:
        KeyError: a dataset or column that there is not.
    """
    chosen = {
        one.name: _chosen(one, None if columns is None else columns[one.name])
        for one in catalogue.entries
        if columns is None or one.name in columns
    }
    unknown = set(columns or ()) - set(chosen)
    if unknown:
        raise KeyError(f"no dataset {', '.join(sorted(unknown))}")
    about: Json = {
        "profile": "tabular-data-package",
        "name": f"hub-{catalogue.city.replace('_', '-')}",
        "title": catalogue.title,
        "version": catalogue.release,
        "created": catalogue.released_at and catalogue.released_at.isoformat(),
        "contributors": [{"title": catalogue.publisher, "role": "publisher"}],
        "resources": [
            _resource(catalogue.entry(name), items, chosen)
            for name, items in chosen.items()
        ],
    }
    return {key: value for key, value in about.items() if value is not None}


def _chosen(one: Entry, names: Collection[str] | None) -> tuple[Item, ...]:
    if names is None:
        return one.items
    missing = set(names) - {item.name for item in one.items}
    if missing:
        raise KeyError(f"{one.name} has no column {', '.join(sorted(missing))}")
    return tuple(item for item in one.items if item.name in names)


def _resource(
    one: Entry, items: tuple[Item, ...], chosen: Mapping[str, tuple[Item, ...]]
) -> Json:
    ds = DATASETS.get(one.name)
    names = {item.name for item in items}
    schema: Json = {
        "fields": [_field(item, ds) for item in items],
        "missingValues": [""],
    }
    if set(one.key) <= names:
        schema["primaryKey"] = list(one.key)
    foreign = list(_foreign_keys(items, one.name, chosen))
    if foreign:
        schema["foreignKeys"] = foreign
    return {
        "profile": "tabular-data-resource",
        "name": one.name,
        "path": f"{one.name}.csv",
        "title": one.title,
        "description": one.abstract or one.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "header": True},
        "schema": schema,
        "hub:share": one.share,
        **({"hub:condition": one.condition} if one.condition else {}),
        **({"hub:rows": one.rows} if one.rows is not None else {}),
    }


def _field(item: Item, ds: Dataset | None) -> Json:
    column = None if ds is None else ds.column(item.name)
    told: Json = {"name": item.name, "title": item.label, **TYPES[item.type]}
    if item.rule:
        told["description"] = item.rule
    constraints: Json = {"required": True} if item.required == "yes" else {}
    if column is not None and item.share != "CLOSED":
        constraints |= _constraints(column)
    if constraints:
        told["constraints"] = constraints
    marks = {
        "hub:share": item.share,
        "hub:mask": item.mask,
        "hub:personal": item.personal,
        "hub:codeList": item.code_list,
    }
    return told | {name: mark for name, mark in marks.items() if mark}


def _constraints(column: Column) -> Json:
    """What the model says of single values; a masked value obeys none of it."""
    if column.mask is not None or column.type in CELL_LISTS:
        return {}
    least = column.at_least
    if column.type == "int" and column.above is not None:
        least = column.above + 1
    told: Json = {
        "minimum": least if column.type in ("int", "dec", "share") else None,
        "maximum": column.at_most if column.type in ("int", "dec", "share") else None,
        "pattern": column.pattern,
    }
    if column.length is not None:
        told |= {"minLength": column.length[0], "maxLength": column.length[1]}
    if column.code_list is not None:
        codes = column.codes
        told["enum"] = None if codes is None else list(codes)
        if codes is None:
            told["pattern"] = code_list(column.code_list).pattern
    return {name: value for name, value in told.items() if value is not None}


def _foreign_keys(
    items: tuple[Item, ...], own: str, chosen: Mapping[str, tuple[Item, ...]]
) -> Iterator[Json]:
    """References between tables of the package, where both sides are told whole."""
    for item in items:
        target = item.refers_to
        if target is None or target not in chosen:
            continue
        if item.type in CELL_LISTS or item.mask is not None:
            continue
        key = DATASETS[target].id_column or CODE_KEYS.get(target)
        held = {one.name: one for one in chosen[target]}
        if key not in held or held[key].mask is not None:
            continue
        yield {
            "fields": item.name,
            "reference": {"resource": "" if target == own else target, "fields": key},
        }
