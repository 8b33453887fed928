"""A column's way: from the partner's field over staged and core into a figure."""

from __future__ import annotations

import pytest

from hub.flow.column_lineage import Source, core_sources, metric_sources, staged_sources
from hub.partners.city import City
from hub.partners.loader import load_city
from hub.schemas import dataset


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("wuhan")


def test_a_staged_column_comes_from_the_field_that_is_mapped(city: City) -> None:
    found = staged_sources(city.partners["fengjing"], "handling")

    raw = ("raw", "fengjing", "handling")
    assert found["issue_id"] == (Source(raw, "CASE_ID"),)
    assert found["opinion"] == (Source(raw, "OPINION"),)
    assert found["source_id"] == (Source(raw, "RESULT_ID"),)
    assert found["version_at"] == (Source(raw, "OP_TIME"),)


def test_every_mapped_column_of_every_partner_has_its_fields(city: City) -> None:
    for partner in city.partners.values():
        for feed in partner.feeds:
            for emit in feed.emits:
                found = staged_sources(partner, emit.dataset)
                for name, given in emit.columns.items():
                    if given.field:
                        assert found[name], (partner.id, feed.name, name)


def test_a_core_column_comes_from_partners_that_map_it_and_lead(city: City) -> None:
    found = core_sources(city, "handling")

    assert Source(("staged", "fengjing", "handling"), "opinion") in found["opinion"]
    assert all(one.place[0] == "staged" for some in found.values() for one in some)
    lead = city.lead["person"]
    for some in core_sources(city, "person").values():
        assert {one.place[1] for one in some} <= lead.partners


def test_every_edge_into_core_starts_at_a_column_that_exists(city: City) -> None:
    names = {column.name for column in dataset("issue").all_columns}

    for column, some in core_sources(city, "issue").items():
        assert column in names
        assert {one.column for one in some} <= names


def test_figures_rest_on_the_flags_that_metrics_count_by() -> None:
    found = metric_sources("figure")["numerator"]

    assert found
    assert {one.place for one in found} == {("metric", "issue_loop")}
    loop = metric_sources("issue_loop")
    assert loop["reported_at"] == (Source(("core", "issue"), "reported_at"),)
