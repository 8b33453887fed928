"""What can be asked for: every column classified, and closed until it is."""

from __future__ import annotations

from hub.metrics.counting import FIGURE
from hub.metrics.levels import LEVELS
from hub.schemas import DATASETS
from hub.sharing.placing import PLACES, Via, can_place
from hub.sharing.subjects import (
    PUBLIC_LEVELS,
    subjects,
)


def test_every_column_is_as_strict_as_its_schema_says() -> None:
    for name, ds in DATASETS.items():
        told = {one: asked.share for one, asked in subjects()[name].columns.items()}

        assert told == {one.name: one.share for one in ds.all_columns}


def test_figures_can_be_asked_for_column_by_column() -> None:
    figure = subjects()["figure"]

    assert tuple(figure.columns) == tuple(FIGURE)
    assert {one.share for one in figure.columns.values()} == {"OPEN"}
    assert set(PUBLIC_LEVELS) < {one.name for one in LEVELS}


def test_places_are_columns_that_there_are() -> None:
    for name, places in PLACES.items():
        for one in places:
            assert one.column in subjects()[name].columns
            if isinstance(one, Via):
                assert one.key in subjects()[one.dataset].columns
                # One step only: the reader collects keys once.
                steps = [to for to in PLACES[one.dataset] if isinstance(to, Via)]
                assert not steps


def test_what_belongs_to_the_whole_city_cannot_be_cut_by_place() -> None:
    whole = [name for name in subjects() if not can_place(name, "own")]

    assert whole == ["category", "category_map", "time_limit", "work_calendar"]
    assert all(can_place(name, "all") for name in whole)
    assert not can_place("institution_doc", "districts")
