"""XML → nested objects, as JSON would have sent them.

What lives here: one strict reader over the parser of the standard library. Names
are local names (`soap:Body` is `Body`), children become fields, a repeated child a
list, an attribute the field `@name`, an element with text and attributes the field
itself and `field.@name` beside it. A document type is refused before anything in it
is read: no entity can be declared, so none can grow or reach out. No XML library is
needed for that: encodings are decided here (`encodings`), because the parser knows
neither GBK nor declarations that lie. What does not: where rows stand (`decode.xml`),
cutting (`xml_cut`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast
from xml.parsers import expat

from hub.connectors.exact import MISSING, Missing, dig

DEPTH = 100
TEXT = "#text"
Element = dict[str, object]
_NILS = frozenset({"true", "1"})
# XML 1.0 knows no control characters; some systems send them all the same (T43).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x0*([0-9a-fA-F]{1,2})|0*([0-9]{1,2}));")
_BREAKS_OFF = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    }
)


class NotXml(ValueError):
    """A text that is no acceptable XML; the message holds no value of it.

    Args:
        what: continues a sentence about the text.
        breaks_off: it may be the beginning of a good one.
        hostile: it tries what no data needs.
    """

    def __init__(
        self, what: str, *, breaks_off: bool = False, hostile: bool = False
    ) -> None:
        super().__init__(what)
        self.breaks_off = breaks_off
        self.hostile = hostile


def load_xml(text: str, inner: str | None = None) -> Element:
    """Read one document: its root's name → its content.

    Args:
        text: the document; what its declaration says of the encoding is ignored.
        inner: path of the element whose text is a document itself; that document
            takes the place of the text.

    Raises:
        NotXml: it is not XML, or more than data needs.
    """
    builder = _Builder()
    parse(prepared(text), builder.attach)
    doc = builder.root
    if inner is not None:
        _open_inner(doc, inner)
    return doc


def prepared(text: str) -> bytes:
    """The text as the parser takes it, without characters that XML forbids."""
    plain = _REFERENCE.sub(_without_control, _CONTROL.sub("", text))
    return plain.removeprefix("\ufeff").lstrip().encode("utf-8", "replace")


def parse(data: bytes, attach: Callable[[expat.XMLParserType], None]) -> None:
    """Run the parser over a document.

    Args:
        data: what `prepared` gave; the parser's positions count its bytes.
        attach: sets the handlers that listen.

    Raises:
        NotXml: it is not XML, or more than data needs.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    attach(parser)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise NotXml(
            f"is not XML from line {error.lineno} on",
            breaks_off=error.code in _BREAKS_OFF,
        ) from None


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def elements(doc: object, path: str) -> list[object] | Missing:
    """The elements at a path of names; none of them is an empty list.

    Args:
        doc: what `load_xml` gave.
        path: names from the root on, joined by dots; the last one may repeat.
    """
    above, _, name = path.rpartition(".")
    parent = dig(doc, above or None)
    if parent is None or (isinstance(parent, str) and not parent.strip()):
        return []
    if not isinstance(parent, dict):
        return MISSING
    found = parent.get(name, [])
    return found if isinstance(found, list) else [found]


def _refuse_doctype(*_given: object) -> None:
    raise NotXml("declares a document type, which data never needs", hostile=True)


def _without_control(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if code >= 32 or code in {9, 10, 13} else ""


class _Builder:
    """Listens to the parser and builds the objects."""

    def __init__(self) -> None:
        self.root: Element = {}
        self._open: list[Element] = [self.root]
        self._names: list[str] = []
        self._texts: list[list[str]] = [[]]

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def _start(self, name: str, attributes: list[str]) -> None:
        if len(self._open) > DEPTH:
            raise NotXml(f"is nested deeper than {DEPTH} elements", hostile=True)
        made: Element = {}
        if attributes:
            pairs = zip(attributes[::2], attributes[1::2], strict=True)
            made = {f"@{local(key)}": text for key, text in pairs if _tells(key, text)}
        self._open.append(made)
        self._names.append(local(name))
        self._texts.append([])

    def _text(self, text: str) -> None:
        self._texts[-1].append(text)

    def _end(self, _name: str) -> None:
        made, name = self._open.pop(), self._names.pop()
        text = "".join(self._texts.pop())
        value: object = made
        if made.pop("@nil", "") in _NILS and not made:
            value = None
        elif not made:
            value = text
        elif text.strip():
            made[TEXT] = text
        _flatten(made)
        parent = self._open[-1]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            cast("list[object]", parent[name]).append(value)
        else:
            parent[name] = [parent[name], value]


def _tells(key: str, text: str) -> bool:
    """Whether an attribute is data, not a namespace or the type of a schema."""
    if key.startswith("xsi:"):
        return key == "xsi:nil" and text in _NILS
    return key != "xmlns" and not key.startswith("xmlns:")


def _flatten(made: Element) -> None:
    """Children of text and attributes: the text, and `child.@name` beside it."""
    for name, child in list(made.items()):
        if type(child) is dict and TEXT in child and _is_leaf(child):
            made[name] = child.pop(TEXT)
            made |= {f"{name}.{key}": inner for key, inner in child.items()}


def _is_leaf(child: Element) -> bool:
    return all(key == TEXT or key.startswith("@") for key in child)


def _open_inner(doc: Element, path: str) -> None:
    above, _, name = path.rpartition(".")
    parent = dig(doc, above or None)
    if not isinstance(parent, dict):
        return
    text = parent.get(name)
    if isinstance(text, str) and text.strip():
        try:
            parent[name] = load_xml(text)
        except NotXml as error:
            what = f"holds at {path} a text that {error}"
            raise NotXml(what, hostile=error.hostile) from None
