"""A column is closed until somebody classified it."""

from __future__ import annotations

from support.new_column import NewArea

from hub.schemas import DATASETS, Dataset
from hub.schemas.classes import EVERY, classified, is_classified
from hub.schemas.columns import Column


def test_the_register_and_the_models_say_the_same() -> None:
    own: dict[tuple[str, str], str] = {
        (ds.name, one.name): one.share for ds in DATASETS.values() for one in ds.columns
    }
    block = {(EVERY, one.name): one.share for one in DATASETS["issue"].provenance}

    assert own | block == dict(classified())


def test_a_new_column_of_an_open_dataset_is_closed() -> None:
    columns: dict[str, Column] = {one.name: one for one in Dataset.of(NewArea).columns}

    assert columns["area_id"].share == "OPEN"
    assert columns["brand_new"].share == "CLOSED"
    assert columns["brand_new_open"].share == "OPEN"
    assert not is_classified("area", "brand_new")


def test_provenance_is_classified_once_for_all() -> None:
    assert is_classified("anything", "partner")
    assert not is_classified("anything", "area_id")
