"""XML less the elements and attributes that must never be kept (trap T50).

What lives here: cutting in the text itself, by the positions that the parser tells,
so that all else stays as sent; a document inside a text is cut in its place. What
does not: other media (`cut`), reading (`xml_tree`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape  # writes only, reads nothing

from hub.connectors.xml_tree import local, parse, prepared

_TAG = re.compile(
    rb"""<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""", re.DOTALL
)
_ATTRIBUTE = re.compile(rb"""\s+([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""", re.DOTALL)
_DECLARATION = re.compile(rb"<\?xml[^>]*\?>\s*")


def cut_xml(
    text: str, *, records: str, inner: str | None, never: Iterable[str]
) -> tuple[bytes, dict[str, int]]:
    """A document without these fields, in UTF-8, and how often each was cut.

    Its declaration goes too: it may name another encoding.

    Args:
        text: the document.
        records: path of the rows.
        inner: path of the element whose text is a document itself.
        never: fields below a row, by dotted path, attributes as `@name`.

    Raises:
        NotXml: it is not XML, or more than data needs.
    """
    targets = {f"{records}.{name}": name for name in never}
    counts = Counter(dict.fromkeys(targets.values(), 0))
    left = _cut(text, "", targets, inner, counts)
    return _DECLARATION.sub(b"", left, count=1), dict(counts)


def _cut(
    text: str,
    prefix: str,
    targets: Mapping[str, str],
    inner: str | None,
    counts: Counter[str],
) -> bytes:
    data = prepared(text)
    cutter = _Cutter(data, prefix, targets, inner, counts)
    parse(data, cutter.attach)
    return b"".join(_put_together(data, cutter.changes))


def _put_together(
    data: bytes, changes: list[tuple[int, int, bytes]]
) -> Iterator[bytes]:
    at = 0
    for start, end, instead in sorted(changes):
        yield data[at:start]
        yield instead
        at = end
    yield data[at:]


class _Cutter:
    """Listens to the parser and notes what goes: from, to, and what comes instead."""

    def __init__(
        self,
        data: bytes,
        prefix: str,
        targets: Mapping[str, str],
        inner: str | None,
        counts: Counter[str],
    ) -> None:
        self.changes: list[tuple[int, int, bytes]] = []
        self._data = data
        self._targets = targets
        self._inner = inner
        self._counts = counts
        self._paths = [prefix]
        self._cut_from: tuple[int, int] | None = None  # depth, position
        self._inner_from: int | None = None
        self._text: list[str] = []

    def attach(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def _start(self, name: str, attributes: list[str]) -> None:
        above = self._paths[-1]
        path = f"{above}.{local(name)}" if above else local(name)
        self._paths.append(path)
        if self._cut_from is not None:
            return
        at = self._parser.CurrentByteIndex
        if path in self._targets:
            self._cut_from = len(self._paths), at
            self._counts[self._targets[path]] += 1
            return
        if path == self._inner:
            tag = _TAG.match(self._data, at)
            self._inner_from = tag.end() if tag else None
            self._text = []
        if attributes:
            self._cut_attributes(path, at)

    def _cut_attributes(self, path: str, at: int) -> None:
        tag = _TAG.match(self._data, at)
        for found in _ATTRIBUTE.finditer(self._data, at, tag.end() if tag else at):
            target = self._targets.get(f"{path}.@{local(found[1].decode())}")
            if target is not None:
                self._counts[target] += 1
                self.changes.append((found.start(), found.end(), b""))

    def _characters(self, text: str) -> None:
        if self._inner_from is not None:
            self._text.append(text)

    def _end(self, _name: str) -> None:
        depth, path = len(self._paths), self._paths.pop()
        at = self._parser.CurrentByteIndex
        if self._cut_from is not None and self._cut_from[0] == depth:
            start = self._cut_from[1]
            self._cut_from = None
            tag = _TAG.match(self._data, start)
            empty = tag is not None and tag[0].endswith(b"/>")
            end = tag.end() if tag and empty else self._data.index(b">", at) + 1
            self.changes.append((start, end, b""))
        elif path == self._inner and self._inner_from is not None:
            text = "".join(self._text)
            if text.strip():
                left = _cut(text, path, self._targets, None, self._counts)
                content = escape(left.decode()).encode()
                self.changes.append((self._inner_from, at, content))
            self._inner_from = None
