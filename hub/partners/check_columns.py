"""Whether the columns of one emit exist, are complete, and can be made so.

What lives here: datasets and columns that exist, required columns, the one way
in which a column gets its value, references, expressions. Codes have a file of
their own (`check_codes`). What does not: the feed around it (`check_feed`).
"""

from __future__ import annotations

from collections.abc import Iterator

from hub.partners import spec
from hub.partners.check_codes import find_code_problems
from hub.partners.check_divisions import DIVISION, find_name_problems
from hub.partners.city import City
from hub.partners.expressions import find_faults
from hub.partners.problems import Problem, nearest, not_allowed, path_of
from hub.schemas import DATASETS, Column, Dataset, dataset

# Dated by the delivery where the partner gives no date (model §2).
_DATED = frozenset({"valid_from_on", "start_on"})
_PLACE = ("lon", "lat")
_INSTANTS = frozenset({"ts", "date"})
SURELY = 0.8  # how alike two spellings are that must mean the same
_NUMBERS = frozenset({"int", "dec", "share", "float"})


def find_emit_problems(
    city: City, partner: spec.Partner, feed: spec.Feed, position: int, where: str
) -> Iterator[Problem]:
    """Everything that is wrong with one emit of a feed."""
    emit = feed.emits[position]
    if emit.dataset not in DATASETS:
        yield not_allowed(
            path_of(where, "dataset"),
            kind="dataset",
            given=emit.dataset,
            allowed=DATASETS.keys(),
        )
        # One letter too many hides nothing: the columns are judged all the same.
        meant = nearest(emit.dataset, DATASETS, cutoff=SURELY)
        if meant is None:
            return
        emit = emit.model_copy(update={"dataset": meant})
    ds = dataset(emit.dataset)
    if emit.when is not None:
        yield from _expression(emit.when, path_of(where, "when"))
    if emit.split is not None and emit.explode is None:
        yield Problem(
            path_of(where, "split"), "needs explode", "name the field that is cut up"
        )
    if emit.part is not None and (emit.part.field is None) == (emit.part.value is None):
        yield Problem(path_of(where, "part"), "needs either field or value")
    yield from _missing(feed, emit, ds, where)
    yield from _place(partner, emit, where)
    mappable = {c.name: c for c in ds.columns if is_mappable(ds, c)}
    for name, given in emit.columns.items():
        at = path_of(where, "columns", name)
        if name not in mappable:
            yield _unmappable(ds, name, mappable, at)
            continue
        column = mappable[name]
        yield from _one_source(given, column, at)
        yield from _reading(given, column, at)
        if given.ref == DIVISION:
            yield from find_name_problems(city, emit, column, given, at)
        else:
            yield from _reference(city, partner, given, column, at)
        yield from find_code_problems(city, partner, emit, column, given, where)


def is_mappable(ds: Dataset, column: Column) -> bool:
    """Whether a partner file may say where this column comes from."""
    return not column.derived and column.name != ds.id_column


def _unmappable(
    ds: Dataset, name: str, mappable: dict[str, Column], at: str
) -> Problem:
    if name == ds.id_column:
        return Problem(
            at, "is the hub's own identifier", "it follows from the feed's key"
        )
    if any(column.name == name for column in ds.all_columns):
        return Problem(at, "is made by the hub", "leave it out")
    return not_allowed(
        at.rpartition(" → ")[0],
        kind=f"column of {ds.name}",
        given=name,
        allowed=mappable.keys(),
    )


def _missing(
    feed: spec.Feed, emit: spec.Emit, ds: Dataset, where: str
) -> Iterator[Problem]:
    """Required columns with neither a field nor a constant."""
    for column in ds.columns:
        if column.required != "yes" or not is_mappable(ds, column):
            continue
        dated = ds.core and column.name in _DATED  # a list names its days itself
        if column.name in emit.columns or dated:
            continue
        if column.name == "category_system_code":
            if feed.category_system is None:
                yield Problem(
                    where,
                    "category_system is missing",
                    "say which category list the codes come from",
                )
            continue
        yield Problem(
            path_of(where, "columns"),
            f'required column "{column.name}" ({column.label}) is missing',
            "map a field, or state a constant as { value = … }",
        )


def _place(partner: spec.Partner, emit: spec.Emit, where: str) -> Iterator[Problem]:
    """Coordinates come in pairs, as plain fields, in a declared system."""
    mapped = [name for name in _PLACE if name in emit.columns]
    if len(mapped) == 1:
        other = next(name for name in _PLACE if name not in mapped)
        yield Problem(
            path_of(where, "columns"), f"maps {mapped[0]} without {other}", "map both"
        )
    for name in mapped:
        if emit.columns[name].field is None:
            yield Problem(
                path_of(where, "columns", name),
                "is not a field",
                "name the source field",
            )
    if mapped and partner.coordinates is None:
        yield Problem(
            "partner → coordinates",
            f"is missing, and {where} maps {' and '.join(mapped)}",
            'say the system; "unknown" if nobody knows',
        )


def _one_source(given: spec.Column, column: Column, at: str) -> Iterator[Problem]:
    sources = [
        key for key in ("field", "value", "sql") if getattr(given, key) is not None
    ]
    if len(sources) != 1:
        what = f"has {' and '.join(sources)}" if sources else "has no source"
        yield Problem(at, what, "give one of field, value or sql")
    if given.sql is not None:
        yield from _expression(given.sql, path_of(at, "sql"))
    ways = _present(given, "codes", "ref")
    if sources == ["value"] and column.type != "list":
        extra = _present(given, "codes", "ref", "format", "type", "unit", "split")
        if extra:
            yield Problem(
                at, f"is a constant, and has {' and '.join(extra)}", "leave that out"
            )
    elif len(ways) > 1:
        yield Problem(
            at, "has codes and ref", "a reference is made by key, a code by table"
        )


def _present(given: spec.Column, *keys: str) -> list[str]:
    return [key for key in keys if getattr(given, key) is not None]


def _expression(sql: str, at: str) -> Iterator[Problem]:
    for fault in find_faults(sql):
        yield Problem(at, fault.what, fault.remedy)


def _reading(given: spec.Column, column: Column, at: str) -> Iterator[Problem]:
    """`format`, `type`, `unit` and `split` fit the column's type."""
    fits = {
        "format": column.type in _INSTANTS,
        "type": column.type in _INSTANTS,
        "unit": column.type in _NUMBERS,
        "split": column.type == "list",
    }
    for key, fit in fits.items():
        if getattr(given, key) is not None and not fit:
            yield Problem(
                path_of(at, key),
                f"has no meaning for a column of type {column.type}",
                "leave it out",
            )
    formats = given.format if isinstance(given.format, tuple) else (given.format,)
    if any(form is not None and "%" not in form for form in formats):
        yield Problem(
            path_of(at, "format"),
            "holds no % sign",
            'write it like "%Y-%m-%d %H:%M:%S"',
        )


def _reference(
    city: City, partner: spec.Partner, given: spec.Column, column: Column, at: str
) -> Iterator[Problem]:
    """Hub identifiers are declared references to a dataset and a key space."""
    target = column.ref
    if given.ref is None:
        keyed = target is not None and dataset(target).id_column is not None
        if keyed and given.value is None:
            yield Problem(
                at,
                f"holds identifiers of {target}",
                f'write {{ field = "…", ref = "{target}" }}',
            )
        for key in _present(given, "partner", "by", "within"):
            yield Problem(path_of(at, key), "needs ref", "name the dataset in ref")
        return
    if given.within is not None:
        yield Problem(
            path_of(at, "within"),
            f"is for divisions, not for {given.ref}",
            "leave it out",
        )
    if given.ref not in DATASETS or not dataset(given.ref).id_column:
        known = {name for name, ds in DATASETS.items() if ds.id_column}
        yield not_allowed(
            path_of(at, "ref"), kind="dataset", given=given.ref, allowed=known
        )
        return
    if target is not None and given.ref != target:
        yield Problem(
            path_of(at, "ref"), f"is {given.ref}", f"this column points to {target}"
        )
    key_spaces = city.partner_ids | {partner.id}
    if given.partner is not None and given.partner not in key_spaces:
        yield not_allowed(
            path_of(at, "partner"),
            kind="partner",
            given=given.partner,
            allowed=key_spaces,
        )
    names = {c.name for c in dataset(given.ref).columns if c.type == "str"}
    if given.by is not None and given.by not in names | {"source_id"}:
        yield not_allowed(
            path_of(at, "by"),
            kind=f"column of {given.ref}",
            given=given.by,
            allowed=names | {"source_id"},
        )
