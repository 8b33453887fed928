"""The catalogue as a value: everything once, gaps named, closed columns closed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from support.catalogues import (
    AT,
    LATER,
    released_house,
    shipped,
    small_city,
)
from support.new_column import NewArea
from support.small_city import small_house
from support.triples import triples

from hub.errors import MisuseError
from hub.metrics.counting import FIGURE
from hub.metrics.registry import METRICS
from hub.schemas import DATASETS, Dataset
from hub.sharing.catalogue import build, metric_entry
from hub.sharing.catalogue.build import catalogue_of, declared_catalogue
from hub.sharing.catalogue.dcat import CONTEXT, dcat
from hub.sharing.catalogue.entry import Counts


def test_every_dataset_and_metric_stands_in_it_once() -> None:
    found = shipped()

    assert [one.name for one in found.entries] == [*DATASETS, "figure"]
    assert [one.id for one in found.metrics] == list(METRICS)


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_column_stands_in_its_entry_once_with_its_class(name: str) -> None:
    told = [
        (one.name, one.label, one.share, one.mask, one.personal)
        for one in shipped().entry(name).items
    ]

    assert told == [
        (one.name, one.label, one.share, one.mask, one.personal)
        for one in DATASETS[name].all_columns
    ]


def test_the_figures_have_all_columns_of_their_table_labelled() -> None:
    items = shipped().entry("figure").items

    assert [one.name for one in items] == list(FIGURE)
    assert all(one.share == "OPEN" for one in items)
    assert not [one.name for one in items if one.label == one.name]


def test_a_figure_column_that_nobody_classified_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(FIGURE, "chief_name", pl.String())

    (found,) = [one for one in metric_entry.figure_items() if one.name == "chief_name"]

    assert found.share == "CLOSED"


def test_a_new_column_of_an_open_dataset_is_listed_as_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = dict(DATASETS) | {"area": Dataset.of(NewArea)}
    monkeypatch.setattr(build, "DATASETS", more)

    found = declared_catalogue(small_city(tmp_path / "city"))

    shares = {one.name: one.share for one in found.entry("area").items}
    assert shares["brand_new"] == "CLOSED"
    assert shares["brand_new_open"] == shares["area_id"] == "OPEN"


def test_what_the_city_says_is_there_and_what_it_does_not_say_is_a_gap(
    tmp_path: Path,
) -> None:
    found = declared_catalogue(small_city(tmp_path / "city"))

    issue, area, person = map(found.entry, ("issue", "area", "person"))
    assert issue.gaps == ()
    assert issue.code == "1020030004/0007"
    assert set(area.gaps) == {
        "resource_class", "code", "provider_code", "abstract", "update_cycle",
        "published_on",
    }  # fmt: skip
    assert {"condition", "basis", "open"} <= set(person.gaps)
    assert found.publisher == "小城数据局"


def test_an_open_dataset_has_no_condition(tmp_path: Path) -> None:
    words = '[dataset.area]\ncondition = "须经批准"'

    found = declared_catalogue(small_city(tmp_path / "city", words))

    assert found.entry("area").condition is None
    assert "condition" not in found.entry("area").gaps


def test_related_resources_are_those_that_its_columns_point_to() -> None:
    related = dict(shipped().entry("handling").related)

    assert set(related) == {
        one.ref for one in DATASETS["handling"].columns if one.ref is not None
    }


def test_without_a_release_it_says_what_is_declared(tmp_path: Path) -> None:
    found = catalogue_of(small_house(tmp_path, AT))

    assert found.release is None
    assert found.entry("issue").rows is None
    assert found.entry("issue").quality.total == Counts()
    with pytest.raises(MisuseError):
        catalogue_of(small_house(tmp_path, AT), "r000001")


def test_freshness_and_quality_are_those_of_the_release(tmp_path: Path) -> None:
    house = released_house(tmp_path)

    new, old = catalogue_of(house), catalogue_of(house, "r000001")

    issue = new.entry("issue")
    assert (new.release, issue.rows) == ("r000002", 17)
    assert issue.freshness.reaches == (LATER, LATER)
    assert issue.freshness.newest_landing == LATER
    # 10 rows, then 7; the 100 that came after the release are not in it.
    assert issue.quality.total == Counts(
        deliveries=2, received=17, accepted=14, quarantined=2, duplicate=1
    )
    assert issue.quality.latest == Counts(
        deliveries=1, received=7, accepted=6, duplicate=1
    )
    assert issue.quality.findings == ()
    assert old.entry("issue").freshness.newest_landing == AT
    assert old.entry("issue").quality.latest == Counts(
        deliveries=1, received=10, accepted=8, quarantined=2
    )


def test_a_missing_source_is_named_with_its_reason(tmp_path: Path) -> None:
    found = catalogue_of(released_house(tmp_path))

    (area,) = found.entry("area").freshness.missing
    (person,) = found.entry("person").freshness.missing
    assert (area.partner, area.title, area.feed) == ("roster", "路长名册", "areas")
    assert area.reason is not None
    assert area.reason[0] == "整批退回"
    assert (area.as_of, area.landed_at) == (AT, AT)
    assert person.landed_at is None
    assert found.entry("area").quality.latest == Counts(
        deliveries=1, received=4, refused=4
    )
    assert found.entry("division").freshness.standings == ()


def test_findings_are_those_of_the_dataset_and_of_whole_rows(tmp_path: Path) -> None:
    found = catalogue_of(released_house(tmp_path), "r000001")

    def told(name: str) -> list[tuple[str, int]]:
        return [(one.rule, one.count) for one in found.entry(name).quality.findings]

    assert told("issue") == [("P01", 2), ("P28", 1)]
    assert told("issue_event") == [("F01", 3), ("P28", 1)]
    assert told("area") == []


def test_received_rows_are_all_accounted_for(tmp_path: Path) -> None:
    for one in catalogue_of(released_house(tmp_path)).entries:
        for sums in (one.quality.total, one.quality.latest):
            ended = (sums.accepted, sums.quarantined, sums.duplicate, sums.refused)
            assert sums.received == sum(ended)


def test_figures_rest_on_every_source(tmp_path: Path) -> None:
    found = catalogue_of(released_house(tmp_path)).entry("figure")

    feeds = Counter((one.partner, one.feed) for one in found.freshness.standings)
    assert set(feeds.values()) == {1}
    assert len(feeds) == 3
    assert found.quality.total.received == 17 + 9


def test_every_code_list_that_an_item_names_is_there_once() -> None:
    found = shipped()
    named = {item.code_list for one in found.entries for item in one.items}

    assert [one.name for one in found.codes] == sorted(named - {None})
    (stages,) = [one for one in found.codes if one.name == "BOARD_STATUS"]
    assert [code for code, _ in stages.codes] == list(
        DATASETS["sign_board"].column("status_code").codes or ()
    )


def test_who_sees_some_rows_only_is_told_no_counts(tmp_path: Path) -> None:
    found = catalogue_of(released_house(tmp_path)).only({"area", "issue"}, {"issue"})

    def measured(name: str) -> bool:
        node = f"urn:hub:small:dataset:{name}", f"{CONTEXT['dqv']}hasQualityMeasurement"
        return any(one[:2] == node for one in triples(dcat(found)))

    assert (found.entry("area").rows, found.entry("area").quality) == (None, None)
    assert found.entry("issue").rows is not None
    assert measured("issue")
    assert not measured("area")
