"""JSON without loss: numbers keep the digits they were sent with.

What lives here: one strict reader and one writer that are each other's inverse
for numbers, and the walk along a dotted path. Python's own reader turns 1.10 into
1.1 and a 19-digit identifier with a decimal point into another one, and takes NaN
and a key that stands twice. What does not: what the values mean (`decode`), the
envelope of an answer (`envelope`).
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress, repeat
from operator import is_
from typing import Final, NoReturn, TypeVar, cast

import orjson

T = TypeVar("T")


_SPACED = re.compile(rb'": |\n')  # written for people, so never the same again


class Number(str):
    """The digits of a JSON number as sent; apart from that a text."""

    __slots__ = ()


class Missing:
    """Nothing at the end of a path; not the same as null."""


MISSING: Final = Missing()


class NotJson(ValueError):
    """A text that is no acceptable JSON; the message holds no value of it.

    Args:
        what: continues a sentence about the text.
        breaks_off: it may be the beginning of a good one.
    """

    def __init__(self, what: str, *, breaks_off: bool = False) -> None:
        super().__init__(what)
        self.breaks_off = breaks_off


def _no_constant(_name: str) -> NoReturn:
    raise NotJson("holds NaN or Infinity, which JSON does not know")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotJson("holds an object in which one key stands twice")
    return made


# strict=False: raw tabs and line breaks inside texts are common (T43) and harmless.
_DECODER = json.JSONDecoder(
    parse_float=Number,
    parse_int=Number,
    parse_constant=_no_constant,
    object_pairs_hook=_object,
    strict=False,
)


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection while millions of fresh objects are made.

    The collector would walk all of them again and again and find nothing.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def load(text: str) -> object:
    """Read one JSON value; numbers come as `Number`.

    Raises:
        NotJson: it is not JSON, or not the strict kind.
    """
    try:
        with collector_paused():
            return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        seen = f"is not JSON from character {error.pos} on"
        raise NotJson(seen, breaks_off=True) from None
    except RecursionError:
        raise NotJson("is nested too deeply") from None


def load_body(body: bytes, encoding: str) -> object:
    """Read a body; what orjson provably read without loss is not read again.

    A body that orjson writes back byte by byte has lost neither a digit nor a key.
    Machines write such bodies; the strict reader takes five times as long.

    Args:
        body: the bytes as sent.
        encoding: their codec.

    Raises:
        NotJson: as `load`.
        UnicodeDecodeError: it is not in that encoding.
    """
    if encoding == "utf-8" and not _SPACED.search(body, 0, 4096):
        try:
            value = orjson.loads(body)
            if orjson.dumps(value) == body:
                return cast(object, value)
        except (orjson.JSONDecodeError, TypeError):
            pass  # the strict reader says why, or takes it
    return load(body.decode(encoding).removeprefix("\ufeff"))


def dump(value: object) -> bytes:
    """Write a value that `load` read, numbers with the digits they came with.

    Lone surrogates, which no encoding can carry, become U+FFFD.
    """
    try:
        return _dump(value)
    except (TypeError, UnicodeEncodeError):
        return _dump(mend(value))


def _dump(value: object) -> bytes:
    return orjson.dumps(value, default=_as_sent, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


def _as_sent(value: object) -> orjson.Fragment:
    if isinstance(value, Number):
        return orjson.Fragment(str(value))
    raise TypeError(type(value).__name__)


def mend(value: object) -> object:
    """The value with every lone surrogate replaced by U+FFFD."""
    if isinstance(value, Number):
        return value
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {str(mend(key)): mend(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [mend(inner) for inner in value]
    return value


def dig(value: object, path: str | None) -> object:
    """What stands at a dotted path; `MISSING` if it leads nowhere.

    Args:
        value: a JSON value.
        path: names of objects or positions in lists, joined by dots; null = here.
    """
    for name in path.split(".") if path else ():
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return MISSING
    return value


def of_type(values: Sequence[object], kind: type[T]) -> Iterator[T]:
    """The values that are of exactly this type, in order."""
    return cast(
        "Iterator[T]", compress(values, map(is_, map(type, values), repeat(kind)))
    )


def as_text(value: object) -> str | None:
    """A scalar as text: true and false in lower case, null as null."""
    if value is None or isinstance(value, Missing):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list, float)):
        return dump(value).decode()
    return str(mend(value)) if isinstance(value, str) else str(value)
