"""Values of a JSON-LD document: texts with their language, literals with their type.

What lives here: the prefixes of the catalogue's documents, and the forms of a value.
What does not: any statement about a dataset (`dcat`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hub.sharing.catalogue.entry import Text

Node = dict[str, Any]
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hub": "urn:hub:catalogue:",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def given(node: Node) -> Node:
    """The node without properties that have no value."""
    return {key: value for key, value in node.items() if value not in (None, [], {})}


def zh(text: str) -> Node:
    """A Chinese text."""
    return {"@value": text, "@language": "zh"}


def en(text: str) -> Node:
    """An English text."""
    return {"@value": text, "@language": "en"}


def both(pair: Text) -> list[Node]:
    """A text in both languages."""
    return [zh(pair[0]), en(pair[1])]


def typed(value: str, kind: str) -> Node:
    """A literal of an XML Schema type."""
    return {"@value": value, "@type": f"xsd:{kind}"}


def instant(value: datetime | None) -> Node | None:
    """An instant in UTC."""
    if value is None:
        return None
    text = value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return typed(text, "dateTime")
