"""DCAT: a document that reads as triples, with every thing in it once."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from support.catalogues import released_house, shipped, small_city
from support.triples import RDF, Triple, triples

from hub.errors import MisuseError
from hub.metrics.registry import METRICS
from hub.sharing.catalogue.build import catalogue_of, declared_catalogue
from hub.sharing.catalogue.dcat import CONTEXT, dcat

DCAT, DCT, HUB = CONTEXT["dcat"], CONTEXT["dct"], CONTEXT["hub"]
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def of_type(found: list[Triple], name: str) -> list[str]:
    return [s for s, p, o in found if p == f"{RDF}type" and o == name]


def values(found: list[Triple], subject: str, name: str) -> list[object]:
    return [o for s, p, o in found if s == subject and p == name]


@pytest.fixture(scope="module")
def graph() -> list[Triple]:
    return triples(dcat(shipped()))


def test_every_dataset_column_and_metric_is_a_thing_of_its_own(
    graph: list[Triple],
) -> None:
    found = shipped()
    items = [
        f"urn:hub:wuhan:dataset:{one.name}#{item.name}"
        for one in found.entries
        for item in one.items
    ]

    datasets = of_type(graph, f"{DCAT}Dataset")
    assert datasets == [f"urn:hub:wuhan:dataset:{one.name}" for one in found.entries]
    assert of_type(graph, f"{CONTEXT['csvw']}Column") == items
    assert len(set(items)) == len(items)
    concepts = of_type(graph, f"{CONTEXT['skos']}Concept")
    assert concepts == [f"urn:hub:wuhan:metric:{name}" for name in METRICS]


def test_the_catalogue_holds_its_datasets(graph: list[Triple]) -> None:
    (catalog,) = of_type(graph, f"{DCAT}Catalog")

    assert values(graph, catalog, f"{DCAT}dataset") == of_type(graph, f"{DCAT}Dataset")
    assert values(graph, catalog, f"{DCT}title")
    assert values(graph, catalog, f"{DCT}description")
    assert values(graph, catalog, f"{DCT}publisher")


def test_what_dcat_ap_wants_of_a_dataset_is_there(graph: list[Triple]) -> None:
    for name in of_type(graph, f"{DCAT}Dataset"):
        assert len(values(graph, name, f"{DCT}title")) == 1
        assert values(graph, name, f"{DCT}description")
        assert len(values(graph, name, f"{DCT}identifier")) == 1
        assert values(graph, name, f"{DCAT}distribution")


def test_references_lead_to_things_of_the_document(graph: list[Triple]) -> None:
    subjects = {s for s, _, _ in graph}
    inner = {
        f"{DCT}relation", f"{DCT}references", f"{DCT}requires", f"{DCAT}distribution",
        f"{DCAT}dataset",
    }  # fmt: skip

    assert {o for _, p, o in graph if p in inner} <= subjects


def test_every_column_tells_its_class(graph: list[Triple]) -> None:
    told = {
        s: o[0] for s, p, o in graph if p == f"{HUB}shareClass" and isinstance(o, tuple)
    }

    for one in shipped().entries:
        for item in one.items:
            name = f"urn:hub:wuhan:dataset:{one.name}#{item.name}"
            assert told[name] == item.share


def test_sharing_among_departments_is_not_called_public(tmp_path: Path) -> None:
    graph = triples(dcat(declared_catalogue(small_city(tmp_path / "city"))))

    def rights(name: str) -> list[object]:
        whole = f"urn:hub:small:dataset:{name}"
        return [
            str(one).rpartition("/")[2]
            for one in values(graph, whole, f"{DCT}accessRights")
        ]

    assert rights("area") == ["PUBLIC"]
    assert rights("division") == []
    assert rights("issue") == ["RESTRICTED"]


def test_a_gap_is_no_value_but_a_note(tmp_path: Path) -> None:
    city = small_city(tmp_path / "city", words=None)
    graph = triples(dcat(declared_catalogue(city)))
    name = "urn:hub:small:dataset:area"

    assert not values(graph, name, f"{DCT}accrualPeriodicity")
    assert not values(graph, name, f"{DCT}publisher")
    notes = values(graph, name, f"{CONTEXT['skos']}editorialNote")
    assert any("更新周期：未定" in str(one) for one in notes)
    assert not [o for _, p, o in graph if "未定" in str(o) and "Note" not in p]


def test_words_of_the_city_have_their_terms(tmp_path: Path) -> None:
    graph = triples(dcat(declared_catalogue(small_city(tmp_path / "city"))))
    name = "urn:hub:small:dataset:issue"

    (cycle,) = values(graph, name, f"{DCT}accrualPeriodicity")
    (issued,) = values(graph, name, f"{DCT}issued")
    (identifier,) = values(graph, name, f"{CONTEXT['adms']}identifier")
    assert str(cycle).endswith("frequency/DAILY")
    assert issued == ("2026-09-01", None, f"{CONTEXT['xsd']}date")
    assert values(graph, str(identifier), f"{CONTEXT['skos']}notation") == [
        ("1020030004/0007", None, "str")
    ]


def test_a_served_catalogue_has_addresses_and_instants(tmp_path: Path) -> None:
    found = catalogue_of(released_house(tmp_path))

    graph = triples(dcat(found, "https://data.example.org/"))

    urls = {o for _, p, o in graph if p == f"{DCAT}accessURL"}
    assert "https://data.example.org/api/v1/datasets/issue/rows" in urls
    forms = of_type(graph, f"{DCAT}Distribution")
    assert len(forms) == len(set(forms)) == len(found.entries[:-1]) * 3 + 1
    times = [
        o[0]
        for _, _, o in graph
        if isinstance(o, tuple) and str(o[2])[-8:] == "dateTime"
    ]
    assert times
    assert all(INSTANT.fullmatch(one) for one in times)
    measured = Counter(
        s for s, p, _ in graph if p == f"{CONTEXT['dqv']}hasQualityMeasurement"
    )
    assert measured["https://data.example.org/dataset/issue"] == 5


def test_names_of_feeds_stay_inside() -> None:
    told = str(dcat(shipped()))

    feeds = {f"{one.partner}/{one.feed}" for one in shipped().lineage.feeds}
    assert not [name for name in feeds if name in told]


@pytest.mark.parametrize("base", ["data.example.org/", "https://data.example.org"])
def test_a_base_that_is_no_address_is_refused(base: str) -> None:
    with pytest.raises(MisuseError):
        dcat(shipped(), base)
