"""JSON objects → one text column per wanted field, exact and without a row loop.

What lives here: flattening by dotted path, unfolded lists, and the refusal to
bend: where the mapping expects an object or a list and something else stands, the
row cannot be laid out (P09) instead of losing a value. Polars would turn a text in
place of an object into null and a list of texts into structs, silently. What does
not: parsing (`hub.connectors.exact`), parts (`json`).

Empty texts, empty lists and false in place of an object or list mean "nothing
there" (several platforms write so) and give null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, compress, repeat
from operator import is_, methodcaller
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from hub.connectors.decode.base import (
    Rows,
    Wanted,
    broken_rows,
    list_dtype,
    text_frame,
)
from hub.connectors.exact import as_text

Object = dict[str, object]
Mask = npt.NDArray[np.bool_]
_NESTED = frozenset({dict, list})
_ODD = _NESTED | {float}  # which Polars would write in its own way


class _Laid(NamedTuple):
    """Columns of all objects, which of them did not fit, and the names seen."""

    columns: dict[str, pl.Series]
    bad: Mask
    fields: set[str]


def lay_out(values: Sequence[object], wanted: Wanted, *, first: int) -> Rows:
    """Lay out the elements of a JSON list.

    Args:
        values: the elements; what is not an object is a broken row.
        wanted: the fields that the mapping reads.
        first: ordinal of the first element inside its part.
    """
    is_object = _of_type(values, dict)
    objects = list(compress(values, is_object))
    laid = _lay(objects, wanted.scalars, wanted.lists)  # type: ignore[arg-type]
    ordinals = first + np.flatnonzero(is_object)
    frame = text_frame(laid.columns, wanted, ordinals)
    if laid.bad.any():
        frame = frame.filter(pl.Series(~laid.bad))
    lost = np.concatenate([first + np.flatnonzero(~is_object), ordinals[laid.bad]])
    return Rows(frame, broken_rows(np.sort(lost)), frozenset(laid.fields))


def _lay(
    objects: Sequence[Object],
    scalars: frozenset[str],
    lists: Mapping[str, frozenset[str]],
) -> _Laid:
    """Lay out objects of one level; deeper levels call this again."""
    seen: set[str] = set().union(*objects)
    kinds = list(map(type, chain.from_iterable(map(dict.values, objects))))
    nested = _names_of(objects, kinds, _NESTED)
    odd = _names_of(objects, kinds, _ODD) if float in kinds else nested
    direct = {name for name in scalars if name in seen}
    deeper = _heads(scalars - direct, {p: f for p, f in lists.items() if p not in seen})
    flat = sorted(direct - odd)
    laid = _Laid(_texts(objects, flat), np.zeros(len(objects), bool), seen - nested)
    for name in sorted(direct & odd):
        laid.columns[name] = _mixed(objects, name)
        laid.fields.add(name)
    for name in sorted(nested | (deeper.keys() & seen) | (lists.keys() & seen)):
        inner = deeper.get(name, _Inner())
        _branch(laid, objects, name, inner, lists.get(name), known=name in direct)
    return laid


def _names_of(
    objects: Sequence[Object], kinds: Sequence[type], wanted: frozenset[type]
) -> set[str]:
    """Names under which a value of these kinds stands anywhere."""
    return set(compress(chain.from_iterable(objects), map(wanted.__contains__, kinds)))


class _Inner(NamedTuple):
    """What is wanted inside one nested object, paths relative to it."""

    scalars: frozenset[str] = frozenset()
    lists: Mapping[str, frozenset[str]] = {}


def _heads(
    scalars: frozenset[str], lists: Mapping[str, frozenset[str]]
) -> dict[str, _Inner]:
    """Dotted paths by their first name."""
    dotted = {path for path in (*scalars, *lists) if "." in path}
    heads = {path.partition(".")[0] for path in dotted}
    return {head: _below(head + ".", scalars, lists) for head in heads}


def _below(
    head: str, scalars: frozenset[str], lists: Mapping[str, frozenset[str]]
) -> _Inner:
    return _Inner(
        frozenset(p.removeprefix(head) for p in scalars if p.startswith(head)),
        {p.removeprefix(head): f for p, f in lists.items() if p.startswith(head)},
    )


def _branch(
    laid: _Laid,
    objects: Sequence[Object],
    name: str,
    inner: _Inner,
    elements: frozenset[str] | None,
    *,
    known: bool,
) -> None:
    """Take what is nested under one name into the columns of its level."""
    values = list(map(methodcaller("get", name), objects))
    there = np.fromiter(map(bool, values), bool, len(values))
    as_object = there & _of_type(values, dict)
    as_list = there & _of_type(values, list)
    if as_object.any():
        below = _lay(list(compress(values, as_object)), *inner)
        _scatter(laid, below.columns, f"{name}.", as_object)
        laid.bad[np.flatnonzero(as_object)[below.bad]] = True
        if not known or inner.scalars or inner.lists:
            laid.fields.update(f"{name}.{path}" for path in below.fields)
    if as_list.any() or not (known or as_object.any()):
        laid.fields.add(name)
    if inner.scalars or inner.lists:
        laid.bad[there & ~as_object] = True
    if elements is not None:
        laid.bad[there & ~as_list] = True
        _unfold(laid, values, as_list, name, elements)


def _unfold(
    laid: _Laid,
    values: Sequence[object],
    as_list: Mask,
    name: str,
    fields: frozenset[str],
) -> None:
    """Lists of objects → one List(Struct) column; other elements spoil the row."""
    lists: list[list[object]] = list(compress(values, as_list))  # type: ignore[arg-type]
    owners = np.flatnonzero(as_list)
    lengths = np.fromiter(map(len, lists), np.int64, len(lists))
    owner = np.repeat(owners, lengths)
    elements = list(chain.from_iterable(lists))
    is_object = _of_type(elements, dict)
    below = _lay(list(compress(elements, is_object)), fields, {})  # type: ignore[arg-type]
    laid.bad[owner[~is_object]] = True
    laid.bad[owner[is_object][below.bad]] = True
    laid.fields.update(f"{name}.{path}" for path in below.fields)
    inside = text_frame(below.columns, Wanted(fields, {}), owner[is_object])
    key = inside.columns[0]
    packed = inside.group_by(key, maintain_order=True).agg(
        pl.struct(sorted(fields)).alias(name)
    )
    full = pl.DataFrame({key: np.arange(len(values))}).join(
        packed, on=key, how="left", maintain_order="left"
    )
    laid.columns[name] = full[name].cast(list_dtype(fields))


def _scatter(
    laid: _Laid, columns: Mapping[str, pl.Series], prefix: str, rows: Mask
) -> None:
    """Columns of some objects → columns of all, null where there was no object."""
    if rows.all():
        for path, series in columns.items():
            laid.columns[prefix + path] = series.alias(prefix + path)
        return
    count = np.count_nonzero(rows)
    places = np.where(rows, np.cumsum(rows) - 1, count)
    for path, series in columns.items():
        nothing = series.clear(1)  # one null behind the last
        laid.columns[prefix + path] = (
            pl.concat([series, nothing]).gather(places).alias(prefix + path)
        )


def _texts(objects: Sequence[Object], names: Sequence[str]) -> dict[str, pl.Series]:
    """Fields that hold no object or list anywhere, all at once."""
    if not names or not objects:
        return {}
    schema = dict.fromkeys(names, pl.String)
    try:
        frame = pl.from_dicts(objects, schema=schema, strict=False)
    except (UnicodeEncodeError, pl.exceptions.PolarsError):
        # Lone surrogates: no encoding can carry them; they become U+FFFD (P21, P22).
        return {name: _mixed(objects, name) for name in names}
    return {name: frame[name] for name in names}


def _mixed(objects: Sequence[Object], name: str) -> pl.Series:
    """A field with surprises in it: objects and lists stay as their JSON text."""
    texts = list(map(as_text, map(methodcaller("get", name), objects)))
    return pl.Series(name, texts, dtype=pl.String)


def _of_type(values: Sequence[object], kind: type) -> Mask:
    return np.fromiter(map(is_, map(type, values), repeat(kind)), bool, len(values))
