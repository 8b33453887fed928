"""The validator's complaints in the hub's own words.

What lives here: pydantic's errors turned into one sentence each: where it
stands, what was found (its kind, never a value that may be secret), what is
allowed, what was probably meant. What does not: judging whether a well-typed
declaration makes sense (`check`).
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from hub.partners.base import Name, Span, Strict
from hub.partners.meaning import meaning
from hub.partners.problems import Problem, not_allowed

Steps = tuple[str | int, ...]
PathWords = Callable[[Steps], str]

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    Decimal: "a number",
    str: "text",
    list: "a list",
    tuple: "a list",
    dict: "a table",
}
_PATTERNS = {
    Name: "write lower-case letters, digits and _, a letter first, 2 to 40 of them",
    Span: 'write a number and s, m, h or d, e.g. "2h"',
}


def problems_of(
    error: ValidationError, model: type[BaseModel], raw: object, path: PathWords
) -> list[Problem]:
    """One problem per place that the validator complains about.

    Args:
        error: what pydantic raised.
        model: the model that was tried.
        raw: what it was tried on.
        path: turns the steps into the tables of that model into a table path.
    """
    found: dict[tuple[Steps, str], Problem] = {}
    for steps, kind, context in complaints(error, raw):
        same = "type" if _is_type_error(kind) else kind
        if (steps, same) not in found:
            found[steps, same] = _problem(steps, kind, context, model, raw, path)
    return list(found.values())


def complaints(
    error: ValidationError, raw: object
) -> Iterator[tuple[Steps, str, Mapping[str, Any]]]:
    """Place, kind and context of each complaint, echoes left out.

    A list that lost its bad members counts as short; the members are named.
    """
    for detail in error.errors(include_url=False, include_input=False):
        is_missing = detail["type"] == "missing"
        steps = real_steps(detail["loc"], raw, missing=is_missing)
        if detail["type"] != "too_short" or not _value_at(raw, steps):
            yield steps, detail["type"], detail.get("ctx", {})


def real_steps(loc: Sequence[str | int], raw: object, *, missing: bool) -> Steps:
    """The steps that exist in the tables; names of union members are left out.

    Args:
        loc: where pydantic says the error is.
        raw: the tables it was tried on.
        missing: whether the last step names what is not there.
    """
    steps: list[str | int] = []
    here: Any = raw
    for position, step in enumerate(loc):
        is_key = isinstance(here, Mapping) and step in here
        is_index = isinstance(here, list | tuple) and isinstance(step, int)
        if is_key or is_index:
            steps.append(step)
            here = here[step]
        elif missing and position == len(loc) - 1:
            steps.append(step)
    return tuple(steps)


def _is_type_error(kind: str) -> bool:
    return kind.endswith(("_type", "_parsing", "_from_float"))


def _problem(
    steps: Steps,
    kind: str,
    context: Mapping[str, Any],
    model: type[BaseModel],
    raw: object,
    path: PathWords,
) -> Problem:
    """The sentence for one complaint."""
    last = str(steps[-1]) if steps else ""
    owner, field = field_at(model, steps)
    secret = owner is not None and last in getattr(owner, "secret_fields", ())
    given = _value_at(raw, steps)
    if kind == "extra_forbidden" and owner is not None:
        return not_allowed(
            path(steps[:-1]), kind="key", given=last, allowed=keys_of(owner)
        )
    if kind == "missing":
        return Problem(path(steps[:-1]), f'"{last}" is missing', _told(owner, field))
    where = path(steps)
    if kind == "literal_error" and isinstance(given, str) and not secret:
        words = [word for word in choices(field) if isinstance(word, str)]
        return not_allowed(where, kind=f"{last}", given=given, allowed=words)
    if kind == "string_pattern_mismatch":
        return Problem(where, "is written in a way that is not known", _advice(field))
    if kind in {"greater_than", "greater_than_equal"}:
        least = context.get("gt", context.get("ge"))
        more = "more than" if kind == "greater_than" else "at least"
        return Problem(where, "is too small", f"write {more} {least}")
    if kind in {"less_than", "less_than_equal"}:
        return Problem(where, "is too large", f"write at most {context.get('le')}")
    if kind == "too_short":
        return Problem(where, "is empty", "give at least one")
    if _is_type_error(kind) or kind == "literal_error":
        wanted = _wanted(field)
        return Problem(where, f"is {kind_of(given)}", f"write {wanted}")
    return Problem(where, "cannot be read", _told(owner, field))


def kind_of(value: object) -> str:
    """What sort of thing a value is, without showing it."""
    if value is None:
        return "missing"
    return _KINDS.get(type(value), "a date or time, which is text here: use quotes")


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of a table, as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def field_at(
    model: type[BaseModel], steps: Steps
) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """The innermost model and field on the way along these steps."""
    owner: type[BaseModel] | None = model
    annotation: object = model
    field: FieldInfo | None = None
    for step in steps:
        inner = _model_in(annotation)
        if inner is not None and isinstance(step, str):
            owner, field = inner, _field_named(inner, step)
            annotation = field.annotation if field is not None else None
        else:
            annotation = _item_of(annotation)
    return owner, field


def choices(field: FieldInfo | None) -> list[object]:
    """The words that a closed field allows."""
    return list(_literals(field.annotation)) if field is not None else []


def _field_named(model: type[BaseModel], name: str) -> FieldInfo | None:
    for own, field in model.model_fields.items():
        if name in {own, field.alias}:
            return field
    return None


def _literals(annotation: object) -> Iterable[object]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for inner in get_args(annotation):
            yield from _literals(inner)


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model that a value of this type is, seen through `X | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {Union, types.UnionType}:
        inner = [_model_in(option) for option in get_args(annotation)]
        return next((found for found in inner if found is not None), None)
    return None


def _item_of(annotation: object) -> object:
    """The type of the items of a list or the values of a table."""
    if get_origin(annotation) in {Union, types.UnionType}:
        options = [_item_of(option) for option in get_args(annotation)]
        return next((found for found in options if found is not None), None)
    inner = [arg for arg in get_args(annotation) if arg is not Ellipsis]
    return inner[-1] if inner else None


def _wanted(field: FieldInfo | None) -> str:
    """What the field takes, in words."""
    if field is None:
        return "text"
    words = choices(field)
    if words:
        return " or ".join(f'"{word}"' for word in words)
    return describe(field.annotation)


def describe(annotation: object) -> str:
    """A type in words, e.g. `text or a list of text`."""
    if annotation in {Any, object}:
        return "any value"
    if get_origin(annotation) is Literal:
        return " or ".join(f'"{word}"' for word in get_args(annotation))
    if get_origin(annotation) in {Union, types.UnionType}:
        options = [a for a in get_args(annotation) if a is not type(None)]
        return " or ".join(dict.fromkeys(describe(option) for option in options))
    if get_origin(annotation) in {tuple, list}:
        item = next(a for a in get_args(annotation) if a is not Ellipsis)
        plural = "tables" if _model_in(item) else describe(item)
        return f"a list of {plural}"
    if get_origin(annotation) in {dict, Mapping} or _model_in(annotation):
        return "a table"
    inner = get_args(annotation)
    if inner:
        return describe(inner[0])
    return _KINDS.get(annotation, "text") if isinstance(annotation, type) else "text"


def _advice(field: FieldInfo | None) -> str:
    """How a patterned text is written."""
    patterns = {pattern_of(kind): advice for kind, advice in _PATTERNS.items()}
    own = {getattr(m, "pattern", None) for m in (field.metadata if field else ())}
    found = [advice for pattern, advice in patterns.items() if pattern in own]
    # Inside `Span | None` the constraint stays with the inner type.
    return found[0] if found else _PATTERNS[Span]


def pattern_of(annotated: object) -> str | None:
    """The regular expression of a constrained text type."""
    for constraint in get_args(annotated)[1:]:
        pattern = getattr(constraint, "pattern", None)
        if isinstance(pattern, str):
            return pattern
    return None


def _value_at(raw: object, steps: Steps) -> object:
    """The value at these steps; none where one of them does not exist."""
    here: Any = raw
    for step in steps:
        if isinstance(here, Mapping) and step not in here:
            return None
        here = here[step]
    return here


def _told(owner: type[BaseModel] | None, field: FieldInfo | None) -> str:
    """What a field means, in one line."""
    names = {} if owner is None else owner.model_fields
    name = next((name for name, own in names.items() if own is field), None)
    if owner is None or name is None:
        return ""
    return " ".join((meaning(owner, name) or "").split())


__all__ = ["Strict", "choices", "describe", "keys_of", "problems_of"]
