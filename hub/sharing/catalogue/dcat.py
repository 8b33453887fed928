"""The catalogue in DCAT 3 terms, as one JSON-LD document that needs no network.

What lives here: dcat:Catalog with a dcat:Dataset per entry, its distributions, its
columns (CSVW terms), its quality (DQV) and where it comes from (PROV), after DCAT-AP.
Every prefix stands in the document's own `@context`, every `@id` is absolute. A gap is
no value: the property is left out, and a skos:editorialNote says 未定 and why.
What does not: rows; and feeds of partners, whose names are no recipient's business: a
dataset is derived from a partner's system.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hub.errors import MisuseError
from hub.sharing.catalogue.declared import ADDRESS
from hub.sharing.catalogue.entry import Catalogue, Entry, Item, MetricLine
from hub.sharing.catalogue.json_ld import (
    CONTEXT,
    Node,
    both,
    en,
    given,
    instant,
    typed,
    zh,
)
from hub.sharing.catalogue.words import Words, words_of

AUTHORITY = "http://publications.europa.eu/resource/authority/"
FREQUENCY = {
    "实时": "CONT", "每日": "DAILY", "每周": "WEEKLY", "每月": "MONTHLY",
    "每季": "QUARTERLY", "每年": "ANNUAL",
}  # fmt: skip
MEDIA = "https://www.iana.org/assignments/media-types/"
MEDIA_TYPES = {
    "CSV": "text/csv",
    "JSON": "application/json",
    "Parquet": "application/vnd.apache.parquet",
}
# CSVW names of XML Schema types; lists are texts in a cell.
CSVW = {
    "str": "string", "int": "integer", "float": "double", "dec": "decimal",
    "share": "decimal", "bool": "boolean", "ts": "dateTime", "date": "date",
    "list": "string", "media": "string",
}  # fmt: skip
PUBLISHER = "publisher"
MEASURES = ("received", "accepted", "quarantined", "duplicate", "refused")


def dcat(catalogue: Catalogue, base: str | None = None) -> Node:
    """The catalogue as a JSON-LD document.

    Args:
        catalogue: what it tells.
        base: address under which `hub serve` answers, ending in a slash; the one that
            the city declares by default. Without any, datasets are named by URNs and
            distributions have no accessURL, which DCAT-AP wants.

    Raises:
        MisuseError: the base is no such address.
    """
    if base is not None:
        if not ADDRESS.fullmatch(base):
            raise MisuseError(
                "write the catalogue as DCAT",
                seen="the base is no address that ends in a slash",
                next_step="Write it like https://data.example.org/.",
            )
        catalogue = replace(catalogue, base=base)
    told = _Teller(catalogue)
    return {"@context": dict(CONTEXT), **told.catalog()}


class _Teller:
    """Tells one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._of = catalogue
        self._words: Words = words_of("zh-CN", catalogue.zone)
        self._is_served = catalogue.base.startswith("http")

    def id(self, *parts: str) -> str:
        """The absolute name of a thing of this catalogue."""
        return self._of.base + (":", "/")[self._is_served].join(parts)

    def catalog(self) -> Node:
        """The dcat:Catalog."""
        of = self._of
        told = {
            "@id": self.id("catalogue"),
            "@type": "dcat:Catalog",
            "dct:title": [zh(f"{of.title} {self._words('title')}")],
            "dct:description": [zh(self._words("privacy_note"))],
            "dct:publisher": self._agent(PUBLISHER, of.publisher),
            "dct:language": [{"@id": f"{AUTHORITY}language/ZHO"}],
            "dct:modified": instant(of.released_at),
            "adms:versionNotes": None if of.approved_by else self._unsigned(),
            "dcat:version": of.release,
            "dcat:contactPoint": self._contact(),
            "dcat:dataset": [self.dataset(one) for one in of.entries],
        }
        return given(told)

    def dataset(self, one: Entry) -> Node:
        """A dcat:Dataset."""
        name = self.id("dataset", one.name)
        told: Node = {
            "@id": name,
            "@type": "dcat:Dataset",
            "dct:identifier": one.name,
            "dct:title": [zh(one.title)],
            "dct:description": [
                *([zh(one.abstract)] if one.abstract else []),
                en(one.description),
            ],
            "dct:publisher": self._agent(one.provider_code, one.provider),
            "adms:identifier": one.code
            and {"@type": "adms:Identifier", "skos:notation": one.code},
            "dcat:theme": self._theme(one),
            "dct:accessRights": self._rights(one),
            "dct:rights": [
                {"@type": "dct:RightsStatement", "rdfs:label": [zh(text)]}
                for text in (one.condition, one.basis)
                if text
            ],
            "dct:accrualPeriodicity": one.update_cycle
            and {"@id": f"{AUTHORITY}frequency/{FREQUENCY[one.update_cycle]}"},
            "dct:issued": one.published_on and typed(one.published_on, "date"),
            "dct:modified": instant(self._of.released_at),
            "dct:provenance": self._provenance(one),
            "prov:wasDerivedFrom": [
                {
                    "@id": self.id("partner", lead.partner),
                    "@type": "prov:Entity",
                    "dct:title": [zh(lead.title)],
                }
                for lead in one.leads
            ],
            "dct:relation": [
                {"@id": self.id("dataset", related)} for related, _ in one.related
            ],
            "dcat:distribution": [self._distribution(one, form) for form in one.formats]
            if one.share != "CLOSED"
            else [],
            "csvw:tableSchema": self._schema(one),
            "dqv:hasQualityMeasurement": list(self._measures(one)),
            "skos:editorialNote": [
                zh(f"{self._words(f'field_{gap}')}：{self._words.gap(gap)}")
                for gap in one.gaps
            ],
            "skos:scopeNote": both(one.scope) if one.scope else [],
            "hub:shareClass": one.share,
            "hub:shareMeans": [zh(means) for means in one.means],
            "hub:openAttribute": one.open and zh(one.open),
            "hub:rows": one.rows,
        }
        if one.kind == "metric":
            told["hub:metric"] = {"@list": [self._metric(m) for m in self._of.metrics]}
        return given(told)

    def _unsigned(self) -> list[Node]:
        return [zh(self._words("needs_sign_off_note"))]

    def _agent(self, key: str | None, name: str | None) -> Node:
        """An organisation; one without a code has no name that others could use."""
        if name is None:
            return {}
        return given(
            {
                "@id": key and self.id("agent", key),
                "@type": "foaf:Agent",
                "foaf:name": [zh(name)],
                "dct:identifier": key if key != PUBLISHER else None,
            }
        )

    def _contact(self) -> Node:
        if not self._of.contact:
            return {}
        return {"@type": "vcard:Kind", "vcard:fn": self._of.contact}

    def _theme(self, one: Entry) -> Node:
        if one.resource_class is None:
            return {}
        digits, names = one.resource_class
        return {
            "@id": self.id("class", "".join(digits)),
            "@type": "skos:Concept",
            "skos:prefLabel": [zh(" / ".join(names))],
            "skos:notation": "".join(digits),
        }

    @staticmethod
    def _rights(one: Entry) -> Node:
        """Whether the public may have it; sharing among departments says no such thing.

        An open dataset of which the city has not said so has no statement here.
        """
        right = {"CLOSED": "NON_PUBLIC", "CONDITIONAL": "RESTRICTED"}.get(one.share)
        if right is None and one.open is not None:
            right = "PUBLIC" if one.open == "无条件开放" else "RESTRICTED"
        return {"@id": f"{AUTHORITY}access-right/{right}"} if right else {}

    def _provenance(self, one: Entry) -> Node:
        feeds = one.freshness
        if feeds.reaches is None:
            return {}
        missing = "、".join(sorted({feed.title for feed in feeds.missing}))
        text = (
            f"{self._words('field_as_of')} {self._words.instant(feeds.reaches[0])}"
            f" – {self._words.instant(feeds.reaches[1])}"
        )
        if missing:
            text += f"；{self._words('missing', reason=missing)}"
        return {"@type": "dct:ProvenanceStatement", "rdfs:label": [zh(text)]}

    def _distribution(self, one: Entry, form: str) -> Node:
        media = MEDIA_TYPES.get(form)
        path = "metrics" if one.kind == "metric" else f"datasets/{one.name}/rows"
        where = f"{self._of.base}api/v1/{path}"
        return given(
            {
                "@id": self.id("distribution", one.name, form.replace(" ", "")),
                "@type": "dcat:Distribution",
                "dct:title": [zh(f"{one.title} {form}")],
                "dcat:mediaType": media and {"@id": f"{MEDIA}{media}"},
                "dct:format": {"@type": "dct:MediaTypeOrExtent", "rdfs:label": form},
                "dcat:accessURL": {"@id": where} if self._is_served else None,
            }
        )

    def _schema(self, one: Entry) -> Node:
        return {
            "@type": "csvw:Schema",
            "csvw:column": {"@list": [self._column(one, item) for item in one.items]},
        }

    def _column(self, one: Entry, item: Item) -> Node:
        return given(
            {
                "@id": f"{self.id('dataset', one.name)}#{item.name}",
                "@type": "csvw:Column",
                "csvw:name": item.name,
                "csvw:title": [zh(item.label)],
                "csvw:datatype": {
                    "@type": "csvw:Datatype",
                    "csvw:base": CSVW[item.type],
                },
                "csvw:required": item.required == "yes",
                "hub:shareClass": item.share,
                "hub:mask": item.mask,
                "hub:personal": item.personal,
                "hub:codeList": item.code_list,
                "dct:references": item.refers_to
                and {"@id": self.id("dataset", item.refers_to)},
            }
        )

    def _measures(self, one: Entry) -> Iterable[Node]:
        if one.quality is None or not one.quality.total.deliveries:
            return
        for name in MEASURES:
            yield {
                "@type": "dqv:QualityMeasurement",
                "dqv:isMeasurementOf": {
                    "@id": f"{CONTEXT['hub']}{name}",
                    "@type": "dqv:Metric",
                    "skos:prefLabel": [zh(self._words(name))],
                },
                "dqv:value": typed(str(getattr(one.quality.total, name)), "integer"),
            }

    def _metric(self, one: MetricLine) -> Node:
        return {
            "@id": self.id("metric", one.id),
            "@type": "skos:Concept",
            "skos:notation": one.id,
            "skos:prefLabel": both(one.name),
            "skos:definition": both(one.formula),
            "dct:requires": [{"@id": self.id("dataset", name)} for name in one.inputs],
        }
