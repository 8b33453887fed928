"""A JSON-LD document read into triples, strictly, without any network.

What lives here: expansion of compact names by the document's own context, as far as the
catalogue uses JSON-LD, and a refusal of everything else: unknown prefixes, relative
names, values of no known form. What does not: a library's leniency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
Literal = tuple[str, str | None, str | None]  # text, language, type
Term = str | Literal
Triple = tuple[str, str, Term]


def triples(document: dict[str, Any]) -> list[Triple]:
    """All triples of a document; AssertionError where it is no JSON-LD of that kind."""
    return list(_Reader(document["@context"]).node(_without_context(document))[1])


def _without_context(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "@context"}


class _Reader:
    def __init__(self, context: dict[str, str]) -> None:
        for prefix, name in context.items():
            assert ABSOLUTE.fullmatch(name), prefix
            assert name[-1] in ":/#?[]@", prefix
        self._context = context
        self._blank = count()

    def name(self, compact: str) -> str:
        """An absolute name."""
        prefix, colon, rest = compact.partition(":")
        assert colon, f"relative name {compact}"
        if prefix in self._context and not rest.startswith("//"):
            return self._context[prefix] + rest
        assert ABSOLUTE.fullmatch(compact), compact
        return compact

    def property(self, compact: str) -> str:
        """A property, which must use a prefix that the document declares."""
        assert compact.partition(":")[0] in self._context, compact
        return self.name(compact)

    def node(self, node: dict[str, Any]) -> tuple[str, Iterator[Triple]]:
        """The subject of a node and the triples below it."""
        own = node.get("@id")
        subject = self.name(own) if own is not None else f"_:b{next(self._blank)}"
        return subject, self._below(subject, node)

    def _below(self, subject: str, node: dict[str, Any]) -> Iterator[Triple]:
        for key, value in node.items():
            if key == "@id":
                continue
            if key == "@type":
                yield subject, f"{RDF}type", self.property(value)
                continue
            assert not key.startswith("@"), key
            for one in value if isinstance(value, list) else [value]:
                yield from self._value(subject, self.property(key), one)

    def _value(self, subject: str, name: str, value: object) -> Iterator[Triple]:
        match value:
            case bool() | int() | str():
                yield subject, name, (str(value), None, type(value).__name__)
            case {"@list": list(members), **rest}:
                assert not rest
                head = f"_:b{next(self._blank)}"
                yield subject, name, head
                for member in members:
                    yield from self._value(head, f"{RDF}first", member)
            case {"@value": str(text), "@language": str(language), **rest}:
                assert not rest
                assert LANGUAGE.fullmatch(language)
                assert text.strip()
                yield subject, name, (text, language, None)
            case {"@value": str(text), "@type": str(kind), **rest}:
                assert not rest
                yield subject, name, (text, None, self.name(kind))
            case dict():
                assert value, name
                inner, more = self.node(value)
                yield subject, name, inner
                yield from more
            case _:
                raise AssertionError(f"{name}: {type(value).__name__}")
