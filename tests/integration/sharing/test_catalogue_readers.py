"""The catalogue is read by libraries of others: rdflib, and frictionless on real files.

A data package is checked with its files: every table of a release as CSV, exported by
the same commands that an operator uses, beside the descriptor.
"""

from __future__ import annotations

from pathlib import Path

import frictionless
import pytest
from rdflib import DCAT, DCTERMS, RDF, SKOS, Graph, URIRef
from support.closed_month import copied
from support.own_commands import Console

from hub.flow.release import find_release
from hub.metrics.registry import METRICS
from hub.schemas import DATASETS


@pytest.fixture
def hub(
    closed: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Console:
    return Console(copied(closed, tmp_path / "hub"), capsys, monkeypatch)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_rdflib_reads_the_catalogue_as_dcat(hub: Console, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.jsonld"
    base = "https://data.example.org/"

    hub("catalog", "export", "--format", "dcat", "--base", base, "--out", str(file))

    graph = Graph().parse(file, format="json-ld")
    (catalog,) = graph.subjects(RDF.type, DCAT.Catalog)
    held = set(graph.objects(catalog, DCAT.dataset))
    assert held == set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(held) == len(DATASETS) + 1
    titles = {
        (str(one), one.language)  # type: ignore[attr-defined]
        for dataset in held
        for one in graph.objects(dataset, DCTERMS.title)
    }
    assert {(ds.title, "zh-CN") for ds in DATASETS.values()} <= {
        (title, "zh-CN" if (language or "").startswith("zh") else language)
        for title, language in titles
    }
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == len(METRICS)
    accesses = set(graph.objects(None, DCAT.accessURL))
    assert accesses
    assert all(isinstance(one, URIRef) and one.startswith(base) for one in accesses)


def test_frictionless_finds_the_exported_package_valid(
    hub: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    descriptor = folder / "datapackage.json"
    hub("catalog", "export", "--format", "package", "--out", str(descriptor))
    package = frictionless.Package(str(descriptor))
    for name in package.resource_names:
        file = str(folder / f"{name}.csv")
        hub("dataset", "export", name, file, "--all-columns")
    # Paths of a package are relative to where its reader stands.
    monkeypatch.chdir(folder)

    package = frictionless.Package("datapackage.json")
    figures = package.get_resource("figure")
    package.remove_resource("figure")

    report = package.validate()
    # Figures are many and all alike: the first are looked at.
    begin = figures.validate(limit_rows=500)

    assert begin.valid, begin.flatten(["type", "fieldName", "note"])[:9]
    assert report.valid, report.flatten(["name", "type", "fieldName", "note"])[:9]
    rows = {one.name: one.stats.get("rows", 0) for one in report.tasks}
    pinned = {one.dataset: one.rows for one in find_release(hub.house, None).datasets}
    assert rows == {name: pinned[name] for name in rows}
    assert rows["issue"] == 4


def test_frictionless_sees_a_file_that_is_not_what_the_package_says(
    hub: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    hub(
        "catalog", "export", "--format", "package",
        "--out", str(folder / "datapackage.json"),
    )  # fmt: skip
    file = folder / "issue.csv"
    hub("dataset", "export", "issue", str(file), "--all-columns")
    head, first, *rest = file.read_text().split("\n")
    file.write_text("\n".join([head, first, first, *rest]))
    monkeypatch.chdir(folder)
    package = frictionless.Package("datapackage.json")
    issue = package.get_resource("issue")
    issue.schema.foreign_keys = []

    report = issue.validate()

    assert not report.valid
    assert {one[0] for one in report.flatten(["type"])} == {"primary-key"}
